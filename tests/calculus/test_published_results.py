"""Results that others published: the calculus finds the same. The rows and their sources: tests/data/progress_cases."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Any

import pytest

from targets.numbers import as_decimal
from targets.paths import Course, chained, logarithm, power
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

FOLDER = FilePath(__file__).parent.parent / "data" / "progress_cases"
Row = dict[str, str]
CLASSES = {
    "substantial_progress": Status.ON_TRACK,
    "moderate_progress": Status.AT_RISK,
    "limited_progress": Status.OFF_TRACK,
    "deterioration": Status.MOVING_AWAY,
    "target_achieved": Status.ACHIEVED,
}


def rows_of(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Statistics Canada ---------------------------------------------------------------------------------------------------


def canadian_rows() -> list[Row]:
    return [row for row in rows_of("statcan_cif_components.csv") if row["target"] and row["published_progress_value"]]


def canadian_terms(row: Row) -> Terms:
    rising = row["direction"] == "1"
    return Terms(
        starts_on=date(int(float(row["base_year"])), 12, 31),
        ends_on=date(int(float(row["target_year"])), 12, 31),
        accumulation=Accumulation.LATEST,
        form=Form.VALUE,
        comparison=Comparison.AT_LEAST if rising else Comparison.AT_MOST,
        direction=Direction.INCREASE if rising else Direction.DECREASE,
        path=Path.GEOMETRIC,
        value=Decimal(row["target"]),
        baseline=Baseline(Decimal(row["base_value"])),
    )


def canadian_assessment(row: Row) -> Assessment:
    day = date(int(float(row["current_year"])), 12, 31)
    return assess(canadian_terms(row), [Figure(day, Decimal(row["current_value"]))], as_of=day)


def met_at_the_base(row: Row) -> bool:
    sign = int(row["direction"])
    return sign * (Decimal(row["base_value"]) - Decimal(row["target"])) >= 0


def gradable(row: Row) -> bool:
    substituted = "0.001" in (row["base_value"], row["target"])
    return row["published_status"] != "target_achieved" and not met_at_the_base(row) and not substituted


def test_thirty_three_canadian_rows_can_be_graded() -> None:
    assert len([row for row in canadian_rows() if gradable(row)]) == 33


@pytest.mark.parametrize("row", [row for row in canadian_rows() if gradable(row)], ids=lambda row: row["case_id"])
def test_the_geometric_pace_gives_the_class_that_statistics_canada_published(row: Row) -> None:
    terms = canadian_terms(row)
    months = 12 * (terms.ends_on.year - terms.starts_on.year)
    passed = 12 * (int(float(row["current_year"])) - terms.starts_on.year)
    course = Course(Fraction(row["base_value"]), Fraction(row["target"]), months, geometric=True)
    progress = course.progress(Fraction(row["current_value"]))
    assert progress is not None
    pace = progress / Fraction(passed, months)
    limits = terms.thresholds
    if pace < 0:
        found = Status.MOVING_AWAY
    elif pace < Fraction(limits.at_risk):
        found = Status.OFF_TRACK
    else:
        found = Status.AT_RISK if pace < Fraction(limits.on_track) else Status.ON_TRACK
    assert found is CLASSES[row["published_status"]]
    assert canadian_assessment(row).status is found


@pytest.mark.parametrize(
    "row", [row for row in canadian_rows() if row["published_status"] == "target_achieved"], ids=lambda r: r["case_id"]
)
def test_targets_published_as_achieved_are_achieved(row: Row) -> None:
    assert canadian_assessment(row).status is Status.ACHIEVED


def met_now(row: Row) -> bool:
    sign = int(row["direction"])
    return sign * (Decimal(row["current_value"]) - Decimal(row["target"])) >= 0


def test_every_row_published_as_achieved_is_met_by_its_own_numbers() -> None:
    assert all(met_now(row) for row in canadian_rows() if row["published_status"] == "target_achieved")


@pytest.mark.parametrize(
    "row", [r for r in canadian_rows() if met_at_the_base(r) and not met_now(r)], ids=lambda r: r["case_id"]
)
def test_a_series_met_at_the_base_and_worse_now_moves_away_as_published(row: Row) -> None:
    result = canadian_assessment(row)
    assert (result.status, CLASSES[row["published_status"]]) == (Status.MOVING_AWAY, Status.MOVING_AWAY)
    assert result.pace is None


# China ---------------------------------------------------------------------------------------------------------------

CHINA = {row["case_id"]: row for row in rows_of("china_published_cases.csv")}


def inputs_of(row: Row) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(row["inputs"], parse_float=Decimal, parse_int=Decimal)
    return read


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


def found(number: Decimal | None) -> Decimal:
    assert number is not None
    return number


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


# WHO and UNICEF ------------------------------------------------------------------------------------------------------

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
    row = {"elapsed_years": "1", "plan_years": "7", "target_number": "30"}
    result = reduction(row, Decimal(100))
    assert found(result.target) * Decimal("0.9") == 63


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
