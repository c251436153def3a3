"""Which font sets which part of a briefing: the official ones if the office put them in, else the open ones.

GB/T 9704-2012 names 仿宋, 楷体, 黑体, 小标宋 and 宋体. Each is a *role* here; the first family of its list that is
there gets it, the others follow as fallbacks, so that a character one font lacks is taken from the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from reports.briefing.glyphs import Coverage, Span, spans_of_font

Role = Literal["fang", "kai", "hei", "xbs", "song", "chart"]
Stack = tuple[dict[str, str] | str, ...]

NAMES: dict[Role, str] = {
    "fang": "仿宋",
    "kai": "楷体",
    "hei": "黑体",
    "xbs": "小标宋",
    "song": "宋体",
    "chart": "图表字体",
}

# The families the standard's offices use; anything else is a substitute, and the user is told so.
OFFICIAL: dict[Role, tuple[str, ...]] = {
    "fang": ("FangSong_GB2312", "FangSong", "FZFangSong-Z02S", "FZFangSong-Z02", "STFangsong"),
    "kai": ("KaiTi_GB2312", "KaiTi", "FZKai-Z03S", "STKaiti"),
    "hei": ("SimHei", "FZHei-B01S", "STHeiti"),
    "xbs": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    "song": ("SimSun", "FZShuSong-Z01S", "STSong"),
    "chart": (),
}
OPEN: dict[Role, tuple[str, ...]] = {
    "fang": ("FandolFang R", "FandolFang", "Zhuque Fangsong (technical preview)"),
    "kai": ("FandolKai", "LXGW WenKai"),
    "hei": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "FandolHei"),
    "xbs": ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "FandolSong"),
    "song": ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "FandolSong"),
    "chart": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimHei", "FandolHei"),
}
# Any of these draws Chinese; they stand behind every role.
FALLBACK = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "FandolSong",
    "SimSun",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "AR PL UMing CN",
    "Droid Sans Fallback",
)
LATIN_SERIF = ("Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes")
LATIN_SANS = ("Arial", "Liberation Sans", "Arimo")
GETA = "〓"  # U+3013, what a printer sets in place of a sort that is missing
_PROBE = "简报指标仿宋一"  # a font that can draw these can set Chinese
NO_CHINESE = (
    "没有完整的中文字体，缺少的字以“{}”代替。"
    "请先取得字体（make fonts）或把字体文件放入字体文件夹，重启服务后再生成一次。"
)
# What the fonts inside the engine draw, of what a briefing may hold; they have no file to be read from.
EMBEDDED: tuple[Span, ...] = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x24F),  # Latin
    (0x391, 0x3A1),
    (0x3A3, 0x45F),  # Greek, Cyrillic
    (0x2010, 0x2027),
    (0x2030, 0x2040),  # dashes, quotation marks, ‰ ※
    (0x2074, 0x208E),  # raised and lowered figures
    (0x2190, 0x23FF),
    (0x2460, 0x25FF),  # arrows, signs of arithmetic, enclosed figures, shapes
)


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts of one folder (and of the system, where the folder is not enough), resolved by role.

    `notes` are Chinese sentences for the user: which role is set in a substitute, that system fonts were taken, or
    that there is no font for Chinese at all.
    """

    fonts: typst.Fonts
    stacks: dict[Role, Stack]
    coverage: Coverage
    draws_chinese: bool
    notes: tuple[str, ...]

    @property
    def stand_in(self) -> str:
        """What is printed where a glyph is missing: 〓, or where even that has none, a question mark."""
        return GETA if GETA in self.coverage else "?"


@lru_cache(maxsize=4)
def load_fonts(folder: Path, *, include_system_fonts: bool = True) -> FontSet:
    """Read the folder once per process. A missing folder is an empty one.

    Where it lacks a role, the system's fonts are taken as well, unless they are left out; the engine's own Latin
    fonts are always there.
    """
    paths: list[str] = [str(folder)] if folder.is_dir() else []
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(paths))
    notes: list[str] = []
    if include_system_fonts and any(not _chosen(role, set(fonts.families())) for role in NAMES):
        fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=list(paths))
        notes.append("字体文件夹中缺少所需字体，已改用系统字体。")
    families = set(fonts.families())
    own: dict[Role, tuple[str, ...]] = {}
    for role, name in NAMES.items():
        own[role] = _chosen(role, families)
        if not own[role]:
            notes.append(f"没有{name}，已用其他中文字体代替，版面可能与标准略有出入。")
        elif OFFICIAL[role] and own[role][0] not in OFFICIAL[role]:
            notes.append(f"{name}采用开源字体 {own[role][0]}。")
    stacks = {role: _stack(role, own[role], families) for role in NAMES}
    files = [(Path(font.path), font.index) for font in fonts.fonts() if font.path is not None]
    coverage = Coverage((*EMBEDDED, *(span for path, index in files for span in spans_of_font(path, index))))
    draws_chinese = all(character in coverage for character in _PROBE)
    if not draws_chinese:
        notes = [NO_CHINESE.format(GETA if GETA in coverage else "?")]
    return FontSet(fonts=fonts, stacks=stacks, coverage=coverage, draws_chinese=draws_chinese, notes=tuple(notes))


def _chosen(role: Role, families: set[str]) -> tuple[str, ...]:
    """At most two families for a role: the best and the next best."""
    return tuple(name for name in (*OFFICIAL[role], *OPEN[role]) if name in families)[:2]


def _stack(role: Role, own: tuple[str, ...], families: set[str]) -> Stack:
    """Latin first, limited to Latin; then the role's own families; then everything that draws Chinese."""
    latin: list[dict[str, str] | str] = []
    if role in ("fang", "kai", "song", "hei"):
        wanted = LATIN_SANS if role == "hei" else LATIN_SERIF
        latin.extend([{"name": name, "covers": "latin-in-cjk"} for name in wanted if name in families][:1])
    behind = [name for name in FALLBACK if name in families and name not in own]
    # The embedded text font stands last, so that the list is never empty.
    return (*latin, *own, *behind, "Libertinus Serif")
