"""Says how a series would stand if a figure that nobody has approved yet were: the same calculus, nothing is stored."""

import datetime as dt
from collections.abc import Mapping

from targets import progress, terms
from targets.assessing import SeriesKey, read_series
from targets.models import Area, Indicator, ReportingPeriod


def trial_assessments(
    figures: Mapping[SeriesKey, terms.Figure | None], period: ReportingPeriod, *, today: dt.date
) -> dict[SeriesKey, terms.Assessment | terms.FiguresError | terms.TermsError]:
    """Each series as it would be assessed at `period` with the figure given in the place of the approved one.

    A figure of None takes the approved one away. A series without a promise has no assessment, and a period that has
    not ended yet has none at all; a series that contradicts itself has the error instead, whose text is a sentence.
    Eight queries, however many series.
    """
    facts = read_series(figures, today=today)
    found: dict[SeriesKey, terms.Assessment | terms.FiguresError | terms.TermsError] = {}
    for key, figure in figures.items():
        indicator = facts.indicators.get(key[0])
        if indicator is None or period not in facts.periods_of(indicator):
            continue
        known = [one for one in facts.figures_until(key, period) if one.period_end != period.ends_on]
        known += [] if figure is None else [figure]
        try:
            promise = facts.terms_of(key)
            if promise is not None:
                found[key] = progress.assess(promise, known, as_of=facts.as_of(indicator, period))
        except (terms.FiguresError, terms.TermsError) as error:
            found[key] = error
    return found


def trial_assessment(
    indicator: Indicator, area: Area, period: ReportingPeriod, figure: terms.Figure | None, today: dt.date
) -> terms.Assessment | None:
    """One series as `trial_assessments` has it; raises terms.FiguresError or terms.TermsError."""
    key = (indicator.pk, area.pk)
    result = trial_assessments({key: figure}, period, today=today).get(key)
    if isinstance(result, Exception):
        raise result
    return result
