"""Every status by its rule, and the order of the rules."""

from datetime import date

import pytest

from targets.terms import (
    Absence,
    Accumulation,
    AssessedOn,
    Baseline,
    Basis,
    Comparison,
    Direction,
    Form,
    InterimTarget,
    Kind,
    Status,
    Thresholds,
)
from tests.calculus.promises import falling, flags_of, number, promise, stands

RISE = {"baseline": 60, "value": 80}


# 1 not_assessed


def test_a_promise_without_a_number_is_not_assessed_and_says_which_way_it_goes() -> None:
    result = stands(promise(form=Form.DIRECTION, baseline=10), {2023: 12})
    assert (result.status, result.actual, result.met) == (Status.NOT_ASSESSED, 12, None)
    assert "向好" in result.reason
    assert "变差" in stands(falling(form=Form.DIRECTION, baseline=10), {2023: 12}).reason


def test_a_year_without_its_condition_is_not_assessed_even_if_the_target_is_met() -> None:
    terms = falling(value=50, baseline=60, conditional=True, conditions={2022: True, 2023: False})
    assert stands(terms, {2022: 49}).status is Status.ACHIEVED
    result = stands(terms, {2022: 49, 2023: 49})
    assert (result.status, result.met) == (Status.NOT_ASSESSED, None)
    assert "条件不成立" in result.reason


def test_a_condition_nobody_recorded_is_flagged_and_does_not_stop_the_assessment() -> None:
    result = stands(falling(value=50, baseline=60, conditional=True), {2023: 49})
    assert result.status is Status.ACHIEVED
    assert "condition_unknown:2023" in flags_of(result)


def test_a_denominator_of_zero_is_not_assessed() -> None:
    result = stands(promise(accumulation=Accumulation.RATIO, value=100, factor=100), {2023: (0, 0)})
    assert result.status is Status.NOT_ASSESSED
    assert "分母为0" in result.reason


# 2 no_data


def test_without_any_figure_there_is_no_data() -> None:
    assert stands(promise(**RISE), {}).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("absence", "words"),
    [
        (Absence.NOT_YET_PUBLISHED, "尚未公布"),
        (Absence.NOT_COMPILED, "未统计"),
        (Absence.NOT_APPLICABLE, "不适用"),
    ],
)
def test_the_states_without_a_number_are_kept_apart(absence: Absence, words: str) -> None:
    result = stands(promise(**RISE), {2021: {"absence": absence}})
    assert result.status is Status.NO_DATA
    assert words in result.reason


def test_a_zero_is_a_figure() -> None:
    result = stands(promise(**RISE), {2023: 0})
    assert (result.status, result.actual) == (Status.MOVING_AWAY, 0)


@pytest.mark.parametrize("outside", ["2020Q4", "2019Q4", "2026Q1"])
def test_figures_outside_the_plan_are_no_figures_of_the_plan(outside: str) -> None:
    assert stands(promise(**RISE), {outside: 90}).status is Status.NO_DATA


def test_a_figure_of_a_period_that_has_not_ended_yet_is_not_known() -> None:
    assert stands(promise(**RISE), {2022: 70, 2023: 90}, as_of="2023Q2").datum_on == date(2022, 12, 31)


# 3 baseline_missing


@pytest.mark.parametrize("form", [Form.CHANGE_PERCENT, Form.CHANGE_ABSOLUTE, Form.CHANGE_POINTS])
def test_a_change_needs_its_baseline(form: Form) -> None:
    result = stands(promise(form=form, value=10), {2025: 500})
    assert (result.status, result.actual, result.target) == (Status.BASELINE_MISSING, 500, None)


def test_no_data_is_said_before_a_missing_baseline() -> None:
    assert stands(promise(form=Form.CHANGE_PERCENT, value=10), {}).status is Status.NO_DATA


def test_additions_since_the_baseline_need_no_baseline() -> None:
    terms = promise(form=Form.CHANGE_ABSOLUTE, value=22, basis=Basis.SINCE_START, value_kind=Kind.FLOW)
    result = stands(terms, {"2021Q4": 5, "2023Q2": 11})
    assert (result.baseline, result.target, result.progress) == (0, 22, number("0.5"))
    assert result.status is Status.ON_TRACK


# 4 achieved


def test_met_before_the_end_is_achieved_early_even_in_the_first_year() -> None:
    result = stands(promise(**RISE), {"2021Q1": 81})
    assert result.status is Status.ACHIEVED
    assert "early" in flags_of(result)


def test_met_at_the_end_is_achieved_and_not_early() -> None:
    assert flags_of(stands(promise(**RISE), {2025: 80})) == set()


def test_met_on_an_older_figure_after_the_deadline_is_not_called_early() -> None:
    running = stands(promise(**RISE), {2024: 81}, as_of=date(2025, 12, 31))
    assert (flags_of(running), "提前实现" in running.reason) == ({"early"}, True)
    ended = stands(promise(**RISE), {2024: 81}, as_of=date(2026, 2, 1))
    assert (flags_of(ended), "提前" in ended.reason) == (set(), False)
    assert "2024-12-31" in ended.reason


# 5 missed


def test_ninety_six_per_cent_at_the_end_is_missed_and_not_on_track() -> None:
    result = stands(promise(**RISE), {2025: "79.2"})
    assert (result.status, result.progress, result.met) == (Status.MISSED, number("0.96"), False)


def test_a_provisional_last_figure_decides_and_is_flagged() -> None:
    result = stands(promise(**RISE), {2025: {"value": number(79), "provisional": True}})
    assert (result.status, flags_of(result)) == (Status.MISSED, {"provisional"})


def test_a_budget_that_is_overrun_is_missed_at_once() -> None:
    terms = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=33)
    assert stands(terms, {2021: 34}).status is Status.MISSED


def test_a_strict_hold_broken_once_is_missed_for_good() -> None:
    terms = promise(form=Form.HOLD, value=95, strict=True)
    result = stands(terms, {2021: 94, 2022: 96, 2023: 96})
    assert (result.status, result.met) == (Status.MISSED, False)
    assert "2021年" in result.reason


# 6 no_final_figure


def test_after_the_end_an_older_figure_is_not_the_final_one() -> None:
    terms = promise(**RISE)
    assert stands(terms, {2024: 79}, as_of=date(2025, 12, 31)).status is Status.ON_TRACK
    assert stands(terms, {2024: 79}, as_of=date(2026, 1, 1)).status is Status.NO_FINAL_FIGURE


def test_the_final_figure_is_not_called_for_before_it_is_due() -> None:
    terms = promise(**RISE, final_due_on=date(2026, 3, 31))
    assert stands(terms, {2024: 79}, as_of=date(2026, 3, 31)).status is Status.ON_TRACK
    assert stands(terms, {2024: 79}, as_of=date(2026, 4, 1)).status is Status.NO_FINAL_FIGURE


def test_a_target_met_on_an_older_figure_stays_achieved_after_the_end() -> None:
    assert stands(promise(**RISE), {2024: 81}, as_of=date(2026, 2, 1)).status is Status.ACHIEVED


# 7 too_early


def test_the_first_fifth_of_the_time_is_too_early_to_judge() -> None:
    assert stands(promise(**RISE), {"2021Q3": 50}).status is Status.TOO_EARLY
    assert stands(promise(**RISE), {"2021Q4": 61}).status is Status.OFF_TRACK


def test_a_few_whole_things_are_expected_one_by_one() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=12, whole_units=True)
    result = stands(terms, {2021: 0, 2022: 4})
    assert (result.expected, result.pace, result.status) == (4, 1, Status.ON_TRACK)


def test_a_single_thing_is_not_late_before_the_end() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=1, whole_units=True)
    assert stands(terms, {2021: 0, 2022: 0, 2023: 0, 2024: 0}).status is Status.TOO_EARLY
    assert stands(terms, {2021: 0, 2022: 0, 2023: 0, 2024: 0, 2025: 0}).status is Status.MISSED


def test_more_than_twenty_things_follow_the_straight_line() -> None:
    terms = promise(accumulation=Accumulation.SUM, value=21, whole_units=True)
    assert stands(terms, {2021: 0, 2022: 4}).expected == number("8.4")


# 8 to 11


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("71.4", Status.ON_TRACK),  # K = 0.57 / 0.6 = 0.95 exactly
        ("71.3999", Status.AT_RISK),
        ("67.2", Status.AT_RISK),  # K = 0.36 / 0.6 = 0.60 exactly
        ("67.1999", Status.OFF_TRACK),
        ("60", Status.OFF_TRACK),
        ("59.9999", Status.MOVING_AWAY),
    ],
)
def test_the_limits_of_pace_belong_to_the_better_class(now: str, status: Status) -> None:
    assert stands(promise(**RISE), {2023: now}).status is status


def test_a_limit_reached_by_repeating_decimals_is_still_reached() -> None:
    terms = promise(baseline=0, value=3, ends_on=date(2023, 12, 31))
    assert stands(terms, {2021: "0.95"}).pace == number("0.95")
    assert stands(terms, {2021: "0.95"}).status is Status.ON_TRACK


def test_thresholds_are_settings_of_the_plan() -> None:
    lenient = Thresholds(on_track=number("0.8"), at_risk=number("0.5"))
    assert stands(promise(**RISE), {2023: 70}).status is Status.AT_RISK
    assert stands(promise(**RISE, thresholds=lenient), {2023: 70}).status is Status.ON_TRACK


def test_a_hold_below_in_the_newest_year_is_off_track() -> None:
    result = stands(promise(form=Form.HOLD, value=95, baseline=96), {2021: 96, 2022: 94})
    assert (result.status, result.pace) == (Status.OFF_TRACK, None)


def test_met_at_the_baseline_and_worse_now_is_moving_away() -> None:
    result = stands(promise(value=90, baseline=95), {2023: 89})
    assert (result.status, result.progress, result.pace) == (Status.MOVING_AWAY, None, None)
    assert "回落" in result.reason


# 12 not_yet_met


def test_a_level_without_a_baseline_is_only_not_yet_met() -> None:
    result = stands(promise(value=92), {2023: 88})
    assert (result.status, result.pace, result.gap, result.met) == (Status.NOT_YET_MET, None, 4, False)
    assert result.required_per_year == 2


def test_a_level_without_a_baseline_in_the_first_year_is_too_early() -> None:
    assert stands(promise(value=92), {"2021Q2": 88}).status is Status.TOO_EARLY


def test_a_band_without_a_baseline_is_not_yet_met_outside() -> None:
    band = promise(form=Form.BAND, lower=15, upper=20, direction=None)
    assert stands(band, {2023: 14}).status is Status.NOT_YET_MET


# age


def test_a_figure_of_more_than_eighteen_months_ago_is_stale() -> None:
    terms = promise(**RISE)
    assert "stale" not in flags_of(stands(terms, {2022: 70}, as_of=date(2024, 6, 30)))
    result = stands(terms, {2022: 70}, as_of=date(2024, 7, 1))
    assert (result.status, flags_of(result)) == (Status.ON_TRACK, {"stale"})


def test_after_thirty_months_the_status_is_withdrawn() -> None:
    terms = promise(**RISE)
    assert stands(terms, {2022: 70}, as_of=date(2025, 6, 30)).status is Status.ON_TRACK
    result = stands(terms, {2022: 81}, as_of=date(2025, 7, 1))
    assert (result.status, result.met, result.actual) == (Status.NO_DATA, None, 81)
    assert flags_of(result) >= {"stale", "withdrawn"}


def test_a_final_figure_never_grows_old() -> None:
    result = stands(promise(**RISE), {2025: 81}, as_of=date(2030, 1, 1))
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, set())


def test_an_overrun_budget_stays_missed_however_old_the_figure() -> None:
    terms = falling(accumulation=Accumulation.SUM, form=Form.CEILING, value=33)
    assert stands(terms, {2021: 34}, as_of=date(2025, 1, 1)).status is Status.MISSED


def test_a_status_withdrawn_after_the_end_lacks_its_final_figure() -> None:
    result = stands(promise(**RISE), {2022: 81}, as_of=date(2026, 3, 1))
    assert result.status is Status.NO_FINAL_FIGURE


# due days and interim targets


def test_a_target_due_before_the_end_of_the_plan_is_final_on_its_own_day() -> None:
    terms = promise(**RISE, due_on=date(2023, 12, 31))
    assert stands(terms, {2022: 70}).elapsed == number(24) / number(36)
    assert stands(terms, {2023: 79}).status is Status.MISSED
    assert stands(terms, {2023: 79, 2024: 81}).status is Status.MISSED
    assert stands(terms, {2022: 70}, as_of=date(2024, 1, 1)).status is Status.NO_FINAL_FIGURE


def test_interim_targets_bend_the_expected_path() -> None:
    steps = (InterimTarget(date(2023, 12, 31), number(65)),)
    result = stands(promise(**RISE, interim=steps), {2022: "63.3333333333333333"})
    assert result.expected is not None
    assert round(result.expected, 4) == number("63.3333")
    assert result.status is Status.ON_TRACK
    assert stands(promise(**RISE, interim=steps), {2024: "72.5"}).expected == number("72.5")


def test_where_the_plan_expects_nothing_yet_standing_still_is_on_track() -> None:
    steps = (InterimTarget(date(2023, 12, 31), number(60)),)
    terms = promise(**RISE, interim=steps)
    assert stands(terms, {2022: 60}).status is Status.ON_TRACK
    assert stands(terms, {2022: 59}).status is Status.MOVING_AWAY


# year ends


def test_a_promise_assessed_by_years_shows_quarters_without_judging_them() -> None:
    terms = promise(**RISE, assessed_on=AssessedOn.YEAR)
    result = stands(terms, {"2021Q4": 64, "2022Q2": 66, "2022Q4": 68, "2023Q2": 90})
    assert (result.datum_on, result.actual) == (date(2022, 12, 31), 68)
    assert (result.part_year_on, result.part_year_actual) == (date(2023, 6, 30), 90)
    assert result.same_period_last_year == 66
    assert "part_year" in flags_of(result)


def test_before_the_first_year_end_a_yearly_promise_is_too_early() -> None:
    terms = promise(**RISE, assessed_on=AssessedOn.YEAR)
    assert stands(terms, {"2021Q2": 90}).status is Status.TOO_EARLY
    assert stands(terms, {"2023Q2": 90}).status is Status.NO_DATA


def test_aspirations_and_substituted_baselines_are_flagged() -> None:
    terms = promise(value=80, baseline=Baseline(number(60), substitute=True), aspirational=True)
    assert flags_of(stands(terms, {2023: 75})) == {"aspirational", "substitute_baseline"}


def test_about_without_a_direction_is_a_target_from_both_sides() -> None:
    about = promise(comparison=Comparison.ABOUT, direction=None, value=80, baseline=60)
    assert stands(about, {2025: 81}).met is True
    assert stands(about, {2025: "81.01"}).met is False
    past = stands(about, {2023: 90})
    assert (past.progress, past.gap, past.status) == (number("0.5"), 10, Status.AT_RISK)


def test_about_with_a_direction_is_met_by_anything_better() -> None:
    about = promise(comparison=Comparison.ABOUT, direction=Direction.INCREASE, value=13)
    assert stands(about, {2025: "12.35"}).met is True
    assert stands(about, {2025: "12.34"}).met is False
    assert stands(about, {2025: 20}).strictly_met is True
    assert "tolerance_used" in flags_of(stands(about, {2025: "12.5"}))
