"""Promises that name a day."""

from datetime import date

import pytest

from targets.terms import Form, Frequency, Status
from tests.calculus.promises import flags_of, number, promise, stands

DUE = date(2022, 12, 31)


def milestone(**words: object):  # type: ignore[no-untyped-def]
    return promise(form=Form.MILESTONE, due_on=DUE, direction=None, **words)


def yearly(**words: object):  # type: ignore[no-untyped-def]
    return promise(form=Form.YEARLY_MILESTONE, due_on=date(2021, 11, 30), direction=None, **words)


def test_a_milestone_that_is_not_due_is_not_assessed() -> None:
    assert stands(milestone(), {}, as_of=DUE).status is Status.NOT_ASSESSED
    assert stands(milestone(), {"2022Q1": 0}).status is Status.NOT_ASSESSED


def test_a_milestone_overdue_is_off_track_also_without_any_report() -> None:
    result = stands(milestone(), {}, as_of=date(2023, 1, 1))
    assert (result.status, result.met) == (Status.OFF_TRACK, False)
    assert stands(milestone(), {"2022Q4": 0}, as_of=date(2023, 1, 20)).status is Status.OFF_TRACK


@pytest.mark.parametrize("done_on", [date(2021, 5, 6), DUE])
def test_a_milestone_done_in_time_is_achieved(done_on: date) -> None:
    result = stands(milestone(), {done_on: 1})
    assert (result.status, result.met, flags_of(result)) == (Status.ACHIEVED, True, set())


def test_a_milestone_done_late_is_achieved_and_called_late() -> None:
    result = stands(milestone(), {"2022Q4": 0, "2023Q1": 1})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"late"})


def test_a_report_that_was_taken_back_counts_as_not_done() -> None:
    assert stands(milestone(), {"2022Q2": 1, "2022Q4": 0}, as_of=date(2023, 1, 5)).status is Status.OFF_TRACK


def test_a_milestone_not_done_at_the_end_of_the_plan_is_missed() -> None:
    assert stands(milestone(), {"2025Q4": 0}).status is Status.MISSED
    assert stands(milestone(), {}, as_of=date(2026, 1, 1)).status is Status.NO_FINAL_FIGURE


def test_a_milestone_once_done_does_not_grow_old() -> None:
    assert stands(milestone(), {"2021Q1": 1}, as_of=date(2026, 6, 1)).status is Status.ACHIEVED


def test_a_yearly_milestone_is_not_assessed_before_its_first_day() -> None:
    assert stands(yearly(), {}, as_of=date(2021, 11, 30)).status is Status.NOT_ASSESSED


def test_the_newest_year_due_decides_a_yearly_milestone() -> None:
    result = stands(yearly(), {date(2022, 11, 3): 1}, as_of=date(2022, 12, 15))
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"not_held:2021"})
    result = stands(yearly(), {date(2021, 11, 3): 1}, as_of=date(2022, 12, 15))
    assert (result.status, flags_of(result)) == (Status.OFF_TRACK, set())


def test_a_yearly_milestone_between_its_days_stands_as_in_the_year_before() -> None:
    assert stands(yearly(), {date(2021, 11, 3): 1}, as_of=date(2022, 6, 30)).status is Status.ACHIEVED


def test_a_strict_yearly_milestone_left_out_once_is_missed() -> None:
    result = stands(yearly(strict=True), {date(2022, 11, 3): 1}, as_of=date(2022, 12, 15))
    assert result.status is Status.MISSED


def test_the_condition_of_the_year_judged_decides_a_yearly_milestone() -> None:
    made = {date(2021, 11, 3): 1}
    poor = yearly(conditional=True, conditions={2021: False, 2022: True})
    result = stands(poor, made, as_of=date(2022, 6, 30))
    assert (result.status, result.met) == (Status.NOT_ASSESSED, None)
    assert "2021年条件不成立" in result.reason
    later = yearly(conditional=True, conditions={2021: True, 2022: False})
    assert stands(later, made, as_of=date(2022, 6, 30)).status is Status.ACHIEVED
    assert stands(later, made, as_of=date(2022, 12, 15)).status is Status.NOT_ASSESSED


def test_a_year_whose_condition_did_not_hold_is_excused() -> None:
    terms = yearly(strict=True, conditional=True, conditions={2021: False, 2022: True})
    result = stands(terms, {date(2022, 11, 3): 1}, as_of=date(2022, 12, 15))
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, set())


def test_the_condition_of_the_due_year_decides_a_milestone() -> None:
    excused = milestone(conditional=True, conditions={2022: False, 2024: True})
    assert stands(excused, {}, as_of=date(2024, 3, 1)).status is Status.NOT_ASSESSED
    bound = milestone(conditional=True, conditions={2022: True, 2024: False})
    assert stands(bound, {}, as_of=date(2024, 3, 1)).status is Status.OFF_TRACK


def test_a_condition_of_a_milestone_that_nobody_recorded_is_flagged() -> None:
    result = stands(milestone(conditional=True), {}, as_of=date(2023, 1, 1))
    assert (result.status, flags_of(result)) == (Status.OFF_TRACK, {"condition_unknown:2022"})


def test_a_milestone_done_after_the_plan_has_ended_is_achieved_late() -> None:
    result = stands(milestone(), {"2025Q4": 0, date(2026, 2, 3): 1})
    assert (result.status, result.met, flags_of(result)) == (Status.ACHIEVED, True, {"late"})
    assert stands(milestone(), {date(2026, 2, 3): 1}, as_of=date(2026, 1, 31)).status is Status.NO_FINAL_FIGURE


def test_the_last_year_of_a_yearly_milestone_may_be_done_after_the_plan_has_ended() -> None:
    made: dict[object, object] = {date(year, 11, 3): 1 for year in range(2021, 2025)}
    result = stands(yearly(strict=True), {**made, date(2026, 2, 3): 1})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, {"late:2025"})


def test_the_last_day_of_february_is_the_last_day_every_year() -> None:
    terms = promise(form=Form.YEARLY_MILESTONE, due_on=date(2021, 2, 28), direction=None)
    assert stands(terms, {}, as_of=date(2024, 2, 29)).reason.count("2023-02-28") == 1


def test_a_milestone_carries_its_flags() -> None:
    made = {"2022Q2": {"value": number(1), "provisional": True}}
    result = stands(milestone(aspirational=True, reported_every=Frequency.QUARTER), made)
    assert flags_of(result) == {"provisional", "aspirational"}
