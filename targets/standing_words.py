"""PURE: how far a promise is and how far it has to go, in the words of a table cell; one wording for every page.

Every text takes the calculus' own values; rounding happens here and nowhere before, never upwards to the target.
"""

from decimal import Decimal

from targets.numbers import shown
from targets.promise_words import NONE, with_unit
from targets.terms import HUNDRED, Assessment, Direction


def points_unit(unit: str) -> str:
    """The unit of a difference: between two percentages it is 个百分点."""
    return "个百分点" if unit == "%" else unit


def value_text(
    value: Decimal | None,
    *,
    decimals: int,
    unit: str,
    target: Decimal | None = None,
    direction: Direction | None = None,
) -> str:
    """A level in the indicator's unit, or — where there is none."""
    if value is None:
        return NONE
    text = shown(value, decimals, target, direction=direction, percent=unit == "%" and target == HUNDRED)
    return with_unit(text, unit)


def actual_text(assessment: Assessment, *, decimals: int, unit: str, direction: Direction) -> str:
    """The actual value; with ≥ in front where a period of a sum is missing and it is only a lower bound."""
    if assessment.actual is None:
        return NONE
    text = value_text(assessment.actual, decimals=decimals, unit=unit, target=assessment.target, direction=direction)
    return f"≥{text}" if any(note.flag == "partial_sum" for note in assessment.flags) else text


def gap_text(
    assessment: Assessment,
    *,
    decimals: int,
    unit: str,
    direction: Direction = Direction.INCREASE,
    is_budget: bool = False,
    is_band: bool = False,
) -> str:
    """How far to go or how far beyond, in the indicator's own unit; a gap is never rounded away to nothing."""
    gap = assessment.gap
    if gap is None:
        return NONE
    places = decimals
    while gap and places < 8 and Decimal(shown(abs(gap), places)) == 0:
        places += 1
    amount = with_unit(shown(abs(gap), places), points_unit(unit))
    if is_band:
        return f"偏离区间{amount}" if gap else "在区间内"
    if is_budget:
        return f"超出控制数{amount}" if gap > 0 else f"余量{amount}"
    if gap == 0:
        return "持平" if assessment.met is not False else "持平，须超过"
    if gap > 0:
        return f"差{amount}（容差内）" if assessment.met else f"还差{amount}"
    return f"{'高于' if direction is Direction.INCREASE else '低于'}目标{amount}"
