"""From reported figures to the actual value: kinds, bases, accumulations."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from targets.periods import Flow
from targets.progress import assess
from targets.terms import (
    Accumulation,
    AssessedOn,
    Baseline,
    Basis,
    Comparison,
    Figure,
    FiguresError,
    Form,
    Frequency,
    Kind,
    Status,
)
from tests.calculus.promises import START, day_of, falling, figures_of, flags_of, number, promise, stands

QUARTERS_OF_2021: dict[object, object] = {"2021Q1": 1, "2021Q2": 2, "2021Q3": 3, "2021Q4": 4}
YEAR_TO_DATE_OF_2021: dict[object, object] = {"2021Q1": 1, "2021Q2": 3, "2021Q3": 6, "2021Q4": 10}


@pytest.mark.parametrize(
    ("basis", "by_day"),
    [
        (Basis.PERIOD, {**QUARTERS_OF_2021, "2022Q1": 5, "2022Q2": 6}),
        (Basis.YEAR_TO_DATE, {**YEAR_TO_DATE_OF_2021, "2022Q1": 5, "2022Q2": 11}),
        (Basis.SINCE_START, {**YEAR_TO_DATE_OF_2021, "2022Q1": 15, "2022Q2": 21}),
    ],
)
def test_a_flow_says_the_same_on_every_basis(basis: Basis, by_day: dict[object, object]) -> None:
    total = stands(promise(accumulation=Accumulation.SUM, value=100, basis=basis), by_day)
    assert (total.actual, flags_of(total)) == (21, set())
    newest = stands(promise(value=100, value_kind=Kind.FLOW, basis=basis), by_day)
    assert (newest.actual, newest.datum_on, newest.part_year_actual) == (10, date(2021, 12, 31), 11)
    assert newest.same_period_last_year == 3


def test_the_newest_value_of_a_flow_is_that_of_a_whole_year() -> None:
    terms = promise(value=105, value_kind=Kind.FLOW, baseline=100)
    assert stands(terms, {2021: 101, 2022: 102, "2023Q1": 30}).actual == 102
    assert stands(terms, {2021: 101, "2022Q1": 30, "2022Q2": 30, "2022Q4": 30}).actual == 101


def test_a_flow_without_any_whole_year_is_not_judged() -> None:
    terms = promise(value=105, value_kind=Kind.FLOW, baseline=100)
    assert stands(terms, {"2021Q1": 30, "2021Q2": 30}).status is Status.TOO_EARLY


def test_the_same_period_of_the_year_before_the_plan_serves_for_comparison_only() -> None:
    terms = promise(value=105, value_kind=Kind.FLOW, basis=Basis.YEAR_TO_DATE, baseline=100)
    result = stands(terms, {"2020Q2": 44, "2020Q4": 100, "2021Q2": 47})
    assert (result.datum_on, result.part_year_actual, result.same_period_last_year) == (None, 47, 44)


def test_a_ratio_of_flows_adds_up_within_the_year() -> None:
    terms = promise(accumulation=Accumulation.RATIO, value=40, factor=100)
    result = stands(terms, {"2021Q4": (1, 100), "2022Q1": (10, 50), "2022Q2": (50, 100)})
    assert result.actual == 40


def test_a_ratio_with_a_missing_quarter_is_flagged_and_still_judged() -> None:
    terms = promise(accumulation=Accumulation.RATIO, value=40, factor=100, reported_every=Frequency.QUARTER)
    result = stands(terms, {"2022Q2": (50, 100), "2022Q3": (30, 100)})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"periods_missing", "early"})


def test_a_ratio_of_year_to_date_figures_is_taken_as_it_stands() -> None:
    terms = promise(accumulation=Accumulation.RATIO, value=40, factor=100, basis=Basis.YEAR_TO_DATE)
    assert stands(terms, {"2022Q1": (10, 50), "2022Q2": (60, 150)}).actual == 40


def test_a_ratio_of_stocks_is_as_of_its_end() -> None:
    kinds = {"numerator_kind": Kind.STOCK, "denominator_kind": Kind.STOCK}
    terms = promise(accumulation=Accumulation.RATIO, value=100, factor=100, **kinds)
    assert stands(terms, {"2022Q2": (1, 10), "2022Q4": (3, 12)}).actual == 25


def test_a_flow_over_a_stock_works() -> None:
    terms = falling(
        accumulation=Accumulation.RATIO,
        form=Form.CHANGE_PERCENT,
        value=-6,
        baseline=20,
        factor="0.1",
        numerator_kind=Kind.FLOW,
        denominator_kind=Kind.STOCK,
        assessed_on=AssessedOn.YEAR,
    )
    result = stands(terms, {"2021Q2": (60000, 640), "2021Q4": (65000, 650)})
    assert result.actual == Decimal(125000) / 650 / 10
    assert result.target == number("18.8")


def test_a_ratio_of_sums_is_no_mean_of_ratios() -> None:
    terms = promise(accumulation=Accumulation.RATIO_OF_SUMS, value=30, factor=100)
    result = stands(terms, {2021: (1, 2), 2022: (10, 98)})
    assert result.actual == 11


def test_a_ratio_of_sums_reported_since_the_start_is_not_summed_again() -> None:
    terms = promise(accumulation=Accumulation.RATIO_OF_SUMS, value=30, factor=100, basis=Basis.SINCE_START)
    assert stands(terms, {2021: (1, 2), 2022: (11, 100)}).actual == 11


def test_a_year_to_date_that_falls_is_legal() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100, basis=Basis.YEAR_TO_DATE)
    assert stands(terms, {"2021Q2": 50, "2021Q3": 45}).actual == 45


def test_a_year_to_date_needs_no_middle_quarter_but_the_end_of_every_year() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100, basis=Basis.YEAR_TO_DATE)
    assert flags_of(stands(terms, {"2021Q4": 20, "2022Q3": 15})) == set()
    part = stands(terms, {"2021Q3": 15, "2022Q3": 15})
    assert (part.actual, flags_of(part)) == (30, {"partial_sum"})


def test_a_plan_that_starts_within_a_year_leaves_out_what_came_before() -> None:
    terms = promise(
        accumulation=Accumulation.SUM,
        value=100,
        basis=Basis.YEAR_TO_DATE,
        starts_on=date(2021, 6, 30),
        ends_on=date(2025, 12, 31),
    )
    result = stands(terms, {"2021Q2": 20, "2021Q4": 50, "2022Q2": 10})
    assert (result.actual, flags_of(result)) == (40, set())


@pytest.mark.parametrize("every", [None, Frequency.QUARTER])
def test_how_often_it_is_reported_is_inferred_where_it_is_not_said(every: Frequency | None) -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100, reported_every=every)
    assert "partial_sum" in flags_of(stands(terms, {"2021Q1": 1, "2021Q2": 1, "2021Q4": 1}))


def test_a_lone_figure_at_a_year_end_is_the_years_unless_quarters_are_due() -> None:
    by_day: dict[object, object] = {2021: 10, 2022: 10, "2023Q1": 2}
    assert flags_of(stands(promise(accumulation=Accumulation.SUM, value=100), by_day)) == set()
    due = promise(accumulation=Accumulation.SUM, value=100, reported_every=Frequency.QUARTER)
    assert flags_of(stands(due, by_day)) == {"partial_sum"}


def test_a_lone_year_end_after_a_year_of_quarters_lacks_its_quarters() -> None:
    by_day: dict[object, object] = {**QUARTERS_OF_2021, 2022: 10}
    total = stands(promise(accumulation=Accumulation.SUM, value=100), by_day)
    assert (total.actual, flags_of(total), total.status) == (20, {"partial_sum"}, Status.NOT_ASSESSED)
    newest = stands(promise(value=100, value_kind=Kind.FLOW), by_day)
    assert (newest.actual, newest.datum_on) == (10, date(2021, 12, 31))


def test_quarters_after_years_reported_once_leave_those_years_whole() -> None:
    by_day: dict[object, object] = {2020: 9, 2021: 10, "2022Q1": 1, "2022Q2": 2, "2022Q3": 3, "2022Q4": 4}
    total = stands(promise(accumulation=Accumulation.SUM, value=100), by_day)
    assert (total.actual, flags_of(total)) == (20, set())
    assert "partial_sum" in flags_of(stands(promise(accumulation=Accumulation.SUM, value=100), {**by_day, 2023: 5}))


def test_a_value_reported_since_the_start_counts_from_zero_and_not_from_its_baseline() -> None:
    for kind in (None, Kind.STOCK, Kind.RATE):
        terms = promise(value=100, baseline=50, basis=Basis.SINCE_START, value_kind=kind)
        result = stands(terms, {"2022Q2": 20, "2023Q2": 25})
        assert (result.baseline, result.target, result.progress) == (0, 100, number("0.25"))
        assert (result.actual, result.pace) == (25, number("0.5"))


def test_a_substitute_for_a_baseline_that_is_not_used_is_not_flagged() -> None:
    terms = promise(value=100, baseline=Baseline(number(50), substitute=True), basis=Basis.SINCE_START)
    result = stands(terms, {2023: 60})
    assert flags_of(result) == set()
    assert "基期值" not in {step.label for step in result.steps}


def test_a_tolerance_of_a_value_reported_since_the_start_is_of_the_whole_value() -> None:
    terms = promise(value=100, baseline=50, basis=Basis.SINCE_START, comparison=Comparison.ABOUT)
    assert stands(terms, {2025: 95}).tolerance == 5


def test_a_denominator_below_zero_is_refused() -> None:
    terms = promise(value=10, accumulation=Accumulation.RATIO)
    with pytest.raises(FiguresError, match="分母不应为负数"):
        stands(terms, {2021: (1, 2), 2022: (-1, -2)})
    assert stands(terms, {2021: (-1, 2)}).actual == number("-0.5")


def test_a_denominator_that_falls_below_zero_by_a_difference_is_refused() -> None:
    terms = promise(value=10, accumulation=Accumulation.RATIO, basis=Basis.SINCE_START)
    with pytest.raises(FiguresError, match="分母为负数"):
        stands(terms, {2021: (5, 100), 2022: (6, 90)})


def test_the_order_of_the_figures_does_not_matter() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    made = figures_of({2021: 10, 2022: 30, 2023: 20})
    results = {assess(terms, list(order), as_of=day_of(2023)) for order in permutations(made)}
    assert len(results) == 1


def test_two_figures_for_one_period_are_refused() -> None:
    made = [Figure(day_of(2021), number(1)), Figure(day_of(2021), number(1))]
    with pytest.raises(FiguresError, match="两个数"):
        assess(promise(value=10), made, as_of=day_of(2021))


def test_parts_are_refused_where_one_number_is_asked_for_and_the_other_way_round() -> None:
    with pytest.raises(FiguresError, match="一个数值"):
        stands(promise(value=10), {2021: (1, 2)})
    with pytest.raises(FiguresError, match="分子和分母"):
        stands(promise(value=10, accumulation=Accumulation.RATIO), {2021: 1})


def test_a_provisional_quarter_makes_the_sum_provisional() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    result = stands(terms, {2021: {"value": number(10), "provisional": True}, 2022: 30})
    assert "provisional" in flags_of(result)


def test_periods_are_told_apart_where_the_figures_allow_it() -> None:
    reported = {day_of(f"2021Q{quarter}"): number(value) for quarter, value in ((1, 1), (2, 3), (4, 10))}
    quarters = Flow(reported, Basis.YEAR_TO_DATE, START, Frequency.QUARTER).periods()
    assert quarters == {day_of("2021Q1"): 1, day_of("2021Q2"): 2, day_of("2021Q4"): 7}
