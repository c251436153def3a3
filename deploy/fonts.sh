#!/usr/bin/env bash
# Unpacks the open fonts of the briefing from Debian's packages into var/fonts: without root, without touching the
# fonts of the machine. An office that has the official fonts (FangSong_GB2312, KaiTi_GB2312, SimHei,
# FZXiaoBiaoSong-B05S) puts its files into the same folder; they are never removed here.
#   fonts.sh           does nothing where the fonts are there; after a failure it tries again the next day
#   fonts.sh --again   tries at once
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

fonts=${FONTS_DIR:-$VAR_DIR/fonts}
complete=$fonts/.complete
failed=$fonts/.not-available
packages=(texlive-lang-chinese fonts-noto-cjk fonts-liberation2)

explain() {
    note "简报字体未能取得（Debian 软件包 ${packages[*]}）：系统照常运行，简报改用本机已有的字体。"
    note 'The fonts of the briefing could not be fetched: everything else works, and briefings use what fonts there are.'
    note '可稍后运行 make fonts 再试，或把字体文件放入 var/fonts。 / Try again with “make fonts”, or put font files into var/fonts.'
}

mkdir -p "$fonts/licences"
if [ -f "$complete" ] && [ "$(cat "$complete")" = "${packages[*]}" ]; then
    step '简报字体已就绪 / The fonts of the briefing are in place'
    exit 0
fi
if [ "${1:-}" != --again ] && [ -n "$(find "$failed" -mtime -1 2>/dev/null)" ]; then
    explain
    exit 0
fi

step '取得简报字体（约 110 MB） / Fetching the fonts of the briefing (about 110 MB)'
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# unpack PACKAGE PATTERN…: the files of the package that match, with their paths, into $folder/unpacked.
unpack() {
    local package=$1
    shift
    dpkg-deb --fsys-tarfile "$folder/$package"_*.deb |
        tar -x -C "$folder/unpacked" --wildcards --no-anchored "$@"
}

unpack_all() {
    mkdir -p "$folder/unpacked"
    unpack texlive-lang-chinese 'fandol/FandolFang-*.otf' 'fandol/FandolKai-*.otf' 'fonts/fandol/README' 'fonts/fandol/COPYING.gz' &&
        unpack fonts-noto-cjk 'NotoSansCJK-*.ttc' 'NotoSerifCJK-*.ttc' 'doc/fonts-noto-cjk/copyright' &&
        unpack fonts-liberation2 'LiberationSerif-*.ttf' 'LiberationSans-*.ttf' 'doc/fonts-liberation2/copyright'
}

if ! fetch_packages "$folder" "${packages[@]}" || ! unpack_all 2>"$folder/unpack.log"; then
    touch "$failed"
    explain
    exit 0
fi

cd "$folder/unpacked"
find . -name '*.otf' -o -name '*.ttc' -o -name '*.ttf' | while read -r file; do
    # Each file appears whole or not at all, also for a briefing that is being made meanwhile.
    cp "$file" "$fonts/.$(basename "$file")" && mv "$fonts/.$(basename "$file")" "$fonts/$(basename "$file")"
done
{ cat usr/share/doc/texlive-doc/fonts/fandol/README && gzip -dc usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz; } \
    >"$fonts/licences/Fandol.txt"
cp usr/share/doc/fonts-noto-cjk/copyright "$fonts/licences/Noto-CJK.txt"
cp usr/share/doc/fonts-liberation2/copyright "$fonts/licences/Liberation.txt"
printf '%s\n' "${packages[*]}" >"$complete"
rm -f "$failed"
note "$(find "$fonts" -maxdepth 1 -type f -name '[!.]*' | wc -l) 个字体文件 / font files: var/fonts"
