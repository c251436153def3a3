#!/usr/bin/env bash
# Measures the product in production settings on services of its own, prints one table and writes it into
# docs/performance.md. Ends with 0 when everything was measured, whether the goals are held or missed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../deploy/steps.sh"
source "$ROOT/tests/postgres_and_redis.sh"
cd "$ROOT"

work=$(mktemp -d)
pids=()
bench=
clean_up() {
    trap - EXIT
    trap '' INT TERM HUP
    [ -z "$bench" ] || stop_group "$bench"
    stop_services
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM HUP

deploy/setup.sh --dev
bring_packages postgresql redis-server chromium fonts-noto-cjk

step '启动 PostgreSQL 和 Redis / Starting PostgreSQL and Redis'
start_services  # as safe against a crash as in production: writing is part of what is measured
leave_the_installation
server=postgres://linyi@127.0.0.1:$postgres_port
export PRODUCTION=true SECRET_KEY=only-for-the-benchmark-0123456789-0123456789-0123456789 \
    REDIS_URL=redis://127.0.0.1:$redis_port/0 CACHE_URL=redis://127.0.0.1:$redis_port/1 LOG_LEVEL=WARNING
export DATABASE_URL=$server/linyi BENCH_MADE_DATABASE_URL=$server/made

# query DATABASE STATEMENT
query() {
    "$PYTHON" - "$server/$1" "$2" <<'PYTHON'
import sys, psycopg2
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
connection.cursor().execute(sys.argv[2])
PYTHON
}

step '建立数据库、收集静态文件 / Making the databases, collecting static files'
query postgres 'CREATE DATABASE linyi'
"$PYTHON" manage.py migrate --noinput -v 0
query postgres 'CREATE DATABASE made TEMPLATE linyi'
"$PYTHON" manage.py collectstatic --noinput -v 0

step '载入演示数据和一千项指标的方案 / Loading the demonstration and a made plan of 1,000 indicators'
DATABASE_URL=$BENCH_MADE_DATABASE_URL DJANGO_SETTINGS_MODULE=tests.bench.settings "$PYTHON" -m tests.bench make_plan \
    >"$work/made.log" 2>&1 &
making=$!
"$PYTHON" manage.py load_demo >"$work/demo.log" 2>&1 || { cat "$work/demo.log" >&2; exit 1; }
"$PYTHON" manage.py make_demo_accounts --file "$VAR_DIR/accounts.txt" >/dev/null
wait "$making" || { cat "$work/made.log" >&2; exit 1; }
for database in linyi made; do query "$database" ANALYZE; done  # as its own housekeeping does within minutes

step '测量 / Measuring'
export DJANGO_SETTINGS_MODULE=tests.bench.settings
status=0
set -m  # a process group of its own: what it starts goes with it
"$PYTHON" -m tests.bench measure </dev/null &
bench=$!
set +m
wait "$bench" || status=$?
bench=
exit "$status"
