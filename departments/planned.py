"""Where each figure of a sheet should stand by the end of its period if it kept to its path."""

import datetime as dt
from decimal import Decimal

from departments.plausibility import Measure
from departments.sheets import Sheet, SheetRow
from targets.terms import Figure, Form
from targets.trial import Tried, trial_assessments


def planned_values(sheet: Sheet, *, today: dt.date) -> dict[int, Decimal]:
    """By indicator id the value expected at the period's end, in its unit; left out where none is defined.

    The path does not depend on the figure that is reported, but is only defined at one: what is filled in stands for
    it, else what was reported last.
    """
    series = {(row.indicator.pk, row.area.pk): stand_in(row, sheet.period.ends_on) for row in sheet.rows}
    found = {}
    for (indicator_id, _), tried in trial_assessments(series, sheet.period, today=today).items():
        expected = expected_at(tried, sheet.period.ends_on)
        if expected is not None:
            found[indicator_id] = expected
    return found


def expected_at(tried: Tried, day: dt.date) -> Decimal | None:
    """The value expected by a day, in the indicator's unit; None where the path says nothing of that day.

    A band has two edges and no path between them.
    """
    assessment, promise = tried.assessment, tried.promise
    if assessment is None or promise is None or promise.form is Form.BAND or assessment.datum_on != day:
        return None
    return assessment.expected


def stand_in(row: SheetRow, period_end: dt.date) -> Figure:
    """A figure of the period for a row that need not have one yet."""
    measure = row.cell.measure
    if not _is_complete(row, measure):
        measure = row.last.measure if row.last is not None else Measure()
    if not _is_complete(row, measure):
        one = Decimal(1)
        measure = Measure(numerator=one, denominator=one) if row.indicator.is_two_part else Measure(value=one)
    return Figure(
        period_end=period_end,
        value=measure.value,
        numerator=measure.numerator,
        denominator=measure.denominator,
    )


def _is_complete(row: SheetRow, measure: Measure) -> bool:
    return all(measure.part(field) is not None for field in row.rules.fields)
