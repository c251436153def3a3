# Read by the other scripts of this folder: how they speak, and where the Python of the project is. POSIX tools only.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VAR_DIR=${VAR_DIR:-$ROOT/var}
PYTHON=$ROOT/.venv/bin/python
export VAR_DIR

step() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }

# fail CHINESE ENGLISH: one clear sentence in both languages, and the end.
fail() {
    printf '\n错误：%s\nError: %s\n' "$1" "$2" >&2
    exit 1
}

# The first interpreter of 3.11 or later; what is pinned was tried on 3.11.
find_python() {
    local candidate
    for candidate in python3.11 /usr/bin/python3.11 python3 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            # The real path: a launcher of a version manager may point elsewhere tomorrow.
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return
        fi
    done
    fail '没有找到 Python 3.11。请安装 Debian 软件包 python3 和 python3-venv。' \
        'Python 3.11 was not found. Please install the Debian packages python3 and python3-venv.'
}

# fingerprint FILE…: one hash over names and contents.
fingerprint() { sha256sum -- "$@" | sha256sum | cut -d' ' -f1; }

# fetch_packages FOLDER PACKAGE…: downloads Debian packages there, without root and without touching the machine's lists.
# The machine's own lists are tried first; when they are empty or old, a private copy is made and dropped again.
fetch_packages() {
    local folder=$1 lists
    shift
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    if (cd "$folder" && apt-get -q download "$@") >"$folder/apt.log" 2>&1; then
        return 0
    fi
    lists=$folder/apt
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
    # As root, apt hands its downloads to the user _apt, who may not enter this folder; hence the sandbox setting.
    (
        cd "$folder"
        apt-get -q -o Dir::State::lists="$lists/lists" -o Dir::Cache="$lists/cache" -o APT::Sandbox::User=root update &&
            apt-get -q -o Dir::State::lists="$lists/lists" -o Dir::Cache="$lists/cache" -o APT::Sandbox::User=root \
                download "$@"
    ) >>"$folder/apt.log" 2>&1
}
