"""From reported figures to actual values: what counts, as of which day, and how whole it is.

One `Datum` per day on which the promise can be judged, oldest first. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.periods import (
    Flow,
    Span,
    add_months,
    is_month_end,
    is_year_end,
    quarter_end,
    quarter_of,
    refuse_duplicates,
    year_end,
)
from targets.terms import (
    MILESTONES,
    Absence,
    Accumulation,
    AssessedOn,
    Basis,
    Figure,
    FiguresError,
    Form,
    Kind,
    Terms,
)

RATIOS = frozenset({Accumulation.RATIO, Accumulation.RATIO_OF_SUMS})


@dataclass(frozen=True, slots=True)
class Datum:
    """The actual value as of a day. `value` is None where the denominator is 0; `partial`: some period is missing."""

    on: date
    value: Fraction | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    partial: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the figures say on the day of assessment.

    `newest` is the datum that is judged, `points` how many days could be. `history` lists all data, oldest first, for
    a promise to hold; other promises do not look back. `part_year`: a newer figure of part of a year, shown and not
    judged. `a_year_before`: the counterpart of the newest figure. `absent`: figures with a state instead of a number
    that are newer than the newest datum.
    """

    newest: Datum | None
    points: int
    history: tuple[Datum, ...]
    part_year: Datum | None
    a_year_before: Datum | None
    absent: tuple[tuple[date, Absence], ...]


def last_day_judged(terms: Terms) -> date:
    """The end of the last period whose figure counts: the due day, or the end of the quarter that it lies in."""
    due = terms.due
    return due if is_month_end(due) else quarter_end(due.year, quarter_of(due))


def final_day(terms: Terms) -> date:
    """The period end from which on a datum is final."""
    due = terms.due
    by_years = judged_at_year_ends(terms) or terms.form is Form.HOLD
    if by_years and not is_year_end(due) and year_end(due.year - 1) > terms.starts_on:
        return year_end(due.year - 1)
    return due


def judged_at_year_ends(terms: Terms) -> bool:
    """Whether only whole years count: by the terms, or because the newest value of a flow is that of a whole year."""
    return terms.assessed_on is AssessedOn.YEAR or latest_of_flow(terms)


def latest_of_flow(terms: Terms) -> bool:
    if terms.accumulation is not Accumulation.LATEST or kind_of_value(terms) is not Kind.FLOW:
        return False
    return not terms.reported_as_change


def kind_of_value(terms: Terms) -> Kind:
    if terms.value_kind is not None:
        return terms.value_kind
    return Kind.FLOW if terms.accumulation is Accumulation.SUM else Kind.RATE


def read_figures(terms: Terms, figures: Sequence[Figure], as_of: date) -> Reading:
    """Order the figures, leave out what lies outside the plan or after the day, and accumulate.

    A promise to hold is judged by its years: as soon as there is one year end, parts of a year are only shown.
    """
    refuse_duplicates(figure.period_end for figure in figures)
    refuse_wrong_parts(terms, figures)
    until = min(as_of, last_day_judged(terms))
    known = sorted((one for one in figures if one.period_end <= until), key=lambda one: one.period_end)
    by_day = {one.period_end: one for one in known if one.has_number}
    source = Source.of(terms, by_day, known)
    current = [day for day in by_day if day > terms.starts_on]
    ends = [day for day in current if is_year_end(day)]
    by_years = judged_at_year_ends(terms) or (terms.form is Form.HOLD and bool(ends))
    judged = ends if by_years else current
    newest = source.newest_of(judged)
    newest_day = terms.starts_on if newest is None else newest.on
    part_year = source.newest_of([day for day in current if day > newest_day], whole=False)
    shown_on = newest_day if part_year is None else part_year.on
    return Reading(
        newest=newest,
        points=len(judged),
        history=source.all_of(judged) if terms.form is Form.HOLD else (),
        part_year=part_year,
        a_year_before=source.earlier(add_months(shown_on, -12)),
        absent=tuple((one.period_end, one.absence) for one in known if one.absence and one.period_end > newest_day),
    )


def read_milestones(terms: Terms, figures: Sequence[Figure], as_of: date) -> list[Figure]:
    """The reports on a milestone that count, oldest first; also those after the plan's end, of what was done late."""
    refuse_duplicates(figure.period_end for figure in figures)
    refuse_wrong_parts(terms, figures)
    known = [one for one in figures if one.has_number and terms.starts_on < one.period_end <= as_of]
    return sorted(known, key=lambda one: one.period_end)


def refuse_wrong_parts(terms: Terms, figures: Sequence[Figure]) -> None:
    in_parts = terms.accumulation in RATIOS and terms.form not in MILESTONES
    for figure in figures:
        if figure.has_number and (figure.numerator is not None) != in_parts:
            day = figure.period_end.isoformat()
            raise FiguresError(f"{day}应填报分子和分母。" if in_parts else f"{day}应填报一个数值，而不是分子和分母。")
        if figure.denominator is not None and figure.denominator < 0:
            raise FiguresError(f"{figure.period_end.isoformat()}的分母不应为负数。")


@dataclass(frozen=True, slots=True)
class Source:
    """The ordered figures of one series, able to say the actual value as of any day that has a figure."""

    terms: Terms
    by_day: Mapping[date, Figure]
    value: Flow
    numerator: Flow
    denominator: Flow

    @classmethod
    def of(cls, terms: Terms, by_day: Mapping[date, Figure], known: Sequence[Figure]) -> "Source":
        idle = frozenset(one.period_end for one in known if one.absence is Absence.NOT_APPLICABLE)

        def flow(numbers: Mapping[date, Decimal | None]) -> Flow:
            reported = {day: number for day, number in numbers.items() if number is not None}
            return Flow(reported, terms.basis, terms.starts_on, terms.reported_every, idle)

        return cls(
            terms=terms,
            by_day=by_day,
            value=flow({day: one.value for day, one in by_day.items()}),
            numerator=flow({day: one.numerator for day, one in by_day.items()}),
            denominator=flow({day: one.denominator for day, one in by_day.items()}),
        )

    @property
    def whole_years_only(self) -> bool:
        return latest_of_flow(self.terms)

    def newest_of(self, days: Sequence[date], *, whole: bool = True) -> Datum | None:
        """The datum of the last of the days that has one; `whole`: a flow of part of a year is none."""
        for day in reversed(days):
            found = self.datum(day)
            if found is not None and not (whole and self.whole_years_only and found.partial):
                return found
        return None

    def all_of(self, days: Sequence[date]) -> tuple[Datum, ...]:
        found = (self.datum(day) for day in days)
        return tuple(one for one in found if one is not None and not (self.whole_years_only and one.partial))

    def earlier(self, on: date) -> Datum | None:
        """The datum of a day that may lie before the plan, where nothing is summed up from its start."""
        sums_up = self.terms.accumulation in (Accumulation.SUM, Accumulation.RATIO_OF_SUMS)
        known = on in self.by_day and (on > self.terms.starts_on or not sums_up)
        return self.datum(on) if known else None

    def datum(self, on: date) -> Datum | None:
        if self.terms.accumulation in RATIOS:
            return self._ratio(on)
        if self.terms.accumulation is Accumulation.SUM:
            span = self.value.since_start(on)
        elif self.whole_years_only:
            span = self.value.year_to_date(on)
        else:
            span = Span(self.value.reported[on])
        if span is None:
            return None
        return Datum(on, Fraction(span.value), partial=not span.complete, provisional=self._provisional(on))

    def _ratio(self, on: date) -> Datum | None:
        above = self._part(self.numerator, self.terms.numerator_kind, on)
        below = self._part(self.denominator, self.terms.denominator_kind, on)
        if above is None or below is None:
            return None
        if below.value < 0:
            raise FiguresError(f"截至{on.isoformat()}，由各期数算出的分母为负数，请检查口径和更正。")
        share = None
        if below.value:
            share = Fraction(above.value) / Fraction(below.value) * Fraction(self.terms.factor)
        partial = not (above.complete and below.complete)
        return Datum(on, share, above.value, below.value, partial, self._provisional(on))

    def _part(self, flow: Flow, kind: Kind | None, on: date) -> Span | None:
        if kind not in (None, Kind.FLOW):
            return Span(flow.reported[on])
        return flow.since_start(on) if self.terms.accumulation is Accumulation.RATIO_OF_SUMS else flow.year_to_date(on)

    def _provisional(self, on: date) -> bool:
        """Whether a figure that the datum is made of is provisional."""
        if self.terms.accumulation in (Accumulation.SUM, Accumulation.RATIO_OF_SUMS):
            made_of = [one for day, one in self.by_day.items() if self.terms.starts_on < day <= on]
        elif self.terms.accumulation is Accumulation.RATIO or self.whole_years_only:
            made_of = [one for day, one in self.by_day.items() if day.year == on.year and day <= on]
        else:
            made_of = []
        if not made_of or self.terms.basis is not Basis.PERIOD:
            made_of = [self.by_day[on]]
        return any(one.provisional for one in made_of)
