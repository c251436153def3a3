"""PURE: the parts a briefing is made of, as frozen values and as JSON-able data for the layout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.drawing import Drawing

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is set in 黑体 (一、), level 2 in 楷体 (（一）)."""

    text: str
    level: int = 1

    def as_data(self) -> Data:
        return {"kind": "heading", "level": self.level, "text": self.text}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Set justified, unless it holds long strings that would be torn apart."""

    text: str
    justified: bool = True

    def as_data(self) -> Data:
        return {"kind": "paragraph", "text": self.text, "justified": self.justified}


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a table; `colour` as #RRGGBB, empty for black."""

    text: str
    colour: str = ""

    def as_data(self) -> Data:
        return {"text": self.text, "colour": self.colour}


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row; a group row has one, which runs across the table."""

    cells: tuple[Cell, ...]
    group: bool = False

    def as_data(self) -> Data:
        return {"group": self.group, "cells": [cell.as_data() for cell in self.cells]}


@dataclass(frozen=True, slots=True)
class Column:
    """Head, share of the width, and alignment (left, center, right)."""

    head: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is unique in the briefing; it finds the page where the table begins."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    note: str = ""

    def __post_init__(self) -> None:
        if any(len(row.cells) != (1 if row.group else len(self.columns)) for row in self.rows):
            raise ValueError("a row of the table has not one cell for each column")

    def as_data(self) -> Data:
        return {
            "kind": "table",
            "id": self.name,
            "title": self.title,
            "head": [column.head for column in self.columns],
            "widths": [column.width for column in self.columns],
            "align": [column.align for column in self.columns],
            "rows": [row.as_data() for row in self.rows],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Charts:
    """Drawings side by side."""

    drawings: tuple[Drawing, ...]

    def as_data(self) -> Data:
        return {"kind": "charts", "drawings": [drawing.as_data() for drawing in self.drawings]}


Block = Heading | Paragraph | Table | Charts


@dataclass(frozen=True, slots=True)
class Recipients:
    """A line of the 版记: the group (报, 送, 发) and its names."""

    group: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingContent:
    """All that is printed, in order. Days and numbers are words already; nothing is computed when it is set."""

    organisation: str
    issue: str
    editor: str
    issued_on: str
    title_lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    annex_title: str
    annex: tuple[Block, ...]
    recipients: tuple[Recipients, ...]
    printed_by: str
    printed_on: str
    copies: str
    demonstration_mark: str
    draft_mark: str
    keywords: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    def as_data(self) -> Data:
        """As JSON-able data, in the shape that layout/briefing.typ reads."""
        return {
            "title": self.title,
            "title_lines": list(self.title_lines),
            "keywords": list(self.keywords),
            "description": f"{self.organisation} {self.issue}".strip(),
            "mast": {
                "organisation": self.organisation,
                "issue": self.issue,
                "editor": self.editor,
                "issued_on": self.issued_on,
            },
            "marks": {"demonstration": self.demonstration_mark, "draft": self.draft_mark},
            "blocks": [block.as_data() for block in self.blocks],
            "annex_title": self.annex_title,
            "annex": [block.as_data() for block in self.annex],
            "imprint": {
                "recipients": [{"group": each.group, "names": each.names} for each in self.recipients],
                "printed_by": self.printed_by,
                "printed_on": self.printed_on,
                "copies": self.copies,
            },
        }


def digest(blocks: Sequence[Block]) -> str:
    """SHA-256 over what the blocks say, as 64 hexadecimal digits: the same data, the same digest."""
    canonical = json.dumps([block.as_data() for block in blocks], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
