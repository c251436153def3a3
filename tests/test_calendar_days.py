"""Working days are those that the State Council sets; where it has not spoken, the page can say so."""

import datetime as dt

import pytest

from targets.calendar_days import add_working_days, due_day, is_known, is_working_day, unknown_years


def test_a_make_up_saturday_is_a_working_day():
    assert is_working_day(dt.date(2026, 10, 10))  # for the National Day holiday
    assert not is_working_day(dt.date(2026, 10, 5))  # a Monday of it
    assert not is_working_day(dt.date(2026, 10, 17))  # any other Saturday


def test_a_year_without_an_arrangement_counts_monday_to_friday():
    assert is_known(2026)
    assert not is_known(2100)
    assert is_working_day(dt.date(2100, 10, 1))  # a Friday, whatever its holiday will be
    assert not is_working_day(dt.date(2100, 10, 2))
    assert unknown_years([dt.date(2100, 1, 20), dt.date(2026, 1, 20), dt.date(2100, 4, 20)]) == [2100]


def test_working_days_pass_over_holidays():
    assert add_working_days(dt.date(2026, 9, 30), 3) == dt.date(2026, 10, 10)
    with pytest.raises(ValueError):
        add_working_days(dt.date(2026, 9, 30), -1)


@pytest.mark.parametrize(
    ("end", "days", "in_working_days", "due"),
    [
        ("2025-12-31", 20, False, "2026-01-20"),
        ("2023-12-31", 20, False, "2024-01-22"),  # the 20th is a Saturday
        ("2026-09-30", 5, False, "2026-10-08"),  # inside the National Day holiday
        ("2026-09-30", 5, True, "2026-10-13"),
        ("2025-12-31", 1, True, "2026-01-04"),  # New Year's holiday, then a make-up Sunday
    ],
)
def test_due_days_run_on_to_a_working_day(end, days, in_working_days, due):
    assert due_day(dt.date.fromisoformat(end), days, in_working_days=in_working_days) == dt.date.fromisoformat(due)
