# Read by run.sh and bench/run.sh: brings Debian packages, and a PostgreSQL and a Redis on free ports that are gone
# afterwards. Both work in the temporary folder $work and note what they started in the array pids.

# --- What the machine must have -------------------------------------------------------------------------------------

postgres_folder() { find /usr/lib/postgresql/*/bin /usr/local/bin /usr/bin -maxdepth 1 -name initdb 2>/dev/null | sort -V | head -n 1 | xargs -r dirname; }

# is_there PACKAGE: whether what is wanted of a Debian package is on the machine, wherever it came from.
is_there() {
    case $1 in
        postgresql) [ -n "$(postgres_folder)" ] ;;
        poppler-utils) command -v pdftotext >/dev/null ;;
        libreoffice-calc-nogui) command -v soffice >/dev/null ;;
        fonts-noto-cjk)
            [ -n "$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -iname '*CJK*' 2>/dev/null | head -n 1)" ]
            ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    local package
    for package in "$@"; do is_there "$package" || echo "$package"; done
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

# bring_packages PACKAGE…: installs as root what is missing, and names it otherwise.
bring_packages() {
    local missing
    missing=$(missing_packages "$@" | tr '\n' ' ')
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $missing
        missing=$(missing_packages "$@" | tr '\n' ' ')
    fi
    [ -z "$missing" ] || fail "还需要这些 Debian 软件包：${missing% }（请以管理员身份运行 apt-get install ${missing% }）。" \
        "These Debian packages are needed: ${missing% } (as root: apt-get install ${missing% })."
}

# --- PostgreSQL and Redis -------------------------------------------------------------------------------------------

free_port() { "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# answers PORT LOG
answers() {
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    cat "$2" >&2
    fail "服务没有启动（端口 $1）。" "A service did not start (port $1)."
}

# start_services POSTGRES-OPTION…: sets postgres_port and redis_port; the user of the database is linyi.
start_services() {
    local postgres owner as_postgres=()
    postgres=$(postgres_folder)
    postgres_port=$(free_port)
    redis_port=$(free_port)
    mkdir "$work/postgres" "$work/redis" "$work/var"
    # PostgreSQL refuses to run as root.
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
    (
        cd "$work/postgres"
        exec "${as_postgres[@]}" "$postgres/postgres" -D "$work/postgres/data" -p "$postgres_port" -h 127.0.0.1 \
            -c unix_socket_directories='' -c max_connections=100 "$@" >"$work/postgres.log" 2>&1
    ) &
    pids+=($!)
    redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work/redis" \
        >"$work/redis.log" 2>&1 &
    pids+=($!)
    answers "$postgres_port" "$work/postgres.log"
    answers "$redis_port" "$work/redis.log"
}

# stop_group PROCESS: ends a process group, gently for five seconds.
stop_group() {
    kill -TERM -- "-$1" 2>/dev/null || true
    for _ in $(seq 50); do
        kill -0 -- "-$1" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

stop_services() {
    local pid
    for pid in "${pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done  # PostgreSQL: a fast shutdown
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# Nothing of a running installation: neither its database nor its files, keys or caches. Fonts are only read.
leave_the_installation() {
    unset DATABASE_URL REDIS_URL CACHE_URL PORT HOST PRODUCTION DEBUG HTTPS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS \
        SECRET_KEY_FALLBACKS STATICFILES_STORAGE CONN_MAX_AGE LOG_LEVEL EMAIL_URL DEFAULT_FROM_EMAIL SITE_URL \
        REMINDER_ROBOTS REMINDER_ROBOT_HOSTS
    export FONTS_DIR=${FONTS_DIR:-$VAR_DIR/fonts} VAR_DIR=$work/var
}
