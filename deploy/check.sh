#!/usr/bin/env bash
# Everything that can be said about the code without running the product; stops at the first thing that is wrong.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
cd "$ROOT"
deploy/setup.sh --dev

# The checks neither need nor touch a database that somebody uses.
export DATABASE_URL=sqlite://:memory: REDIS_URL='' SECRET_KEY=only-for-the-checks-0123456789-0123456789-0123456789

step 'ruff'
"$PYTHON" -m ruff check .
"$PYTHON" -m ruff format --check .
step 'import-linter'
"$PYTHON" -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
step 'manage.py check, makemigrations --check'
"$PYTHON" manage.py check --fail-level WARNING
"$PYTHON" manage.py makemigrations --check --dry-run
step 'mypy'
"$PYTHON" -m mypy .
step 'rules of the house'
"$PYTHON" -m pytest -q tests/test_house_rules.py
