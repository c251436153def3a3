"""What the calculus refuses to be told, each with a sentence for the reader."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from targets.terms import (
    Absence,
    Accumulation,
    Comparison,
    Direction,
    Figure,
    FiguresError,
    Flag,
    FlagNote,
    Form,
    InterimTarget,
    Kind,
    TermsError,
    Thresholds,
)
from tests.calculus.promises import START, number, promise

NONSENSE: dict[str, tuple[dict[str, Any], str]] = {
    "an end before the start": ({"ends_on": START, "value": 1}, "截止日应晚于起始日"),
    "a due day before the start": ({"due_on": date(2020, 6, 30), "value": 1}, "期限应晚于"),
    "a final figure due before the end": ({"final_due_on": date(2025, 6, 30), "value": 1}, "终期数"),
    "no value": ({}, "应有目标数值"),
    "a hold without a value": ({"form": Form.HOLD}, "应有目标数值"),
    "a band without an edge": ({"form": Form.BAND, "lower": 1}, "下限和上限"),
    "a band upside down": ({"form": Form.BAND, "lower": 2, "upper": 1}, "不应大于上限"),
    "a milestone without a day": ({"form": Form.MILESTONE}, "完成期限"),
    "points beyond a hundred": ({"form": Form.CHANGE_POINTS, "value": 45, "baseline": 60}, "超过100%"),
    "points beyond a hundred by themselves": ({"form": Form.CHANGE_POINTS, "value": 101}, "超过100%"),
    "a percentage of zero": ({"form": Form.CHANGE_PERCENT, "value": 3, "baseline": 0}, "基期值为0"),
    "a fall of more than all": ({"form": Form.CHANGE_PERCENT, "value": -101, "baseline": 5}, "不应超过100%"),
    "a sum of stocks": ({"accumulation": Accumulation.SUM, "value": 3, "value_kind": Kind.STOCK}, "不能累加"),
    "a rate as a part": (
        {"accumulation": Accumulation.RATIO, "value": 3, "numerator_kind": Kind.RATE},
        "不能是比率",
    ),
    "a ratio of sums of stocks": (
        {"accumulation": Accumulation.RATIO_OF_SUMS, "value": 3, "denominator_kind": Kind.STOCK},
        "不能累加",
    ),
    "a ratio of sums of rates": (
        {"accumulation": Accumulation.RATIO_OF_SUMS, "value": 3, "numerator_kind": Kind.RATE},
        "不能累加",
    ),
    "a hold of a sum": ({"accumulation": Accumulation.SUM, "form": Form.HOLD, "value": 3}, "逐年保持"),
    "a ceiling of a level": ({"form": Form.CEILING, "value": 3}, "总量控制"),
    "a ceiling of nothing": (
        {"form": Form.CEILING, "value": 0, "accumulation": Accumulation.SUM},
        "应大于0",
    ),
    "at least, but less is better": (
        {"comparison": Comparison.AT_LEAST, "direction": Direction.DECREASE, "value": 1},
        "改善方向相反",
    ),
    "at most, but more is better": ({"comparison": Comparison.AT_MOST, "value": 1}, "改善方向相反"),
    "a factor of zero": ({"factor": 0, "value": 1}, "换算系数"),
    "a negative tolerance": ({"tolerance_percent": -1, "value": 1}, "容差"),
    "natural limits upside down": ({"natural_lower": 2, "natural_upper": 1, "value": 1}, "自然下限"),
    "not a number": ({"value": "NaN"}, "不是可以计算的数"),
    "an absurd number": ({"value": "1e400"}, "不是可以计算的数"),
    "two interim targets on a day": (
        {
            "value": 1,
            "interim": (InterimTarget(date(2022, 1, 1), number(1)), InterimTarget(date(2022, 1, 1), number(2))),
        },
        "两个阶段目标",
    ),
    "an interim target after the end": (
        {"value": 1, "interim": (InterimTarget(date(2026, 1, 1), number(1)),)},
        "阶段目标的日期",
    ),
    "an interim target of a hold": (
        {"form": Form.HOLD, "value": 1, "interim": (InterimTarget(date(2022, 1, 1), number(1)),)},
        "没有阶段目标",
    ),
}


@pytest.mark.parametrize("name", sorted(NONSENSE))
def test_it_refuses(name: str) -> None:
    words, sentence = NONSENSE[name]
    with pytest.raises(TermsError, match=sentence) as refused:
        promise(**words)
    assert str(refused.value).endswith("。")


@pytest.mark.parametrize(
    "limits",
    [
        {"on_track": Decimal("0.5"), "at_risk": Decimal("0.6")},
        {"at_risk": Decimal(0)},
        {"too_early": Decimal(2)},
        {"outlook_from": Decimal(-1)},
        {"stale_after_months": 31},
    ],
)
def test_it_refuses_limits_out_of_order(limits: dict[str, Any]) -> None:
    with pytest.raises(TermsError):
        Thresholds(**limits)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"value": Decimal(1), "absence": Absence.NOT_COMPILED},
        {"numerator": Decimal(1)},
        {"value": Decimal(1), "numerator": Decimal(1), "denominator": Decimal(1)},
        {"value": Decimal("Infinity")},
    ],
)
def test_it_refuses_a_figure_that_says_nothing_or_too_much(words: dict[str, Any]) -> None:
    with pytest.raises(FiguresError):
        Figure(date(2021, 12, 31), **words)


def test_a_figure_of_zero_has_a_number() -> None:
    assert Figure(date(2021, 12, 31), Decimal(0)).has_number


def test_points_up_to_exactly_a_hundred_are_fine() -> None:
    assert promise(form=Form.CHANGE_POINTS, value=40, baseline=60).value == 40


def test_terms_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        promise(value=1).strict = True  # type: ignore[misc]


def test_a_flag_is_written_with_its_year() -> None:
    assert [str(FlagNote(Flag.STALE)), str(FlagNote(Flag.NOT_HELD, 2022))] == ["stale", "not_held:2022"]
