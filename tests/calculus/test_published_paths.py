"""Paths and rates published by WHO and UNICEF: the calculus walks the same."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.numbers import as_decimal
from targets.paths import Course, logarithm, power
from targets.progress import assess
from targets.terms import (
    Accumulation,
    Baseline,
    Comparison,
    Direction,
    Figure,
    Form,
    Terms,
)
from tests.calculus.published import inputs_of, rows_of

VECTORS = {row["case_id"]: row for row in rows_of("who_unicef_vectors.csv")}


def path_of(case_id: str, *, geometric: bool = False) -> Course:
    inputs = inputs_of(VECTORS[case_id])
    months = 12 * int(inputs["target_year"] - inputs["base_year"])
    return Course(Fraction(inputs["base"]), Fraction(inputs["target"]), months, geometric=geometric)


def test_the_linear_path_passes_through_the_published_points() -> None:
    course = path_of("V01")
    published = [Decimal(one) for one in VECTORS["V01"]["published_result"].split(";")]
    passed = [course.expected(12 * year) for year in range(8)]
    assert [round(as_decimal(one), 6) for one in passed if one is not None] == published


def test_thirty_per_cent_less_is_not_thirty_points_less() -> None:
    inputs = inputs_of(VECTORS["V02"])
    terms = Terms(
        starts_on=date(int(inputs["base_year"]), 12, 31),
        ends_on=date(int(inputs["target_year"]), 12, 31),
        accumulation=Accumulation.LATEST,
        form=Form.CHANGE_PERCENT,
        comparison=Comparison.AT_MOST,
        direction=Direction.DECREASE,
        value=Decimal(-30),
        baseline=Baseline(Decimal(inputs["base_pct"])),
    )
    day = date(2020, 12, 31)
    assert assess(terms, [Figure(day, Decimal(80))], as_of=day).target == 63


@pytest.mark.parametrize("case_id", ["V03", "V04"])
def test_the_geometric_path_lands_on_the_target(case_id: str) -> None:
    course = path_of(case_id, geometric=True)
    published = Decimal(VECTORS[case_id]["published_result"])
    assert course.expected(course.months) == published
    landed = course.at_share(Fraction(1))
    assert landed == published


@pytest.mark.parametrize("case_id", ["V05", "V06"])
def test_relative_change_is_taken_of_the_base(case_id: str) -> None:
    inputs = inputs_of(VECTORS[case_id])
    change = Decimal(inputs["change_pct"])
    rising = change > 0
    terms = Terms(
        starts_on=date(2018, 12, 31),
        ends_on=date(2025, 12, 31),
        accumulation=Accumulation.LATEST,
        form=Form.CHANGE_PERCENT,
        comparison=Comparison.AT_LEAST if rising else Comparison.AT_MOST,
        direction=Direction.INCREASE if rising else Direction.DECREASE,
        value=change,
        baseline=Baseline(Decimal(inputs["base"])),
    )
    day = date(2020, 12, 31)
    result = assess(terms, [Figure(day, Decimal(68))], as_of=day)
    assert result.target == Decimal(VECTORS[case_id]["published_result"])


def test_growth_at_last_years_rate_leads_where_the_published_projection_leads() -> None:
    inputs = inputs_of(VECTORS["V07"])
    grown = Fraction(inputs["y2018"]) * power(Fraction(inputs["y2018"]) / Fraction(inputs["y2017"]), Fraction(7))
    assert abs(as_decimal(grown) - Decimal(VECTORS["V07"]["published_result"])) < Decimal("1e-12")


def test_a_log_linear_slope_and_a_yearly_rate_say_the_same() -> None:
    slope = Fraction(inputs_of(VECTORS["V08"])["beta"])
    assert round(logarithm(1 - Fraction("0.064")), 4) == round(slope, 4)
