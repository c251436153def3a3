"""PURE: what was promised, in the words of a table cell; one wording for every page and document."""

import datetime as dt
from decimal import Decimal

from targets.terms import Accumulation, Comparison, Direction, Form

NONE = "—"
UNIT_NOT_SHOWN = {"系数"}


def number_text(value: Decimal) -> str:
    """A promised number as the plan writes it: no trailing zeros."""
    return f"{value.normalize():f}"


def with_unit(number: str, unit: str) -> str:
    """A number and its unit without a space; a coefficient has none to show."""
    return number if unit in UNIT_NOT_SHOWN else f"{number}{unit}"


def target_text(
    *,
    form: Form,
    comparison: Comparison,
    direction: Direction,
    accumulation: Accumulation,
    value: Decimal | None,
    lower: Decimal | None,
    upper: Decimal | None,
    unit: str,
    due_on: dt.date,
    baseline_year: int,
    is_aspirational: bool = False,
    is_strict: bool = False,
) -> str:
    """The promise in the words of a table cell, such as 较2020年下降6%左右 or ≥4500万平方米（累计）."""
    text = _promise(form, comparison, direction, value, lower, upper, unit, due_on, baseline_year)
    if accumulation in (Accumulation.SUM, Accumulation.RATIO_OF_SUMS) and form in (Form.VALUE, Form.CEILING):
        text = f"{text}（累计）"
    if is_strict and form is Form.HOLD:
        text = f"每年{text}"
    return f"力争{text}" if is_aspirational else text


def _promise(
    form: Form,
    comparison: Comparison,
    direction: Direction,
    value: Decimal | None,
    lower: Decimal | None,
    upper: Decimal | None,
    unit: str,
    due_on: dt.date,
    baseline_year: int,
) -> str:
    if form is Form.DIRECTION:
        return "进一步提高（未定量）" if direction is Direction.INCREASE else "进一步降低（未定量）"
    if form is Form.MILESTONE:
        return f"{_day(due_on)}前完成"
    if form is Form.YEARLY_MILESTONE:
        return f"每年{due_on.month}月{due_on.day}日前完成"
    if form is Form.BAND:
        if lower is None or upper is None:
            return NONE
        return f"{with_unit(number_text(lower), unit)}—{with_unit(number_text(upper), unit)}"
    if value is None:
        return NONE
    if form in (Form.CHANGE_PERCENT, Form.CHANGE_ABSOLUTE, Form.CHANGE_POINTS):
        verbs = {
            Form.CHANGE_PERCENT: ("增长", "下降"),
            Form.CHANGE_ABSOLUTE: ("新增", "减少"),
            Form.CHANGE_POINTS: ("提高", "降低"),
        }[form]
        verb = verbs[0] if value >= 0 else verbs[1]
        amount = with_unit(number_text(abs(value)), unit)
        return f"较{baseline_year}年{verb}{_compared(comparison, amount)}"
    amount = with_unit(number_text(value), unit)
    if form is Form.HOLD:
        side = "以上" if comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN) else "以下"
        return f"稳定在{amount}{side}"
    if form is Form.CEILING:
        return f"控制在{amount}以内"
    if comparison is Comparison.ABOUT:
        return f"{amount}左右"
    signs = {
        Comparison.AT_LEAST: "≥",
        Comparison.MORE_THAN: "＞",
        Comparison.AT_MOST: "≤",
        Comparison.LESS_THAN: "＜",
    }
    return f"{signs[comparison]}{amount}"


def _compared(comparison: Comparison, amount: str) -> str:
    if comparison is Comparison.ABOUT:
        return f"{amount}左右"
    if comparison in (Comparison.MORE_THAN, Comparison.LESS_THAN):
        return f"超过{amount}"
    return amount


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
