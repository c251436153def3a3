"""Months, quarters, half-years and years, and how a reported flow turns into spans of time.

A day stands for the instant at its end: 2020-12-31 is the instant at which 2021 begins. Pure: no clock, no Django.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from targets.terms import Basis, FiguresError, Frequency

MONTHS: Mapping[Frequency, int] = {
    Frequency.MONTH: 1,
    Frequency.QUARTER: 3,
    Frequency.HALF_YEAR: 6,
    Frequency.YEAR: 12,
}
QUARTER_NAMES = ("一季度", "二季度", "三季度", "四季度")
HALF_YEAR_NAMES = ("上半年", "下半年")
ZERO = Decimal(0)


def month_end(year: int, month: int) -> date:
    """The last day of a month; month may run beyond 1–12."""
    years, index = divmod(month - 1, 12)
    year, month = year + years, index + 1
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)


def year_end(year: int) -> date:
    return date(year, 12, 31)


def is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def is_year_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


def add_months(day: date, months: int) -> date:
    """The day so many months later; the end of a month stays the end of a month."""
    last = month_end(day.year, day.month + months)
    return last if is_month_end(day) else last.replace(day=min(day.day, last.day))


def whole_months(since: date, until: date) -> int:
    """Whole months from one instant to a later one: 2020-12-31 to 2023-12-31 is 36."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return months if add_months(since, months) <= until else months - 1


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def quarter_end(year: int, quarter: int) -> date:
    return month_end(year, quarter * 3)


def period_start(end: date, every: Frequency) -> date:
    """The first day of the period that ends on a day."""
    return month_end(end.year, end.month - MONTHS[every]) + timedelta(days=1)


def period_ends(after: date, until: date, every: Frequency) -> list[date]:
    """The ends of all periods after one instant and up to another, in order."""
    step = MONTHS[every]
    month = (after.month - 1) // step * step + step
    ends = []
    end = month_end(after.year, month)
    while end <= until:
        if end > after:
            ends.append(end)
        month += step
        end = month_end(after.year, month)
    return ends


def period_name(end: date, every: Frequency) -> str:
    """2023年三季度, 2023年上半年, 2023年, 2023年5月."""
    if every is Frequency.YEAR:
        return f"{end.year}年"
    if every is Frequency.HALF_YEAR:
        return f"{end.year}年{HALF_YEAR_NAMES[(end.month - 1) // 6]}"
    if every is Frequency.QUARTER:
        return f"{end.year}年{QUARTER_NAMES[quarter_of(end) - 1]}"
    return f"{end.year}年{end.month}月"


def period_code(end: date, every: Frequency) -> str:
    """2023Q3, 2023H1, 2023, 2023-05."""
    if every is Frequency.YEAR:
        return f"{end.year}"
    if every is Frequency.HALF_YEAR:
        return f"{end.year}H{(end.month + 5) // 6}"
    if every is Frequency.QUARTER:
        return f"{end.year}Q{quarter_of(end)}"
    return f"{end.year}-{end.month:02}"


def parse_period_end(text: str) -> date:
    """The last day of what a text names: 2023-09-30, 2023-09, 2023Q3, 2023H1 or 2023. ValueError otherwise.

    A slash for the hyphen and a missing zero are read as well: spreadsheets save 2023/9/30.
    """
    text = text.strip().upper()
    if found := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return quarter_end(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{4})H([12])", text):
        return month_end(int(found[1]), int(found[2]) * 6)
    if found := re.fullmatch(r"(\d{4})[-/](0?[1-9]|1[0-2])", text):
        return month_end(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"\d{4}", text):
        return year_end(int(found[0]))
    if found := re.fullmatch(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", text):
        return date(int(found[1]), int(found[3]), int(found[4]))
    raise ValueError(text)


def infer_frequency(ends: Iterable[date]) -> Frequency | None:
    """The coarsest frequency that explains all ends; None where a day is not the end of a month."""
    days = list(ends)
    if not days or not all(is_month_end(day) for day in days):
        return None
    for every in (Frequency.YEAR, Frequency.HALF_YEAR, Frequency.QUARTER):
        if all(day.month % MONTHS[every] == 0 for day in days):
            return every
    return Frequency.MONTH


@dataclass(frozen=True, slots=True)
class Span:
    """A flow over a span of time; without `complete` some period of the span is missing."""

    value: Decimal
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as it was reported, able to speak of a year to date, of a whole year or of all since the start.

    `reported` maps period ends to figures on `basis`. A period that does not apply has nothing to add: it stands in
    `not_applicable`. `every` is how often the figure is reported; without it the spacing of the figures says so, and
    a year with nothing but a figure on 31 December is read as reported once, for the whole year, unless an earlier
    year was reported in parts.
    """

    reported: Mapping[date, Decimal]
    basis: Basis
    starts_on: date
    every: Frequency | None = None
    not_applicable: frozenset[date] = frozenset()

    def year_to_date(self, on: date) -> Span | None:
        """The flow from 1 January of the year of `on` up to `on`; None where it cannot be known."""
        if on not in self.reported:
            return None
        if self.basis is Basis.YEAR_TO_DATE:
            return Span(self.reported[on])
        new_year = year_end(on.year - 1)
        if self.basis is Basis.SINCE_START:
            if new_year <= self.starts_on:
                return Span(self.reported[on])
            before = self.reported.get(new_year)
            return None if before is None else Span(self.reported[on] - before)
        days = [day for day in self.reported if new_year < day <= on]
        value = sum((self.reported[day] for day in days), ZERO)
        return Span(value, self._has_all(self._expected(max(new_year, self.starts_on), on)))

    def since_start(self, on: date) -> Span | None:
        """The flow from the start of the plan up to `on`; None where nothing is reported for `on`."""
        if on not in self.reported:
            return None
        if self.basis is Basis.SINCE_START:
            return Span(self.reported[on])
        if self.basis is Basis.PERIOD:
            value = sum((number for day, number in self.reported.items() if self.starts_on < day <= on), ZERO)
            return Span(value, self._has_all(self._expected(self.starts_on, on)))
        return self._sum_of_years(on)

    def periods(self) -> dict[date, Decimal]:
        """The flow of each period by itself, where the figures allow to tell: a quarter is a difference of two."""
        if self.basis is Basis.PERIOD:
            return dict(sorted(self.reported.items()))
        found: dict[date, Decimal] = {}
        for on in sorted(self.reported):
            restarts = self.basis is Basis.YEAR_TO_DATE
            earlier = [day for day in self.reported if day < on and (not restarts or day.year == on.year)]
            if earlier:
                found[on] = self.reported[on] - self.reported[max(earlier)]
            elif not restarts or self._expected(year_end(on.year - 1), on) == [on]:
                found[on] = self.reported[on]
        return found

    def _sum_of_years(self, on: date) -> Span:
        value, complete = self.reported[on], True
        for year in range(self.starts_on.year, on.year):
            if year_end(year) <= self.starts_on:
                continue
            days = [day for day in self.reported if day.year == year and day > self.starts_on]
            if days:
                value += self.reported[max(days)]
            complete = complete and (bool(days) and is_year_end(max(days)))
        already = None if is_year_end(self.starts_on) else self.reported.get(self.starts_on)
        return Span(value if already is None else value - already, complete)

    def _expected(self, after: date, until: date) -> list[date]:
        every = self.every or infer_frequency(self.reported)
        if every is None:
            return []
        ends = period_ends(after, until, every)
        if self.every is not None:
            return ends
        once = self._years_reported_once()
        return [end for end in ends if is_year_end(end) or end.year not in once]

    def _years_reported_once(self) -> set[int]:
        first_in_parts = min((day.year for day in self.reported if not is_year_end(day)), default=None)
        ends = {day.year for day in self.reported if is_year_end(day)}
        return ends if first_in_parts is None else {year for year in ends if year < first_in_parts}

    def _has_all(self, ends: Sequence[date]) -> bool:
        return all(end in self.reported or end in self.not_applicable for end in ends)


def refuse_duplicates(days: Iterable[date]) -> None:
    """Two figures for one period are no figure: FiguresError."""
    seen: set[date] = set()
    for day in days:
        if day in seen:
            raise FiguresError(f"{day.isoformat()}有两个数，应只保留一个。")
        seen.add(day)
