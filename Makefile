# make run     sets up what is missing and serves on http://127.0.0.1:8000 (PORT= changes it)
# make test    brings up its own PostgreSQL and Redis and runs all tests (ARGS= goes to pytest)
# make bench   measures the product in production settings and writes docs/performance.md; two to three minutes
# make check   lint, types, import law, migrations, rules of the house
# make setup   the installing part that all of them use;  make fonts tries the briefing's fonts again

PORT ?= 8000
ARGS ?=
export PORT ARGS

.PHONY: run test bench check setup fonts
.DEFAULT_GOAL := run

run:
	@deploy/run.sh

test:
	@tests/run.sh

bench:
	@tests/bench/run.sh

check:
	@deploy/check.sh

setup:
	@deploy/setup.sh

fonts:
	@deploy/fonts.sh --again
