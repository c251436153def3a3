#!/usr/bin/env bash
# All tests, on services of their own: PostgreSQL and Redis on free ports in a temporary folder, gone afterwards.
# First the tests that apply on the embedded default (SQLite, no Redis), then everything on PostgreSQL and Redis.
#   ARGS="…"   goes to pytest, e.g. make test ARGS="tests/flow -k endorse -x"
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/steps.sh"
source "$ROOT/tests/postgres_and_redis.sh"
cd "$ROOT"

# --- Nothing is left behind, whatever happens -----------------------------------------------------------------------

work=$(mktemp -d)
pids=()
tests=
clean_up() {
    trap - EXIT
    trap '' INT TERM HUP
    # The tests run in a process group of their own: what they started goes with them.
    [ -z "$tests" ] || stop_group "$tests"
    stop_services
    rm -rf "$work"
}
trap clean_up EXIT
trap 'clean_up; exit 130' INT TERM HUP

deploy/setup.sh --dev

bring_packages postgresql redis-server chromium poppler-utils qpdf libreoffice-calc-nogui fonts-noto-cjk

step '启动测试用的 PostgreSQL 和 Redis / Starting PostgreSQL and Redis for the tests'
# Safe against a crash is not what these databases have to be; one that is dropped every time may be fast.
start_services -c fsync=off -c full_page_writes=off -c synchronous_commit=off

# --- The tests ------------------------------------------------------------------------------------------------------

leave_the_installation
export SECRET_KEY=only-for-the-tests-0123456789-0123456789-0123456789
# A word list, as a shell would split it, quotes included.
eval "args=(${ARGS:-})"

# One test process more than there are processors, since a browser is often waited for; at most four. The tests of one
# file stay together.
processes=$(($(nproc) + 1))
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
