"""Writes tables of a workbook that people fill in: locked cells with references, open ones coloured and checked, hidden
keys beside them, printed on A4. Text is written as text whatever it begins with, numbers as numbers."""

import datetime as dt
import io
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from departments.workbooks.keys import SHEET_NAME, TABLE_MARK, WorkbookKeys

FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
LINE = {"border": 1, "border_color": "#C9D1DC"}
NAVY, GREY, OPEN = "#0F2F5F", "#EEF1F5", "#FFF7D6"
LAST_SHEET_ROW, LAST_SHEET_COLUMN = 1_048_575, 16_383
LANDSCAPE_A4 = 9
PROTECTION = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}
WIDEST_PAGE = 220
"""Characters side by side on a page that can still be read."""
KEY_ROW = 3
"""The hidden row of column keys, counted from 0: below title, subtitle and hint."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its hidden key, the head that people read, its width in characters."""

    key: str
    title: str
    width: int
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of our own in a locked cell, and its result as of now."""

    text: str
    result: Decimal | None


Content = str | Decimal | dt.date | Formula | None


@dataclass(frozen=True, slots=True)
class Check:
    """What an open cell accepts while somebody types (a paste is checked when the file comes back)."""

    choices: tuple[str, ...] = ()
    is_number: bool = False
    is_day: bool = False
    longest: int = 0
    hint: str = ""
    only_warns: bool = False
    """Whether something else may be typed after a question."""

    def as_options(self) -> dict[str, Any]:
        """As the writer takes it. Titles may have 32 characters, sentences 255."""
        options: dict[str, Any] = {"error_title": "填写有误", "ignore_blank": True}
        if self.choices:
            names = "、".join(self.choices)
            options |= {
                "validate": "list",
                "source": list(self.choices),
                "error_message": f"请从下拉列表中选：{names}。",
            }
        elif self.is_number:
            options |= {"validate": "decimal", "criteria": "between", "minimum": -(10**15), "maximum": 10**15}
            options["error_message"] = "请只填数字，不带单位和百分号；没有数时请留空，并在“状态”中选明原因。"
        elif self.is_day:
            first, last = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
            options |= {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
            options["error_message"] = "请填写日期，例如 2025-12-31。"
        else:
            options |= {"validate": "length", "criteria": "<=", "value": self.longest}
            options["error_message"] = f"最多 {self.longest} 字，请缩短。"
        if self.only_warns:
            options |= {"error_type": "warning", "error_message": f"{self.hint}确定要这样填吗？"}
        if self.hint:
            options |= {"input_title": "填写提示", "input_message": self.hint[:255]}
        return options


class WorkbookWriter:
    """Makes one workbook in memory; `finish` gives its bytes."""

    def __init__(self, *, title: str) -> None:
        self.content = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.content,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.book.set_properties({"title": title})
        self.book.set_calc_mode("auto")
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def format(self, **properties: Any) -> Any:
        wanted = FONT | properties
        return self._formats.setdefault(tuple(sorted(wanted.items())), self.book.add_format(wanted))

    def add_sheet(self, name: str) -> Any:
        """A sheet under a name that spreadsheets accept and that is not taken yet."""
        name = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:28] or "表"
        taken, number = name, 2
        while taken.lower() in self._names:
            taken, number = f"{name} {number}", number + 1
        self._names.add(taken.lower())
        sheet = self.book.add_worksheet(taken)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(LANDSCAPE_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&F&C第 &P 页，共 &N 页&R打印时间 &D")
        return sheet

    def add_table(
        self, name: str, *, kind: str, heading: Sequence[str], columns: Sequence[Column], frozen: int
    ) -> "TableWriter":
        """A table with its title, subtitle and hint; `frozen` columns stay in sight."""
        return TableWriter(self, self.add_sheet(name), kind=kind, heading=heading, columns=columns, frozen=frozen)

    def add_words(self, name: str, lines: Sequence[str]) -> None:
        """A sheet to be read: the first line as its title."""
        sheet = self.add_sheet(name)
        sheet.set_column(0, 0, 110)
        sheet.write_string(0, 0, lines[0], self.format(bold=True, font_size=14, font_color=NAVY))
        for row, line in enumerate(lines[1:], start=1):
            is_heading = line.endswith("：") and len(line) < 20
            sheet.write_string(row, 0, line, self.format(text_wrap=True, valign="top", bold=is_heading))
            halves = sum(1 if sign.isascii() else 2 for sign in line)
            sheet.set_row(row, 18 * max(1, -(-halves // 108)))
        sheet.protect("", PROTECTION)

    def add_keys(self, keys: WorkbookKeys) -> None:
        """The hidden sheet; not even listed among the hidden ones that a spreadsheet offers to show."""
        sheet = self.book.add_worksheet(SHEET_NAME)
        for row, (key, text) in enumerate(keys.rows()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, text)
        sheet.protect("", {})
        sheet.very_hidden()

    def finish(self) -> bytes:
        self.book.close()
        return self.content.getvalue()


class TableWriter:
    """One table: rows are added from top to bottom, each with its hidden key."""

    def __init__(
        self,
        book: WorkbookWriter,
        sheet: Any,
        *,
        kind: str,
        heading: Sequence[str],
        columns: Sequence[Column],
        frozen: int,
    ) -> None:
        self.book, self.sheet, self.columns = book, sheet, tuple(columns)
        self.position = {column.key: number for number, column in enumerate(self.columns, start=1)}
        looks = (
            book.format(bold=True, font_size=14, font_color=NAVY),
            book.format(font_color="#445063"),
            book.format(font_color="#8F5200"),
        )
        for row, (line, look) in enumerate(zip(heading, looks, strict=True)):
            sheet.write_string(row, 1, line, look)
        sheet.write_string(KEY_ROW, 0, f"{TABLE_MARK}{kind}")
        head = book.format(
            bold=True, font_color="#FFFFFF", bg_color=NAVY, text_wrap=True, align="center", border=1, border_color=NAVY
        )
        for number, column in enumerate(self.columns, start=1):
            sheet.write_string(KEY_ROW, number, column.key)
            sheet.write_string(KEY_ROW + 1, number, column.title, head)
            sheet.set_column(number, number, column.width)
        sheet.set_column(0, 0, None, None, {"hidden": True})
        sheet.set_row(0, 26)
        sheet.set_row(KEY_ROW, None, None, {"hidden": True})
        sheet.set_row(KEY_ROW + 1, 34)
        sheet.freeze_panes(KEY_ROW + 2, frozen + 1)
        sheet.repeat_rows(0, KEY_ROW + 1)
        self._fit_print(frozen)
        sheet.protect("", PROTECTION)
        self.row = KEY_ROW + 2

    def _fit_print(self, frozen: int) -> None:
        """One page wide while that can be read; wider tables go over several, with the frozen columns on each."""
        wide = sum(column.width for column in self.columns)
        if wide <= WIDEST_PAGE:
            return
        beside = sum(column.width for column in self.columns[:frozen])
        self.sheet.repeat_columns(1, frozen)
        self.sheet.fit_to_pages(math.ceil((wide - beside) / (WIDEST_PAGE - beside)), 0)

    def add_row(
        self,
        key: str,
        contents: Mapping[str, Content],
        *,
        checks: Mapping[str, Check] | None = None,
        decimals: Mapping[str, int] | None = None,
        strong: Collection[str] = (),
    ) -> int:
        """Writes a row; cells with a check are open, the others locked. Returns its number, counted from 1."""
        checks, decimals = checks or {}, decimals or {}
        self.sheet.write_string(self.row, 0, key)
        height = 20
        for column in self.columns:
            content = contents.get(column.key)
            is_open = column.key in checks
            look: dict[str, Any] = LINE | {"text_wrap": column.wraps, "bold": column.key in strong}
            look |= {"locked": 0, "bg_color": OPEN} if is_open else {"bg_color": GREY if content is None else "#FFFFFF"}
            self._write(self.row, self.position[column.key], content, look, decimals.get(column.key), is_open=is_open)
            if column.wraps and isinstance(content, str):
                height = max(height, min(160, 16 * max(1, -(-len(content) * 2 // column.width))))
            if is_open:
                self.sheet.data_validation(
                    self.row,
                    self.position[column.key],
                    self.row,
                    self.position[column.key],
                    checks[column.key].as_options(),
                )
        self.sheet.set_row(self.row, height)
        self.row += 1
        return self.row

    def _write(
        self, row: int, column: int, content: Content, look: dict[str, Any], decimals: int | None, *, is_open: bool
    ) -> None:
        if isinstance(content, str):
            # The mark keeps it text when somebody opens the cell and presses Enter, too.
            quoted = {"quote_prefix": True} if content.startswith(("=", "+", "-", "@")) else {}
            self.sheet.write_string(row, column, content, self.book.format(**look, **quoted, indent=1))
        elif isinstance(content, dt.date):
            self.sheet.write_datetime(row, column, content, self.book.format(**look, num_format="yyyy-mm-dd"))
        elif isinstance(content, Decimal | Formula):
            places = "" if not decimals else "." + "0" * decimals
            # An open cell stays General: only there does a typed 95.8% turn into a percent format that can be read.
            numbers = {} if is_open else {"num_format": f"#,##0{places}"}
            shape = self.book.format(**look, **numbers, align="right")
            if isinstance(content, Decimal):
                self.sheet.write_number(row, column, float(content), shape)
            else:
                result = "" if content.result is None else float(content.result)
                self.sheet.write_formula(row, column, content.text, shape, result)
        else:
            self.sheet.write_blank(row, column, None, self.book.format(**look))

    def letter(self, key: str) -> str:
        """The letters of a column, for formulas."""
        return str(xlsxwriter.utility.xl_col_to_name(self.position[key]))

    def finish(self) -> None:
        self.sheet.print_area(0, 1, max(self.row - 1, KEY_ROW + 1), len(self.columns))
