"""Decides what one filled cell of a workbook means: a number, a choice, a day or words.

A hint comes with it where more was read into the cell than stands there, a sentence where nothing can be stored.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Generic, TypeVar

from accounts.workbook_reading import ReadCell
from departments.plausibility import plain
from targets.number_input import DECIMAL_PLACES, NumberRefused, parse_decimal

Value = TypeVar("Value")

SIGNIFICANT = 15
"""Digits that a spreadsheet shows and keeps; what comes after them is noise of binary fractions."""
ERRORS = {
    "#REF!": "引用的单元格已被删除",
    "#N/A": "查找不到对应的数",
    "#DIV/0!": "除数为 0",
    "#VALUE!": "参与计算的内容不是数",
    "#NAME?": "公式里有认不出的名称",
    "#NUM!": "计算结果超出范围",
    "#NULL!": "公式里的区域没有交集",
}
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
EPOCH = dt.date(1899, 12, 30)
"""Day 0 of a spreadsheet's count of days."""


class CellRefused(ValueError):
    """A cell that says nothing that could be stored; its only argument is a Chinese sentence with the way out."""


@dataclass(frozen=True, slots=True)
class Meant(Generic[Value]):
    """What a cell means, and a hint where a person should look whether it does."""

    value: Value
    hint: str = ""


def number_in(cell: ReadCell, *, unit: str, before: Decimal | None = None) -> Meant[Decimal]:
    """The number of a filled cell, as it is seen there: 0.958 shown as 95.8% is 95.8 where the unit is %.

    before: the number that was written into the workbook; a cell that still holds it is that number exactly, though a
    spreadsheet keeps fifteen digits only. Raises CellRefused.
    """
    _refuse_nonsense(cell, wanted="数字")
    if cell.kind == "d":
        raise CellRefused(
            f"该格是日期（{cell.text[:10]}），不是数字：请把单元格格式改为“常规”，重新填写数字。"
            "（直接输入“10-1”之类会被自动变成日期。）"
        )
    if cell.kind == "s":
        try:
            number = parse_decimal(cell.text)
        except NumberRefused as refusal:
            raise CellRefused(f"{refusal}没有数时请留空，并在“状态”中选明原因。") from refusal
        seen = cell.text.strip()
        return Meant(number, "" if seen == plain(number) else f"文本“{seen[:30]}”读作 {plain(number)}")
    hints = ["该格是公式，按计算结果读取"] if cell.is_formula else []
    shown = _as_shown(cell.text)
    is_percent = "%" in re.sub(r'"[^"]*"|\\.', "", cell.number_format)
    if is_percent and unit != "%":
        raise CellRefused(
            f"该格是百分比格式（显示为 {plain(shown * 100)}%），而单位是“{unit}”：请把格式改为“常规”后重新填写。"
        )
    if is_percent:
        shown *= 100
        hints.append(f"百分比格式，按显示的 {plain(shown)}% 读作 {plain(shown)}")
    elif before is not None and shown == _as_shown(repr(float(before))):
        return Meant(before)
    rounded = shown.quantize(Decimal(1).scaleb(-DECIMAL_PLACES), rounding=ROUND_HALF_EVEN)
    if rounded != shown:
        hints.append(f"小数超过 {DECIMAL_PLACES} 位，取为 {plain(rounded)}")
    try:
        number = parse_decimal(plain(rounded))
    except NumberRefused as refusal:
        raise CellRefused(str(refusal)) from refusal
    return Meant(number, "；".join(hints))


def _as_shown(text: str) -> Decimal:
    number = float(text)
    if number != number or abs(number) >= 10**17:  # none at all, or one that no column holds
        raise CellRefused("数字过大或不是有效的数：请检查后重新填写。")
    return Decimal(f"{number:.{SIGNIFICANT}g}")


def _refuse_nonsense(cell: ReadCell, *, wanted: str) -> None:
    if cell.kind == "":
        raise CellRefused(
            "该格是公式，但文件里没有保存计算结果：请用 Excel 或 WPS 打开、保存一次，或复制后粘贴为数值，再上传。"
        )
    if cell.kind == "e":
        why = ERRORS.get(cell.text, "计算出错")
        raise CellRefused(f"该格显示 {cell.text}（{why}）：请改正公式，或直接填写{wanted}。")
    if cell.kind == "b":
        raise CellRefused(f"该格是逻辑值 {cell.text}，不是{wanted}：请重新填写。")


def words_in(cell: ReadCell) -> Meant[str]:
    """The text of a cell; a number or day in it is taken as its words."""
    _refuse_nonsense(cell, wanted="文字")
    text = plain(_as_shown(cell.text)) if cell.kind == "n" else cell.text
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return Meant("".join(sign for sign in text if sign in "\n\t" or sign.isprintable()))


def choice_in(cell: ReadCell, choices: Mapping[str, str], *, column: str) -> Meant[str]:
    """The value of the choice whose label the cell says. Raises CellRefused with the labels."""
    _refuse_nonsense(cell, wanted="文字")
    text = re.sub(r"\s", "", cell.text)
    for value, label in choices.items():
        if text == label:
            return Meant(value)
    labels = "、".join(f"“{label}”" for label in choices.values())
    raise CellRefused(f"“{column}”填的是“{cell.text.strip()[:30]}”，不在可选范围内：请从下拉列表中选择{labels}之一。")


def day_in(cell: ReadCell) -> Meant[dt.date]:
    """The day of a cell: a date, the count of days behind one, or a day written out. Raises CellRefused."""
    _refuse_nonsense(cell, wanted="日期")
    hint = ""
    day: dt.date | None = None
    if cell.kind == "d":
        written = re.match(r"\d{4}-\d\d-\d\d", cell.text)
        day = None if written is None else dt.date.fromisoformat(written[0])
    else:
        text = plain(_as_shown(cell.text)) if cell.kind == "n" else cell.text.strip()
        written = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日{0,1}", text) or re.fullmatch(
            r"(\d{4})(\d\d)(\d\d)", text
        )
        if written is not None:
            day = _day(*map(int, written.groups()))
        elif cell.kind == "n" and re.fullmatch(r"\d{5}", text):
            day = EPOCH + dt.timedelta(days=int(text))
            hint = f"数字 {text} 按日期序号读作 {day}"
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise CellRefused(f"“{cell.text.strip()[:30]}”不是有效日期：请按“2025-12-31”的格式填写。")
    return Meant(day, hint)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
