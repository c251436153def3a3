"""Years of a promise to hold that are due and have no figure, and years whose condition did not hold."""

from datetime import date

import pytest

from targets.terms import Accumulation, AssessedOn, Basis, Form, Status
from tests.calculus.promises import flags_of, promise, stands


def hold(**words: object):  # type: ignore[no-untyped-def]
    return promise(form=Form.HOLD, value=95, **words)


def test_a_year_that_is_due_and_has_no_figure_is_flagged_behind_the_newest_too() -> None:
    result = stands(hold(), {2021: 96}, as_of=date(2024, 1, 1))
    assert (result.status, result.met) == (Status.ACHIEVED, True)
    assert flags_of(result) == {"year_missing:2022", "year_missing:2023", "stale"}


@pytest.mark.parametrize(("as_of", "missing"), [(date(2022, 12, 31), set()), (date(2023, 1, 1), {"year_missing:2022"})])
def test_a_year_is_due_on_the_day_after_its_end(as_of: date, missing: set[str]) -> None:
    assert flags_of(stands(hold(), {2021: 96}, as_of=as_of)) == missing


@pytest.mark.parametrize(("as_of", "missing"), [(date(2023, 3, 31), set()), (date(2023, 4, 1), {"year_missing:2022"})])
def test_every_year_has_as_long_to_report_as_the_last_one(as_of: date, missing: set[str]) -> None:
    result = stands(hold(final_due_on=date(2026, 3, 31)), {2021: 96}, as_of=as_of)
    assert flags_of(result) == missing


def test_a_strict_hold_is_not_passed_while_a_year_that_is_due_is_unknown() -> None:
    every_year = hold(strict=True)
    result = stands(every_year, {2021: 96, 2022: 96}, as_of=date(2024, 1, 1))
    assert (result.status, result.met, flags_of(result)) == (Status.NOT_YET_MET, None, {"year_missing:2023"})
    assert "2023年缺数" in result.reason
    assert stands(every_year, {2021: 96, 2022: 96}, as_of=date(2023, 12, 31)).status is Status.ACHIEVED


def test_a_hold_below_its_target_stays_off_track_while_later_years_are_unknown() -> None:
    result = stands(hold(), {2021: 94}, as_of=date(2023, 6, 30))
    assert (result.status, flags_of(result)) == (Status.OFF_TRACK, {"year_missing:2022"})


def test_a_year_end_that_is_due_stays_missing_beside_a_part_of_that_year() -> None:
    terms = hold(accumulation=Accumulation.RATIO, factor=100, basis=Basis.YEAR_TO_DATE, assessed_on=AssessedOn.YEAR)
    result = stands(terms, {2021: (96, 100), "2022Q2": (48, 50)}, as_of=date(2023, 1, 1))
    assert flags_of(result) == {"year_missing:2022", "part_year"}


def test_the_last_year_that_is_missing_is_named_beside_the_final_figure_that_lacks() -> None:
    result = stands(hold(), dict.fromkeys(range(2021, 2025), 96), as_of=date(2026, 2, 1))
    assert (result.status, flags_of(result)) == (Status.NO_FINAL_FIGURE, {"year_missing:2025"})


def test_no_year_is_missing_after_a_hold_has_ended() -> None:
    terms = hold(due_on=date(2023, 12, 31))
    assert flags_of(stands(terms, {2021: 96, 2022: 96, 2023: 96}, as_of=date(2025, 6, 1))) == set()


def test_a_hold_without_any_figure_has_no_data_and_names_no_year() -> None:
    result = stands(hold(), {}, as_of=date(2024, 1, 1))
    assert (result.status, flags_of(result)) == (Status.NO_DATA, set())


def test_a_missing_year_whose_condition_did_not_hold_does_not_stop_a_strict_hold() -> None:
    terms = hold(strict=True, conditional=True, conditions={2021: True, 2022: False, 2023: True})
    result = stands(terms, {2021: 96, 2023: 96})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, set())
    unknown = hold(strict=True, conditional=True, conditions={2021: True, 2023: True})
    assert stands(unknown, {2021: 96, 2023: 96}).status is Status.NOT_YET_MET


def test_a_year_below_whose_condition_did_not_hold_does_not_break_a_strict_hold() -> None:
    terms = hold(strict=True, conditional=True, conditions={2021: True, 2022: False, 2023: True})
    result = stands(terms, {2021: 96, 2022: 90, 2023: 96})
    assert (result.status, flags_of(result)) == (Status.ACHIEVED, set())
