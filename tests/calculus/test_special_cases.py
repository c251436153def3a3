"""The special cases that break other systems."""

from datetime import date

import pytest

from targets.terms import (
    Absence,
    Accumulation,
    AssessedOn,
    Basis,
    Comparison,
    Direction,
    Form,
    Frequency,
    Kind,
    Path,
    Status,
)
from tests.calculus.promises import falling, flags_of, number, promise, stands

# already there at the baseline


@pytest.mark.parametrize("base", [90, "90.89", 92])
def test_a_promise_already_kept_at_the_baseline_is_one_to_hold(base: object) -> None:
    terms = promise(baseline=base, value=90)
    kept, lost = stands(terms, {2023: 91}), stands(terms, {2023: 89})
    assert (kept.status, kept.progress, kept.pace) == (Status.ACHIEVED, None, None)
    assert (lost.status, lost.progress, lost.pace, lost.gap) == (Status.MOVING_AWAY, None, None, 1)


def test_a_change_of_less_than_one_per_cent_of_the_target_has_no_pace() -> None:
    assert stands(promise(baseline="89.2", value=90), {2023: "89.0"}).pace is None
    assert stands(promise(baseline="89.1", value=90), {2023: "89.3"}).pace is not None


def test_a_fall_that_was_already_done_is_one_to_hold_as_well() -> None:
    terms = falling(baseline=8, value=10)
    assert stands(terms, {2023: 9}).status is Status.ACHIEVED
    assert stands(terms, {2023: "10.5"}).status is Status.MOVING_AWAY
    assert stands(terms, {2025: "10.5"}).status is Status.MISSED


# zero and negative numbers


@pytest.mark.parametrize(("base", "goal", "now"), [(0, 10, 5), (10, 0, 5), (-10, 10, 0), (-20, -10, -15)])
def test_zero_and_negative_values_run_on_a_straight_line(base: int, goal: int, now: int) -> None:
    rising = goal > base
    make = promise if rising else falling
    result = stands(make(baseline=base, value=goal, path=Path.GEOMETRIC), {2023: now})
    assert result.progress == number("0.5")
    assert "linear_only" in flags_of(result)


def test_a_geometric_course_that_meets_a_zero_falls_back_to_the_straight_line() -> None:
    result = stands(falling(baseline=100, value=80, path=Path.GEOMETRIC), {2023: 0})
    assert (result.progress, result.status) == (5, Status.ACHIEVED)


# hold


def test_one_year_below_is_flagged_though_the_newest_is_fine() -> None:
    result = stands(promise(form=Form.HOLD, value=95), {2021: 96, 2022: 94, 2023: 96})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"not_held:2022"})


def test_a_missing_year_is_unknown_and_no_pass() -> None:
    held = promise(form=Form.HOLD, value=95)
    assert flags_of(stands(held, {2021: 96, 2023: 96})) == {"year_missing:2022"}
    every_year = promise(form=Form.HOLD, value=95, strict=True)
    result = stands(every_year, {2021: 96, 2023: 96})
    assert (result.status, result.met) == (Status.NOT_YET_MET, None)
    assert stands(every_year, {2021: 96, 2022: 96, 2023: 96}).status is Status.ACHIEVED


def test_a_hold_without_its_last_year_is_not_passed_on_the_year_before() -> None:
    held = promise(form=Form.HOLD, value=95)
    result = stands(held, dict.fromkeys(range(2021, 2025), 96), as_of=date(2026, 2, 1))
    assert (result.status, result.met) == (Status.NO_FINAL_FIGURE, None)


def test_the_last_year_decides_a_hold_at_the_end() -> None:
    held = promise(form=Form.HOLD, value=95)
    below_before = dict.fromkeys(range(2021, 2025), 94)
    assert stands(held, {**below_before, 2025: 95}).status is Status.ACHIEVED
    assert stands(held, {2021: 96, 2022: 96, 2023: 96, 2024: 96, 2025: 94}).status is Status.MISSED


@pytest.mark.parametrize("strict", [True, False])
def test_a_part_of_a_year_below_is_shown_and_does_not_break_a_hold(strict: bool) -> None:
    terms = promise(form=Form.HOLD, value=95, strict=strict)
    result = stands(terms, {2021: 96, 2022: 96, "2023Q1": 90})
    assert (result.status, result.actual, result.part_year_actual) == (Status.ACHIEVED, 96, 90)
    assert flags_of(result) == {"part_year"}


def test_a_hold_without_any_year_end_is_judged_on_what_there_is() -> None:
    assert stands(promise(form=Form.HOLD, value=95), {"2022Q2": 96}).status is Status.ACHIEVED
    assert stands(promise(form=Form.HOLD, value=95), {"2022Q2": 94}).status is Status.OFF_TRACK


def test_a_year_that_later_figures_have_passed_over_is_missing() -> None:
    result = stands(promise(form=Form.HOLD, value=95), {2021: 96, "2023Q1": 96})
    assert flags_of(result) == {"year_missing:2022", "part_year"}


def test_a_hold_has_no_overshoot() -> None:
    assert stands(promise(form=Form.HOLD, value=95), {2021: 99}).excess is None


def test_a_held_ratio_is_judged_by_the_years_and_not_by_its_quarters() -> None:
    terms = promise(
        form=Form.HOLD,
        value=95,
        accumulation=Accumulation.RATIO,
        factor=100,
        basis=Basis.YEAR_TO_DATE,
        assessed_on=AssessedOn.YEAR,
    )
    by_day: dict[object, object] = {"2021Q2": (40, 50), 2021: (96, 100), "2022Q2": (40, 50), 2022: (97, 100)}
    result = stands(terms, {**by_day, "2023Q2": (40, 50)})
    assert (result.status, result.actual, result.part_year_actual) == (Status.ACHIEVED, 97, 80)
    assert flags_of(result) == {"part_year"}


# tolerance


def test_met_only_with_the_tolerance_says_so() -> None:
    about = falling(form=Form.CHANGE_PERCENT, value=-6, baseline=50, comparison=Comparison.ABOUT)
    result = stands(about, {2025: "47.1"})
    assert (result.status, result.met, result.strictly_met) == (Status.ACHIEVED, True, False)
    assert "tolerance_used" in flags_of(result)
    assert "严格口径未达" in result.reason
    assert result.tolerance == number("0.15")  # 5 % of 3, not of 47


def test_the_tolerance_is_of_the_promised_change_and_not_of_the_level() -> None:
    with_base = promise(comparison=Comparison.ABOUT, baseline=10, value=13)
    without = promise(comparison=Comparison.ABOUT, value=13)
    assert stands(with_base, {2025: 12}).tolerance == number("0.15")
    assert stands(without, {2025: 12}).tolerance == number("0.65")
    points = promise(comparison=Comparison.ABOUT, form=Form.CHANGE_POINTS, baseline=60, value=10)
    assert stands(points, {2025: 69}).tolerance == number("0.5")


def test_a_tolerance_of_the_plan_itself_goes_before_the_default() -> None:
    about = promise(comparison=Comparison.ABOUT, value=100, tolerance_percent=2)
    assert stands(about, {2025: 98}).met is True
    assert stands(about, {2025: "97.9"}).met is False


def test_a_tolerance_is_only_for_about() -> None:
    assert stands(promise(value=100, tolerance_percent=5), {2025: 99}).met is False


# all that are eligible


def test_nearly_all_are_not_all() -> None:
    terms = promise(accumulation=Accumulation.RATIO, value=100, factor=100, whole_units=True)
    nearly = stands(terms, {2025: (9996, 10000)})
    assert (nearly.actual, nearly.status) == (number("99.96"), Status.MISSED)
    assert stands(terms, {2025: (10000, 10000)}).status is Status.ACHIEVED
    assert stands(terms, {2025: (0, 0)}).status is Status.NOT_ASSESSED


def test_all_of_them_are_told_exactly_where_decimals_would_round() -> None:
    terms = promise(accumulation=Accumulation.RATIO, value=100, factor=100, whole_units=True)
    huge = 10**29
    assert stands(terms, {2025: (huge - 1, huge)}).met is False


# incomplete sums


@pytest.mark.parametrize("missing", ["2021Q1", "2021Q4", "2022Q3"])
def test_a_sum_with_a_missing_quarter_is_a_lower_bound(missing: str) -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    quarters = {f"{year}Q{quarter}": 5 for year in (2021, 2022) for quarter in (1, 2, 3, 4)}
    whole = stands(terms, dict(quarters))
    assert (whole.actual, flags_of(whole), whole.status) == (40, set(), Status.ON_TRACK)
    del quarters[missing]
    part = stands(terms, dict(quarters))
    assert (part.actual, flags_of(part), part.status) == (35, {"partial_sum"}, Status.NOT_ASSESSED)
    assert "下限" in part.reason


def test_a_lower_bound_that_meets_the_target_is_enough() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    result = stands(terms, {2021: 60, 2023: 60})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"partial_sum", "early"})


def test_a_lower_bound_is_never_missed_at_the_end() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    assert stands(terms, {2021: 10, 2022: 10, 2023: 10, 2025: 10}).status is Status.NOT_ASSESSED


def test_a_year_missing_from_a_yearly_sum_is_missed_too() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    assert "partial_sum" in flags_of(stands(terms, {2021: 10, 2023: 10}))
    assert "partial_sum" in flags_of(stands(terms, {2022: 10, 2023: 10}))


def test_a_quarter_that_has_not_been_published_is_missing_but_one_that_does_not_apply_is_not() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100, reported_every=Frequency.QUARTER)
    for absence, expected in ((Absence.NOT_YET_PUBLISHED, True), (Absence.NOT_APPLICABLE, False)):
        result = stands(terms, {"2021Q1": 5, "2021Q2": {"absence": absence}, "2021Q3": 5})
        assert ("partial_sum" in flags_of(result)) is expected


def test_a_lower_bound_below_a_ceiling_proves_nothing_but_above_it_does() -> None:
    terms = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=33)
    assert stands(terms, {2021: 5, 2023: 5}).status is Status.NOT_ASSESSED
    assert stands(terms, {2021: 20, 2023: 20}).status is Status.MISSED


# ceilings


def test_a_budget_is_on_time_while_it_is_used_no_faster_than_time_passes() -> None:
    terms = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=100)
    assert stands(terms, {2021: 20, 2022: 20}).pace == 1
    assert stands(terms, {2021: 20, 2022: 20}).status is Status.ON_TRACK
    assert stands(terms, {2021: 30, 2022: 30}).status is Status.AT_RISK
    assert stands(terms, {2021: 40, 2022: 40}).status is Status.OFF_TRACK
    within = dict.fromkeys(range(2021, 2026), 20)
    assert stands(terms, within).status is Status.ACHIEVED


def test_an_unused_budget_is_on_track_and_not_divided_by_zero() -> None:
    terms = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=100)
    result = stands(terms, {2021: 0, 2022: 0})
    assert (result.status, result.pace, result.met) == (Status.ON_TRACK, None, None)


def test_a_sum_that_shall_stay_below_is_a_budget_and_not_achieved_in_advance() -> None:
    terms = falling(accumulation=Accumulation.SUM, value=100)
    assert stands(terms, {2021: 20, 2022: 20}).status is Status.ON_TRACK


def test_a_budget_of_exactly_all_is_not_overrun_unless_it_shall_be_less() -> None:
    spent = {2021: 100}
    assert stands(falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=100), spent).met is None
    less = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=100, comparison=Comparison.LESS_THAN)
    assert stands(less, spent).status is Status.MISSED


# bands


def band(**words: object):  # type: ignore[no-untyped-def]
    return promise(form=Form.BAND, lower=15, upper=20, direction=None, **words)


@pytest.mark.parametrize("inside", [15, 17, 20])
def test_inside_a_band_edges_included_is_met(inside: int) -> None:
    result = stands(band(baseline=10), {2023: inside})
    assert (result.status, result.gap) == (Status.ACHIEVED, 0)


def test_outside_a_band_the_way_runs_from_the_baseline_to_the_nearer_edge() -> None:
    below = stands(band(baseline=10), {2023: 12})
    assert (below.progress, below.gap, below.target, below.expected) == (number("0.4"), 3, 15, 13)
    above = stands(band(baseline=30), {2023: 24})
    assert (above.progress, above.gap, above.target) == (number("0.6"), 4, 20)


def test_past_the_far_edge_is_no_progress() -> None:
    result = stands(band(baseline=10), {2023: 26})
    assert (result.progress, result.gap, result.status) == (number("-0.2"), 6, Status.MOVING_AWAY)


def test_leaving_a_band_that_held_the_baseline_is_moving_away() -> None:
    result = stands(band(baseline=17), {2023: 21})
    assert result.status is Status.MOVING_AWAY
    assert result.reason == "基期已达到目标，现值回落到目标以外。"
    nearly = stands(band(baseline="14.9"), {2023: 14})
    assert (nearly.status, "几乎相同" in nearly.reason) == (Status.MOVING_AWAY, True)


# changes reported as such


def test_per_cent_and_points_are_two_things() -> None:
    percent = promise(form=Form.CHANGE_PERCENT, value=10, baseline=60)
    points = promise(form=Form.CHANGE_POINTS, value=10, baseline=60)
    assert stands(percent, {2023: 65}).target == 66
    assert stands(points, {2023: 65}).target == 70


def test_percent_changes_since_the_baseline_follow_the_official_logarithm_too() -> None:
    reported = falling(form=Form.CHANGE_PERCENT, value=-16, basis=Basis.SINCE_START, path=Path.GEOMETRIC)
    levels = falling(form=Form.CHANGE_PERCENT, value=-16, baseline=100, path=Path.GEOMETRIC)
    a, b = stands(reported, {2024: "-13.4"}), stands(levels, {2024: "86.6"})
    assert (a.progress, a.pace, a.required_per_year) == (b.progress, b.pace, b.required_per_year)
    assert (a.target, a.baseline) == (-16, 0)
    assert a.expected is not None
    assert b.expected is not None
    assert round(a.expected, 15) == round(b.expected - 100, 15)


def test_a_flow_of_additions_counts_from_zero() -> None:
    terms = promise(form=Form.CHANGE_ABSOLUTE, value=22, accumulation=Accumulation.SUM)
    result = stands(terms, {2021: 5, 2022: 6})
    assert (result.baseline, result.target, result.progress) == (0, 22, number("0.5"))


# the other numbers


def test_overshoot_is_kept_unclamped() -> None:
    result = stands(promise(baseline=0, value=10), {2023: 25})
    assert (result.progress, result.excess, result.gap) == (number("2.5"), number("1.5"), -15)
    without_base = stands(promise(value=10), {2023: 12})
    assert without_base.excess == number("0.2")


def test_the_rest_is_compared_with_what_was_done_so_far() -> None:
    result = stands(promise(baseline=60, value=80), {2023: 66})
    assert (result.required_per_year, result.observed_per_year, result.effort_ratio) == (7, 2, number("3.5"))


def test_the_outlook_lies_between_standing_still_and_the_trend() -> None:
    terms = promise(baseline=60, value=80)
    result = stands(terms, {2022: 65, 2023: 69})
    assert (result.outlook_low, result.outlook_high) == (69, 75)
    assert stands(terms, {2023: 69}).outlook_low is None  # one point is no trend
    assert stands(terms, {"2021Q4": 61, "2022Q2": 65}).outlook_low is None  # too soon
    assert stands(terms, {2022: 65, 2023: 69}, as_of=date(2025, 7, 1)).outlook_low is None  # stale
    assert stands(terms, {2024: 65, 2025: 69}).outlook_low is None  # over


def test_the_outlook_stays_within_what_is_possible() -> None:
    terms = promise(baseline=60, value=98, natural_upper=100, natural_lower=0)
    result = stands(terms, {2022: 70, 2023: 90})
    assert result.outlook_high == 100


def test_attainment_follows_the_direction_and_has_no_zero() -> None:
    assert stands(promise(value=80), {2023: 60}).attainment == number("0.75")
    assert stands(falling(value=60), {2023: 80}).attainment == number("0.75")
    assert stands(falling(value=60), {2023: 0}).attainment is None
    assert stands(falling(baseline=10, value=0), {2023: 5}).attainment is None


def test_a_late_correction_changes_everything_after_it() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=100)
    before = stands(terms, {2021: 10, 2022: 10})
    after = stands(terms, {2021: 30, 2022: 10})
    assert (before.status, after.status) == (Status.OFF_TRACK, Status.ON_TRACK)


def test_the_unrounded_figure_decides() -> None:
    terms = promise(value=92)
    assert stands(terms, {2025: "91.99999999999999999999999999"}).met is False


def test_a_rate_of_the_newest_day_is_a_stock_of_nothing_before() -> None:
    terms = promise(value=20, value_kind=Kind.STOCK, baseline=0)
    assert stands(terms, {"2023Q4": 12, "2023Q2": 30}).actual == 12


def test_directions_of_a_two_sided_gap_are_distances() -> None:
    about = promise(comparison=Comparison.ABOUT, direction=None, value=50)
    assert stands(about, {2023: 60}).gap == 10
    assert stands(about, {2023: 40}).gap == 10
    assert Direction.INCREASE.value == "increase"
