"""PURE: the working days of China, and the day on which a period's figures are due.

The State Council publishes each year's holidays and make-up working days towards the end of the year before; the
library `chinesecalendar` carries them. A year that it does not know counts Monday to Friday as working days and nothing
else: `is_known` says so, for pages that have to admit it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache

import chinese_calendar

SATURDAY = 5
LONGEST_HOLIDAY = 31
"""No holiday lasts a month: a search for the next working day that takes longer has gone wrong."""


@cache
def is_known(year: int) -> bool:
    """Whether the holidays and make-up working days of a year are known."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether offices work on a day: by the published arrangement, or Monday to Friday where there is none yet."""
    if not is_known(day.year):
        return day.weekday() < SATURDAY
    return bool(chinese_calendar.is_workday(day))


def working_day_on_or_after(day: date) -> date:
    """The day itself where offices work on it, else the next one on which they do."""
    for days in range(LONGEST_HOLIDAY):
        if is_working_day(day + timedelta(days=days)):
            return day + timedelta(days=days)
    raise ValueError(f"no working day within a month of {day.isoformat()}")


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after a day; the day itself is not counted."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    for _ in range(count):
        day = working_day_on_or_after(day + timedelta(days=1))
    return day


def due_day(end: date, days: int, *, in_working_days: bool) -> date:
    """The day on which what ends on a day is due: so many days, or so many working days, after it.

    Calendar days that run out on a day without work run on to the next working day, as terms do by article 203 of the
    Civil Code of China.
    """
    if in_working_days:
        return add_working_days(end, days)
    return working_day_on_or_after(end + timedelta(days=days))


def unknown_years(days: Iterable[date]) -> list[int]:
    """The years among some days whose holidays are not known yet, in order."""
    return sorted({day.year for day in days if not is_known(day.year)})
