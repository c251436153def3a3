"""Completion figures published in China: the calculus finds the same, within the tolerance of each row."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from targets.numbers import as_decimal
from targets.paths import Course, chained
from targets.progress import assess
from targets.terms import (
    Accumulation,
    Assessment,
    Baseline,
    Comparison,
    Direction,
    Figure,
    Form,
    Path,
    Status,
    Terms,
)
from tests.calculus.published import Row, found, inputs_of, rows_of

CHINA = {row["case_id"]: row for row in rows_of("china_published_cases.csv")}


def index_now(inputs: dict[str, Any]) -> Decimal:
    """The intensity now when it was 100 at the start."""
    if "cum_reduction_pct" in inputs:
        return Decimal(100) - Decimal(inputs["cum_reduction_pct"])
    if "cum_reduction_3y_pct" in inputs:
        last = Decimal(inputs["annual_change_2024_pct"])
        return (Decimal(100) - Decimal(inputs["cum_reduction_3y_pct"])) * (1 + last / 100)
    return 100 * (1 + chained([Decimal(one) / 100 for one in inputs["annual_change_pct"]]))


def years(count: int) -> date:
    return date(2000 + count, 12, 31)


def reduction(row: Row, now: Decimal, path: Path = Path.GEOMETRIC, **more: Any) -> Assessment:
    elapsed, total = int(row["elapsed_years"]), int(row["plan_years"])
    terms = Terms(
        starts_on=years(0),
        ends_on=years(total),
        accumulation=Accumulation.LATEST,
        form=Form.CHANGE_PERCENT,
        comparison=more.pop("comparison", Comparison.AT_MOST),
        direction=Direction.DECREASE,
        path=path,
        value=-Decimal(row["target_number"]),
        baseline=Baseline(Decimal(100)),
        **more,
    )
    return assess(terms, [Figure(years(elapsed), now)], as_of=years(elapsed))


def level(row: Row, now: Decimal, comparison: Comparison, base: Decimal | None = None) -> Assessment:
    rising = comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN, Comparison.ABOUT)
    elapsed, total = int(row["elapsed_years"]), int(row["plan_years"])
    terms = Terms(
        starts_on=years(0),
        ends_on=years(total),
        accumulation=Accumulation.LATEST,
        form=Form.VALUE,
        comparison=comparison,
        direction=Direction.INCREASE if rising else Direction.DECREASE,
        value=Decimal(row["target_number"]),
        baseline=None if base is None else Baseline(base),
    )
    return assess(terms, [Figure(years(elapsed), now)], as_of=years(elapsed))


def progress_percent(row: Row) -> Decimal:
    return 100 * found(reduction(row, index_now(inputs_of(row))).progress)


def reduced_percent(row: Row) -> Decimal:
    return 100 - index_now(inputs_of(row))


def rest_percent(row: Row) -> Decimal:
    result = reduction(row, index_now(inputs_of(row)))
    return 100 * found(result.gap) / found(result.actual)


def observed_percent(row: Row) -> Decimal:
    return -100 * found(reduction(row, index_now(inputs_of(row))).observed_per_year)


def required_percent(row: Row) -> Decimal:
    return -100 * found(reduction(row, index_now(inputs_of(row))).required_per_year)


def required_from_the_start(row: Row) -> Decimal:
    goal = 100 - Fraction(row["target_number"])
    course = Course(Fraction(100), goal, 12 * int(row["plan_years"]), geometric=True)
    rate = course.required(Fraction(100), 0)
    assert rate is not None
    return as_decimal(-100 * rate)


def linear_progress(row: Row) -> Decimal:
    return 100 * found(reduction(row, index_now(inputs_of(row)), Path.LINEAR).progress)


def linear_lead(row: Row) -> Decimal:
    return found(reduction(row, index_now(inputs_of(row)), Path.LINEAR).lead_points)


def excess_percent(row: Row) -> Decimal:
    over = Decimal(row["target_number"]) + Decimal(inputs_of(row)["excess_pp"])
    return 100 * found(reduction(row, 100 - over).excess)


def ceiling(row: Row, used: dict[int, Decimal]) -> Assessment:
    terms = Terms(
        starts_on=years(0),
        ends_on=years(int(row["plan_years"])),
        accumulation=Accumulation.SUM,
        form=Form.CEILING,
        comparison=Comparison.AT_MOST,
        direction=Direction.DECREASE,
        value=Decimal(row["target_number"]),
    )
    made = [Figure(years(year), amount) for year, amount in used.items()]
    return assess(terms, made, as_of=years(max(used)))


def budget_share(row: Row) -> Decimal:
    half = Decimal(inputs_of(row)["cum"]) / 2
    result = ceiling(row, {1: half, 2: half})
    assert result.status is Status.ON_TRACK
    return 100 * found(result.progress)


def budget_of_a_year(row: Row) -> Decimal:
    result = ceiling(row, {1: Decimal(inputs_of(row)["annual_increment_2017"])})
    assert result.status is Status.ON_TRACK
    return found(result.expected)


def change_of_levels(row: Row) -> Decimal:
    base = Decimal(next(iter(inputs_of(row).values())))
    result = level(row, base, Comparison.AT_MOST, base)
    return 100 * (1 - found(result.target) / found(result.baseline))


def well_being(row: Row) -> Assessment:
    inputs = inputs_of(row)
    return level(row, Decimal(inputs["y_2006"]), Comparison.AT_LEAST, Decimal(inputs["y_2000"]))


def surplus_below(row: Row) -> Decimal:
    return -found(level(row, Decimal(inputs_of(row)["y_2015"]), Comparison.LESS_THAN).gap)


def monitored_and_met(row: Row) -> Decimal:
    inputs = inputs_of(row)
    met, monitored = int(inputs["met"]), int(inputs["monitorable"])
    template = CHINA["CN33"]
    values = [Decimal(3)] * met + [Decimal(5)] * (monitored - met)
    counts = Counter(level(template, value, Comparison.LESS_THAN).status for value in values)
    return Decimal(100 * counts[Status.ACHIEVED]) / counts.total()


NUMBERS: dict[str, Callable[[Row], Decimal]] = {
    "CN01": progress_percent,
    "CN02": progress_percent,
    "CN03": reduced_percent,
    "CN04": observed_percent,
    "CN05": rest_percent,
    "CN06": required_percent,
    "CN07": required_from_the_start,
    "CN08": progress_percent,
    "CN09": progress_percent,
    "CN10": progress_percent,
    "CN11": progress_percent,
    "CN12": rest_percent,
    "CN13": linear_progress,
    "CN14": linear_lead,
    "CN15": budget_share,
    "CN16": budget_of_a_year,
    "CN17": excess_percent,
    "CN18": excess_percent,
    "CN19": excess_percent,
    "CN22": reduced_percent,
    "CN24": change_of_levels,
    "CN25": change_of_levels,
    "CN26": lambda row: 100 * (1 - Decimal("1.136") / Decimal("1.42")),
    "CN28": required_from_the_start,
    "CN29": reduced_percent,
    "CN30": lambda row: found(well_being(row).target) - found(well_being(row).baseline),
    "CN31": lambda row: (found(well_being(row).target) - found(well_being(row).baseline)) / 20,
    "CN32": lambda row: found(well_being(row).observed_per_year),
    "CN33": surplus_below,
    "CN34": surplus_below,
    "CN37": monitored_and_met,
    "CN38": lambda row: -found(level(row, Decimal(inputs_of(row)["actual_pct"]), Comparison.AT_LEAST).gap),
}


@pytest.mark.parametrize("case_id", sorted(NUMBERS))
def test_the_figures_published_in_china_come_out_within_their_tolerance(case_id: str) -> None:
    row = CHINA[case_id]
    assert abs(NUMBERS[case_id](row) - Decimal(row["published_value"])) <= Decimal(row["abs_tolerance"])


def test_every_chinese_case_is_tested() -> None:
    conclusions = {"CN20", "CN21", "CN23", "CN27", "CN35", "CN36"}
    assert set(NUMBERS) | conclusions == set(CHINA)


def test_about_twenty_per_cent_was_fulfilled_with_nineteen_point_one() -> None:
    row = CHINA["CN20"]
    result = reduction(row, index_now(inputs_of(row)), comparison=Comparison.ABOUT)
    assert (result.met, result.strictly_met) == (True, False)


def test_growth_of_six_point_nine_was_within_about_seven() -> None:
    row = CHINA["CN21"]
    assert level(row, Decimal(inputs_of(row)["actual"]), Comparison.ABOUT).met is True


def test_adding_yearly_rates_up_is_the_published_mistake_that_chaining_avoids() -> None:
    row = CHINA["CN23"]
    rates = [Decimal(one) for one in inputs_of(row)["annual_change_pct"]]
    assert -sum(rates) == Decimal(row["published_value"])
    assert round(reduced_percent(row), 2) == Decimal("18.25")


def test_a_fall_of_exactly_twenty_per_cent_is_met_to_the_last_digit() -> None:
    terms = Terms(
        starts_on=years(0),
        ends_on=years(5),
        accumulation=Accumulation.LATEST,
        form=Form.CHANGE_PERCENT,
        comparison=Comparison.AT_MOST,
        direction=Direction.DECREASE,
        path=Path.GEOMETRIC,
        value=Decimal(-20),
        baseline=Baseline(Decimal("1.42")),
    )
    result = assess(terms, [Figure(years(5), Decimal("1.136"))], as_of=years(5))
    assert (result.status, result.progress, result.gap) == (Status.ACHIEVED, 1, 0)


def test_a_target_met_a_year_before_the_end_is_achieved_early() -> None:
    row = CHINA["CN27"]
    result = reduction(row, index_now(inputs_of(row)))
    assert result.status is Status.ACHIEVED
    assert [str(flag) for flag in result.flags] == ["early"]
    assert round(100 * found(result.progress), 4) == Decimal(row["recomputed_here"])


def test_reductions_that_only_round_to_the_target_do_not_meet_it() -> None:
    row = CHINA["CN29"]
    assert reduction(row, index_now(inputs_of(row))).status is Status.MISSED


@pytest.mark.parametrize("case_id", ["CN35", "CN36"])
def test_mortality_below_its_limit_was_met_early(case_id: str) -> None:
    row = CHINA[case_id]
    result = level(row, Decimal(inputs_of(row)["y_2015"]), Comparison.LESS_THAN)
    assert (result.status, "early" in [str(flag) for flag in result.flags]) == (Status.ACHIEVED, True)


def test_a_pace_of_less_than_one_is_not_called_certain_success() -> None:
    result = well_being(CHINA["CN32"])
    assert (result.status, round(found(result.pace), 3)) == (Status.AT_RISK, Decimal("0.931"))
