#!/usr/bin/env bash
# Makes the virtual environment, installs the pinned packages and unpacks the fonts. Can be run any number of times:
# what is there already is left alone. With --dev also the tools of development and tests.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"
cd "$ROOT"

wanted=run
[ "${1:-}" = --dev ] && wanted=dev

mkdir -p "$VAR_DIR"
# Two set-ups at once (a server being started, a test run) would step on each other's feet.
exec 9>"$VAR_DIR/setup.lock"
flock 9

# The stamp names everything the environment was made from; a moved folder makes it stale as well.
stamp() { { printf '%s\n' "$ROOT" && fingerprint requirements.txt constraints.txt "$@"; } | sha256sum | cut -d' ' -f1; }
run_stamp=$(stamp)
dev_stamp=$(stamp requirements-dev.txt)
is_stamped() { [ -f ".venv/installed-$1" ] && [ "$(cat ".venv/installed-$1")" = "$2" ]; }

# Where Debian's python3-venv is missing, Python cannot put pip into a new environment by itself. Debian's own pip
# wheel, fetched and unpacked without root, does it as well.
bring_pip() {
    local folder wheel
    if "$python" -m pip --version >/dev/null 2>&1 && "$python" -m pip --python .venv/bin/python install -q pip; then
        return 0
    fi
    folder=$(mktemp -d)
    if fetch_packages "$folder" python3-pip-whl && dpkg-deb -x "$folder"/python3-pip-whl_*.deb "$folder/unpacked"; then
        wheel=$(find "$folder/unpacked" -name 'pip-*.whl' | head -n 1)
        if [ -n "$wheel" ] && PYTHONPATH=$wheel "$PYTHON" -m pip install -q --no-index "$wheel"; then
            rm -rf "$folder"
            return 0
        fi
    fi
    rm -rf "$folder"
    return 1
}

make_environment() {
    local python
    python=$(find_python)
    step "建立虚拟环境 / Making the virtual environment (.venv, $("$python" --version))"
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv .venv; then
        return
    fi
    note '本机缺少 Debian 软件包 python3-venv，改用其他办法安装 pip。'
    note 'The Debian package python3-venv is missing; pip is brought in another way.'
    if ! "$python" -m venv --without-pip .venv || ! bring_pip; then
        rm -rf .venv
        fail '无法建立虚拟环境：请先安装 Debian 软件包 python3-venv（apt-get install python3-venv），再重新运行。' \
            'The virtual environment cannot be made: install the Debian package python3-venv and run this again.'
    fi
}

# install NAME FILE STAMP
install() {
    step "安装 Python 软件包 / Installing Python packages ($2)"
    rm -f ".venv/installed-$1"
    "$PYTHON" -m pip install -q --disable-pip-version-check --no-input -r "$2" ||
        fail "软件包安装失败：请检查能否访问 Python 软件源，再重新运行。（$2）" \
            "The packages of $2 could not be installed: check that the Python package index can be reached."
    printf '%s\n' "$3" >".venv/installed-$1"
}

if { [ "$wanted" = run ] && is_stamped run "$run_stamp"; } || is_stamped dev "$dev_stamp"; then
    step 'Python 软件包已就绪 / Python packages are in place'
else
    # An environment of another folder or of an interpreter that has gone cannot be mended, only made again.
    if ! [ -x "$PYTHON" ] || ! "$PYTHON" -m pip --version >/dev/null 2>&1 ||
        [ "$(cat .venv/made-in 2>/dev/null)" != "$ROOT" ]; then
        make_environment
        printf '%s\n' "$ROOT" >.venv/made-in
    fi
    if [ "$wanted" = dev ]; then
        install dev requirements-dev.txt "$dev_stamp"
        printf '%s\n' "$run_stamp" >.venv/installed-run
    else
        install run requirements.txt "$run_stamp"
    fi
fi

deploy/fonts.sh
