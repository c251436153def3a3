"""Sets a briefing as PDF: the same bytes from the same content, and never a box in place of a character.

The profile is PDF/A-2a with PDF/UA-1: archivable, tagged, readable aloud. Content reaches the layout as JSON, never as
source, so nothing that a user typed is ever read as markup.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from reports.briefing.fonts import FontSet, load_fonts

if TYPE_CHECKING:
    from reports.briefing.blocks import BriefingContent

LAYOUT = Path(__file__).resolve().parent / "layout"
PDF_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
BEIJING = timezone(timedelta(hours=8))
NAMED = 20  # so many missing characters are named with their numbers; of more, the first ones and how many
# What the layout itself prints; checked against the fonts as the content is.
LAYOUT_WORDS = {"figure": "图", "table": "表", "continued": "续表", "annex": "附件", "note": "注：", "colon": "："}

_one_at_a_time = threading.Lock()


class BriefingError(Exception):
    """The PDF could not be made; the message is a Chinese sentence for the user."""


@dataclass(frozen=True, slots=True)
class SetBriefing:
    """The bytes of the PDF, the characters that had no glyph, what stands for them, and notes about the fonts."""

    pdf: bytes
    missing: tuple[str, ...]
    stand_in: str
    font_notes: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the user is told beside the file."""
        if not self.missing:
            return self.font_notes
        if len(self.missing) > NAMED:
            named = f"{'、'.join(self.missing[:NAMED])}等{len(self.missing)}个字符"
        else:
            named = "、".join(_named(character) for character in self.missing)
        return (*self.font_notes, f"现有字体缺少以下字符，简报中以“{self.stand_in}”代替：{named}。")


def render_pdf(content: BriefingContent, *, on: date, fonts_dir: Path) -> bytes:
    """The PDF of a briefing issued on the given day. Raises BriefingError with a Chinese sentence."""
    return set_briefing(content, on=on, fonts_dir=fonts_dir).pdf


def set_briefing(content: BriefingContent, *, on: date, fonts_dir: Path) -> SetBriefing:
    """As `render_pdf`, with the characters that had no glyph and the notes about the fonts."""
    fonts = load_fonts(Path(fonts_dir))
    data, missing = printable({**content.as_data(), "words": LAYOUT_WORDS}, fonts)
    pdf = _compile(data, fonts, on)
    return SetBriefing(pdf=pdf, missing=tuple(missing), stand_in=fonts.stand_in, font_notes=fonts.notes)


def printable(data: Mapping[str, Any], fonts: FontSet) -> tuple[dict[str, Any], list[str]]:
    """The content with every character that cannot be printed replaced by 〓 or “?”, and those characters once each.

    Control and formatting characters are dropped: they have no glyph and PDF/A refuses some of them. Private-use
    characters are refused by PDF/A even where a font draws them.
    """
    missing: dict[str, None] = {}

    def cleaned(text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        letters = []
        for letter in unicodedata.normalize("NFC", text):
            category = unicodedata.category(letter)
            if letter.isspace():
                letters.append(letter if letter == "\u3000" and letter in fonts.coverage else " ")
            elif category in ("Cc", "Cf"):
                continue
            elif category in ("Co", "Cs") or letter not in fonts.coverage:
                missing[letter] = None
                letters.append(fonts.stand_in)
            else:
                letters.append(letter)
        return "".join(letters)

    def walked(value: Any) -> Any:
        if isinstance(value, str):
            return cleaned(value)
        if isinstance(value, Mapping):
            return {key: walked(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [walked(each) for each in value]
        return value

    return {key: walked(value) for key, value in data.items()}, list(missing)


def _named(character: str) -> str:
    """The character with its number; a lone surrogate, which no file and no database takes, by its number alone."""
    number = f"U+{ord(character):04X}"
    return number if unicodedata.category(character) == "Cs" else f"{character}（{number}）"


def _compile(data: Mapping[str, Any], fonts: FontSet, on: date) -> bytes:
    inputs = {
        "content": json.dumps(data, ensure_ascii=False, sort_keys=True),
        "fonts": json.dumps(fonts.stacks, ensure_ascii=False, sort_keys=True),
    }
    try:
        with _one_at_a_time:
            pdf = typst.compile(
                str(LAYOUT / "briefing.typ"),
                root=str(LAYOUT),
                font_paths=fonts.fonts,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=PDF_STANDARDS,
                timestamp=datetime.combine(on, time(), tzinfo=BEIJING),
            )
    except typst.TypstError as failure:
        raise BriefingError(f"简报排版失败，请联系系统管理员。技术信息：{failure}") from failure
    return pdf
