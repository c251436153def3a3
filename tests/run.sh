#!/usr/bin/env bash
# All tests, on services of their own: PostgreSQL and Redis on free ports in a temporary folder, gone afterwards.
# First the tests that apply on the embedded default (SQLite, no Redis), then everything on PostgreSQL and Redis.
#   ARGS="…"   goes to pytest, e.g. make test ARGS="tests/flow -k endorse -x"
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/steps.sh"
cd "$ROOT"

# --- What the machine must have -------------------------------------------------------------------------------------

postgres_folder() { find /usr/lib/postgresql/*/bin /usr/local/bin /usr/bin -maxdepth 1 -name initdb 2>/dev/null | sort -V | head -n 1 | xargs -r dirname; }

missing_packages() {
    [ -n "$(postgres_folder)" ] || echo postgresql
    command -v redis-server >/dev/null || echo redis-server
    command -v chromium >/dev/null || echo chromium
    command -v pdftotext >/dev/null || echo poppler-utils
    command -v qpdf >/dev/null || echo qpdf
    command -v soffice >/dev/null || echo libreoffice-calc-nogui
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -iname '*CJK*' 2>/dev/null | head -n 1)" ] ||
        echo fonts-noto-cjk
}

install_packages() {
    local policy=/usr/sbin/policy-rc.d own_policy=
    step "安装 Debian 软件包 / Installing Debian packages: $*"
    # PostgreSQL and Redis are wanted as programs, not as services of this machine: their packages shall start nothing.
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        own_policy=yes
    fi
    if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$@"; } \
        >"$work/apt.log" 2>&1 </dev/null; then
        tail -n 5 "$work/apt.log" >&2
    fi
    [ -z "$own_policy" ] || rm -f "$policy"
}

# --- Nothing is left behind, whatever happens -----------------------------------------------------------------------

work=$(mktemp -d)
pids=()
tests=
clean_up() {
    trap - EXIT
    trap '' INT TERM HUP
    # The tests run in a process group of their own: what they started goes with them.
    if [ -n "$tests" ]; then
        kill -TERM -- "-$tests" 2>/dev/null || true
        for _ in $(seq 50); do
            kill -0 -- "-$tests" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$tests" 2>/dev/null || true
    fi
    for pid in "${pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done  # PostgreSQL: a fast shutdown
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM HUP

deploy/setup.sh --dev

missing=$(missing_packages | tr '\n' ' ')
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 # a list of words
    install_packages $missing
    missing=$(missing_packages | tr '\n' ' ')
fi
[ -z "$missing" ] || fail "运行测试还需要这些 Debian 软件包：${missing% }（请以管理员身份运行 apt-get install ${missing% }）。" \
    "The tests need these Debian packages: ${missing% } (as root: apt-get install ${missing% })."

# --- PostgreSQL and Redis -------------------------------------------------------------------------------------------

step '启动测试用的 PostgreSQL 和 Redis / Starting PostgreSQL and Redis for the tests'
free_port() { "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
postgres=$(postgres_folder)
postgres_port=$(free_port)
redis_port=$(free_port)
mkdir "$work/postgres" "$work/redis" "$work/var"

# PostgreSQL refuses to run as root.
as_postgres=()
if [ "$(id -u)" = 0 ]; then
    owner=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
    as_postgres=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
    chown "$owner" "$work/postgres"
    chmod 711 "$work"
fi
(
    cd "$work/postgres"  # a folder that its user may enter
    "${as_postgres[@]}" "$postgres/initdb" -D "$work/postgres/data" -U linyi --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1
) || { cat "$work/initdb.log" >&2; fail 'PostgreSQL 无法初始化。' 'PostgreSQL could not be initialised.'; }

# Safe against a crash is not what these databases have to be; one that is dropped every time may be fast.
(
    cd "$work/postgres"
    exec "${as_postgres[@]}" "$postgres/postgres" -D "$work/postgres/data" -p "$postgres_port" -h 127.0.0.1 \
        -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
        -c max_connections=100 >"$work/postgres.log" 2>&1
) &
pids+=($!)
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work/redis" \
    >"$work/redis.log" 2>&1 &
pids+=($!)

# answers PORT LOG
answers() {
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    cat "$2" >&2
    fail '测试用的服务没有启动。' 'A service of the tests did not start.'
}
answers "$postgres_port" "$work/postgres.log"
answers "$redis_port" "$work/redis.log"

# --- The tests ------------------------------------------------------------------------------------------------------

# Nothing of a running installation: neither its database nor its files, keys or caches. Fonts are only read.
unset DATABASE_URL REDIS_URL CACHE_URL PORT HOST PRODUCTION DEBUG HTTPS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS \
    SECRET_KEY_FALLBACKS STATICFILES_STORAGE CONN_MAX_AGE LOG_LEVEL EMAIL_URL DEFAULT_FROM_EMAIL SITE_URL REMINDER_ROBOTS \
    REMINDER_ROBOT_HOSTS
export FONTS_DIR=${FONTS_DIR:-$VAR_DIR/fonts} VAR_DIR=$work/var SECRET_KEY=only-for-the-tests-0123456789-0123456789-0123456789
# A word list, as a shell would split it, quotes included.
eval "args=(${ARGS:-})"

# As many test processes as there are processors, at most four; the tests of one file stay together.
processes=$(nproc)
[ "$processes" -le 4 ] || processes=4

# run_tests PYTEST-ARGUMENT…
run_tests() {
    local status=0
    set -m  # the next job gets a process group of its own
    "$PYTHON" -m pytest --numprocesses "$processes" --dist loadfile "$@" </dev/null &
    tests=$!
    set +m
    wait "$tests" || status=$?
    kill -TERM -- "-$tests" 2>/dev/null || true
    tests=
    return "$status"
}

step 'SQLite，无 Redis / SQLite, no Redis'
status=0
run_tests --embedded "${args[@]}" || status=$?
# 5: none of the chosen tests applies on SQLite, which says nothing about the others.
[ "$status" = 0 ] || [ "$status" = 5 ] || exit "$status"

step 'PostgreSQL、Redis / PostgreSQL and Redis'
export DATABASE_URL=postgres://linyi@127.0.0.1:$postgres_port/linyi REDIS_URL=redis://127.0.0.1:$redis_port/0
status=0
run_tests "${args[@]}" || status=$?
exit "$status"
