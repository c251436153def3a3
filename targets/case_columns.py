"""The cells of a table of cases: which columns there are, and what may stand in them. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from targets.periods import month_end, parse_period_end
from targets.terms import CHANGES, Accumulation, Comparison, Direction, Form, Kind

REQUIRED_COLUMNS = (
    "case_id",
    "starts_on",
    "ends_on",
    "as_of",
    "accumulation",
    "form",
    "comparison",
    "direction",
    "path",
    "baseline",
    "target",
    "tolerance",
    "whole_units",
    "condition_held",
    "figures",
)
OPTIONAL_COLUMNS = ("basis", "kind", "assessed_on", "strict", "factor", "due_on", "reported_every")
COMPARISON_WORDS = {"≥": ">=", "≤": "<=", "≈": "~", "＞": ">", "＜": "<", "～": "~"}
AT_LEAST_SO_MUCH = {Comparison.AT_LEAST: Comparison.AT_MOST, Comparison.MORE_THAN: Comparison.LESS_THAN}
TRUE_WORDS = frozenset({"true", "1", "yes", "是"})
FALSE_WORDS = frozenset({"false", "0", "no", "否", ""})
FIRST_YEAR, LAST_YEAR = 1900, 2200
Word = TypeVar("Word", bound=StrEnum)


class CaseError(ValueError):
    """A table or a row of it that cannot be read; the message is one Chinese sentence."""


def day_of(cells: Mapping[str, str], column: str) -> date | None:
    text = cells.get(column, "")
    return None if not text else read_day(text, column)


def read_day(text: str, column: str) -> date:
    try:
        day = parse_period_end(text)
    except ValueError:
        raise CaseError(f"{column}的日期“{text}”读不懂，应如2023-12-31、2023-09或2023Q3。") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CaseError(f"{column}的年份应在{FIRST_YEAR}和{LAST_YEAR}之间。")
    return day


def due_day_of(text: str, starts_on: date) -> date:
    """The day of a milestone; MM-DD is the first such day after the start, for one that comes every year."""
    found = re.fullmatch(r"(\d{1,2})[-/](\d{1,2})", text) or re.fullmatch(r"(\d{1,2})月(\d{1,2})日", text)
    if not found:
        if not text:
            raise CaseError("节点目标的target应是日期。")
        return read_day(text, "target")
    month, day = int(found[1]), int(found[2])
    for year in (starts_on.year, starts_on.year + 1):
        if 1 <= month <= 12 and 1 <= day <= month_end(2024, month).day:
            last = month_end(year, month)
            due = last.replace(day=min(day, last.day))
            if due > starts_on:
                return due
    raise CaseError(f"target的日期“{text}”读不懂，应如12-31。")


def number_of(text: str, column: str) -> Decimal | None:
    text = text.strip().replace("−", "-")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CaseError(f"{column}的“{text}”不是数。") from None
    if not number.is_finite():
        raise CaseError(f"{column}的“{text}”不是数。")
    return number


def word_of(cells: Mapping[str, str], column: str, words: type[Word]) -> Word | None:
    text = cells.get(column, "").lower()
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        known = "、".join(one.value for one in words)
        raise CaseError(f"{column}的“{text}”不是可用的值，可用：{known}。") from None


def truth_of(cells: Mapping[str, str], column: str) -> bool:
    text = cells.get(column, "").lower()
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise CaseError(f"{column}的“{text}”应是true或false。")


def direction_and_comparison(
    cells: Mapping[str, str], form: Form, accumulation: Accumulation, value: Decimal | None, base: Decimal | None
) -> tuple[Direction | None, Comparison]:
    """What stands there; a blank comparison follows the direction, a blank direction the comparison or the change.

    “≥” beside a fall speaks of its size: 下降20%以上 is −20 or less.
    """
    text = cells["comparison"]
    comparison = word_of({"comparison": COMPARISON_WORDS.get(text, text)}, "comparison", Comparison)
    direction = word_of(cells, "direction", Direction)
    if comparison is None and direction is None:
        direction = direction_from(form, accumulation, value, base)
    if comparison is None:
        return direction, Comparison.AT_MOST if direction is Direction.DECREASE else Comparison.AT_LEAST
    falls = form in CHANGES and direction is Direction.DECREASE and value is not None and value < 0
    if falls and comparison in AT_LEAST_SO_MUCH:
        return direction, AT_LEAST_SO_MUCH[comparison]
    if direction is None and comparison is not Comparison.ABOUT:
        above = comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN)
        direction = Direction.INCREASE if above else Direction.DECREASE
    return direction, comparison


def direction_from(
    form: Form, accumulation: Accumulation, value: Decimal | None, base: Decimal | None
) -> Direction | None:
    """The direction of a promise that names neither direction nor comparison: where its number leads."""
    if form is Form.CEILING:
        return Direction.DECREASE
    if form in CHANGES:
        return Direction.DECREASE if value is not None and value < 0 else Direction.INCREASE
    if form in (Form.VALUE, Form.HOLD):
        if accumulation is Accumulation.SUM:
            return Direction.INCREASE
        if value is None or base is None:
            raise CaseError("direction和comparison至少应填一个。")
        return Direction.DECREASE if value < base else Direction.INCREASE
    return None


def kinds_of(cells: Mapping[str, str], accumulation: Accumulation) -> tuple[Kind | None, Kind | None, Kind | None]:
    """The kinds of value, numerator and denominator: one word for all, or numerator/denominator."""
    parts = [part.strip() for part in cells.get("kind", "").split("/")]
    if parts == [""]:
        return None, None, None
    kinds = [word_of({"kind": part}, "kind", Kind) for part in parts]
    in_parts = accumulation in (Accumulation.RATIO, Accumulation.RATIO_OF_SUMS)
    if len(kinds) == 1:
        return (None, kinds[0], kinds[0]) if in_parts else (kinds[0], None, None)
    if len(kinds) == 2 and in_parts:
        return None, kinds[0], kinds[1]
    raise CaseError("kind应是一个词；有分子、分母的可写成“分子/分母”，如flow/stock。")


def conditions_of(text: str, starts_on: date, ends_on: date) -> tuple[bool, dict[int, bool]]:
    """Whether a condition is attached, and in which years it held: true, false, or a JSON object of year → bool."""
    lowered = text.lower()
    if not lowered:
        return False, {}
    if lowered in TRUE_WORDS or lowered in FALSE_WORDS:
        held = lowered in TRUE_WORDS
        return True, dict.fromkeys(range(starts_on.year, max(ends_on.year, LAST_YEAR) + 1), held)
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        listed = None
    if isinstance(listed, dict) and all(year.isdecimal() and isinstance(held, bool) for year, held in listed.items()):
        return True, {int(year): held for year, held in listed.items()}
    raise CaseError('condition_held应是true、false、空白，或如{"2023": false}的JSON。')
