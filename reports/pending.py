"""Figures of one indicator that were sent and wait for approval: shown beside the approved ones, never in them."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from departments.models import Entry
from departments.models.submission import ENDORSED, SUBMITTED
from departments.sheets import Cell, cell_in_words, figure_key, figure_text
from reports.overview_values import PendingFigure
from targets import terms
from targets.models import Indicator, ReportingPeriod
from targets.trial import trial_assessment


def pending_figures(
    indicator: Indicator, until: ReportingPeriod, *, today: dt.date | None = None
) -> tuple[PendingFigure, ...]:
    """Those of the current sheets up to a period, oldest first.

    What a figure would make of the indicator comes from the one calculus, as a trial: nothing is stored. Of a reopened
    sheet only the cells that were opened wait.
    """
    today = today or timezone.localdate()
    found = []
    for entry in (
        Entry.objects.filter(
            indicator=indicator,
            area__parent__isnull=True,
            submission__is_current=True,
            submission__state__in=(SUBMITTED, ENDORSED),
            submission__period__ends_on__lte=until.ends_on,
        )
        .select_related("submission__period", "area", "indicator__plan")
        .order_by("submission__period__ends_on")
    ):
        sheet = entry.submission
        if sheet.reopened_keys and figure_key(indicator.pk, entry.area) not in sheet.reopened_keys:
            continue
        cell = Cell.of(entry)
        found.append(
            PendingFigure(
                on=sheet.period.ends_on,
                label=sheet.period.name,
                actual=_level(entry, today),
                figure_text=figure_text(indicator, cell.measure) or cell_in_words(cell),
                state_label=sheet.get_state_display(),
                sent_on=None if sheet.submitted_at is None else timezone.localdate(sheet.submitted_at),
                is_correction=sheet.version > 1,
            )
        )
    return tuple(found)


def _level(entry: Entry, today: dt.date) -> Decimal | None:
    """The level that the figure would give at the end of its own period; None where it gives none by itself."""
    if entry.state != "number":
        return None
    try:
        figure = terms.Figure(
            period_end=entry.submission.period.ends_on,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            provisional=entry.is_provisional,
        )
        result = trial_assessment(entry.indicator, entry.area, entry.submission.period, figure, today)
    except (terms.FiguresError, terms.TermsError):
        return None  # the sheet's own findings say what is wrong with it
    if result is None:
        return None
    if result.datum_on == figure.period_end:
        return result.actual
    return result.part_year_actual if result.part_year_on == figure.period_end else None
