#!/usr/bin/env bash
# From a bare machine to a running system: set-up, database, first data, static files, accounts, server.
# PORT      where it serves (8000)
# HOST      the address it listens on (127.0.0.1)
# Without DATABASE_URL and REDIS_URL it runs embedded: SQLite under var/, recomputation in the server's own process.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
cd "$ROOT"
PORT=${PORT:-8000}
HOST=${HOST:-127.0.0.1}

[[ $PORT =~ ^[0-9]{1,5}$ ]] && ((PORT >= 1 && PORT <= 65535)) ||
    fail "PORT=$PORT 不是有效的端口号（1–65535）。" "PORT=$PORT is not a port number (1–65535)."

# Asked before any slow work.
python_of_machine=$(find_python)
"$python_of_machine" - "$HOST" "$PORT" <<'PROBE' ||
import socket, sys
probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    probe.bind((sys.argv[1], int(sys.argv[2])))
except OSError:
    sys.exit(1)
PROBE
    fail "端口 $PORT 已被占用（或不允许使用）：请先停止占用它的程序，或换一个端口，例如 make run PORT=8010。" \
        "Port $PORT is taken or not allowed: stop the program that uses it, or choose another, e.g. make run PORT=8010."

deploy/setup.sh

umask 077  # what is kept under var/ from here on is for its owner only
if [ -z "${SECRET_KEY:-}" ] && [ ! -s "$VAR_DIR/secret_key" ]; then
    step '生成密钥 / Making the secret key (var/secret_key)'
    "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(64))' >"$VAR_DIR/secret_key.new"
    mv "$VAR_DIR/secret_key.new" "$VAR_DIR/secret_key"
fi

# What has been done to this database is noted beside it, so that a second start skips it. A database that is gone
# takes its notes with it. Another database (DATABASE_URL) gets a folder of notes of its own.
database=${DATABASE_URL:-}
notes=$VAR_DIR/done/$(printf '%s' "$database" | sha256sum | cut -c1-12)
if [ -z "$database" ] && [ ! -s "$VAR_DIR/linyi.sqlite3" ]; then
    rm -rf "$notes"
fi
mkdir -p "$notes"

# once NAME FINGERPRINT COMMAND…: skips the command when it has succeeded with the same fingerprint before.
once() {
    local name=$1 mark=$2
    shift 2
    [ -f "$notes/$name" ] && [ "$(cat "$notes/$name")" = "$mark" ] && return 0
    "$@"
    printf '%s\n' "$mark" >"$notes/$name"
}

migrate() {
    step '建立或更新数据库 / Migrating the database'
    "$PYTHON" manage.py migrate --noinput -v 0
}
load_first_data() {
    step '载入方案与演示数据（演示数据均有标注） / Loading the plan and the marked demonstration figures'
    "$PYTHON" manage.py load_demo
}
make_accounts() {
    step '建立演示账号 / Making the accounts'
    "$PYTHON" manage.py make_demo_accounts --file "$VAR_DIR/accounts.txt" >/dev/null  # shown at every start, below
}
collect_static() {
    step '收集静态文件 / Collecting static files'
    "$PYTHON" manage.py collectstatic --noinput -v 0
}

once migrated "$(find . -path ./.venv -prune -o -path ./var -prune -o -path '*/migrations/*.py' -print0 |
    sort -z | xargs -0 sha256sum requirements.txt | sha256sum)" migrate
case ${PRODUCTION:-} in
    '' | 0 | false | False | no | off)
        once data first load_first_data
        once accounts first make_accounts
        ;;
    *) step '正式环境：不载入演示数据和演示账号 / PRODUCTION: no demonstration figures or accounts' ;;
esac
[ -f "$VAR_DIR/static/staticfiles.json" ] || rm -f "$notes/static"
once static "$(find static -type f -print0 | sort -z | xargs -0 sha256sum requirements.txt linyi_cp/settings.py |
    sha256sum)" collect_static

if [ -f "$VAR_DIR/accounts.txt" ]; then
    chmod 600 "$VAR_DIR/accounts.txt"
    step '账号（保存在 var/accounts.txt） / Accounts (kept in var/accounts.txt)'
    sed 's/^/    /' "$VAR_DIR/accounts.txt"
fi

# Ctrl-C, a closed terminal or a server that ends: everything that was started here ends with it. Each program has a
# process group of its own, so that it hears of the end once, from here, and can be ended with all it has started.
children=()
start() {
    set -m
    "$@" </dev/null &
    set +m
    children+=($!)
}
stop_all() {
    trap - EXIT
    trap '' INT TERM HUP
    for child in "${children[@]}"; do kill -TERM "$child" 2>/dev/null || true; done
    for child in "${children[@]}"; do
        for _ in $(seq 100); do
            kill -0 "$child" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$child" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}
trap 'stop_all' EXIT
trap 'stop_all; exit 0' INT TERM HUP

# The workings of docs/decisions/0007: one process for SQLite and tasks in the process, two when both live elsewhere.
workers=1
if [ -n "${REDIS_URL:-}" ]; then
    [ -n "$database" ] && workers=2
    start "$PYTHON" -m celery -A linyi_cp worker --beat --schedule "$VAR_DIR/beat-schedule" --concurrency 1 \
        --loglevel WARNING
else
    start "$PYTHON" manage.py drain --loop
fi
start "$PYTHON" -m granian --interface wsgi --host "$HOST" --port "$PORT" --workers "$workers" --blocking-threads 8 \
    --no-ws --workers-kill-timeout 5 --log-level error linyi_cp.wsgi:application
server=${children[-1]}

# Said only when it is true: the server answers.
for _ in $(seq 200); do
    kill -0 "$server" 2>/dev/null || break
    if (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null; then
        step "已启动 / Serving: http://$HOST:$PORT  （Ctrl-C 停止 / Ctrl-C stops it）"
        break
    fi
    sleep 0.1
done
status=0
wait "$server" || status=$?
exit "$status"
