"""Months, quarters and years."""

from datetime import date

import pytest

from targets.periods import (
    add_months,
    infer_frequency,
    parse_period_end,
    period_code,
    period_ends,
    period_name,
    period_start,
    whole_months,
)
from targets.terms import Frequency

START = date(2020, 12, 31)


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (START, date(2023, 12, 31), 36),
        (START, date(2021, 1, 31), 1),
        (START, date(2021, 1, 30), 0),
        (START, date(2021, 2, 28), 2),
        (START, date(2021, 6, 30), 6),
        (START, START, 0),
        (date(2021, 1, 1), date(2025, 12, 31), 59),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2021, 1, 15), date(2021, 3, 14), 1),
    ],
)
def test_months_are_counted_whole_between_instants(since: date, until: date, months: int) -> None:
    assert whole_months(since, until) == months


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    assert add_months(date(2022, 12, 31), 18) == date(2024, 6, 30)
    assert add_months(date(2021, 2, 28), 12 * 3) == date(2024, 2, 29)
    assert add_months(date(2021, 1, 15), -2) == date(2020, 11, 15)


def test_periods_follow_one_another() -> None:
    assert period_ends(START, date(2021, 9, 30), Frequency.QUARTER) == [
        date(2021, 3, 31),
        date(2021, 6, 30),
        date(2021, 9, 30),
    ]
    assert period_ends(START, date(2022, 12, 30), Frequency.YEAR) == [date(2021, 12, 31)]
    assert period_ends(date(2020, 6, 30), date(2021, 6, 30), Frequency.HALF_YEAR) == [START, date(2021, 6, 30)]
    assert period_start(date(2023, 9, 30), Frequency.QUARTER) == date(2023, 7, 1)


@pytest.mark.parametrize(
    ("end", "every", "name", "code"),
    [
        (date(2023, 9, 30), Frequency.QUARTER, "2023年三季度", "2023Q3"),
        (date(2023, 6, 30), Frequency.HALF_YEAR, "2023年上半年", "2023H1"),
        (date(2023, 12, 31), Frequency.HALF_YEAR, "2023年下半年", "2023H2"),
        (date(2023, 12, 31), Frequency.YEAR, "2023年", "2023"),
        (date(2023, 5, 31), Frequency.MONTH, "2023年5月", "2023-05"),
    ],
)
def test_a_period_has_a_name_and_a_code_that_can_be_read_back(
    end: date, every: Frequency, name: str, code: str
) -> None:
    assert (period_name(end, every), period_code(end, every)) == (name, code)
    assert parse_period_end(code) == end


@pytest.mark.parametrize("text", ["2023-03-31", "2023/03/31", "2023/3/31", "2023-3-31", "2023/3", "2023Q1"])
def test_a_day_may_be_written_with_slashes_and_without_zeros(text: str) -> None:
    assert parse_period_end(text) == date(2023, 3, 31)


@pytest.mark.parametrize(
    "text",
    ["2023/3-31", "2023/2/30", "2023/13/1", "23/3/31", "2023Q5", "2023-13", "2023-02-30", "昨天", "", "20231231"],
)
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period_end(text)


def test_the_frequency_is_the_coarsest_that_explains_all() -> None:
    assert infer_frequency([START, date(2021, 12, 31)]) is Frequency.YEAR
    assert infer_frequency([START, date(2021, 6, 30)]) is Frequency.HALF_YEAR
    assert infer_frequency([START, date(2021, 3, 31)]) is Frequency.QUARTER
    assert infer_frequency([START, date(2021, 1, 31)]) is Frequency.MONTH
    assert infer_frequency([date(2021, 1, 15)]) is None
    assert infer_frequency([]) is None
