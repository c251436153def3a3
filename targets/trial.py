"""Says how a series would stand if a figure that nobody has approved yet were: the same calculus, nothing is stored."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from targets import progress, terms
from targets.assessing import SeriesKey, read_series
from targets.models import Area, Indicator, ReportingPeriod


@dataclass(frozen=True, slots=True)
class Tried:
    """What a figure would give: the promise and how it would stand, or why nothing can be said, as a sentence."""

    promise: terms.Terms | None
    assessment: terms.Assessment | None
    refusal: str = ""


def trial_assessments(
    figures: Mapping[SeriesKey, terms.Figure | None], period: ReportingPeriod, *, today: dt.date
) -> dict[SeriesKey, Tried]:
    """Each series as it would be assessed at `period` with the figure given in the place of the approved one.

    A figure of None takes the approved one away. A series without a promise, and a period that has not ended yet, give
    nothing. Eight queries, however many series.
    """
    facts = read_series(figures, today=today)
    found: dict[SeriesKey, Tried] = {}
    for key, figure in figures.items():
        indicator = facts.indicators.get(key[0])
        if indicator is None or period not in facts.periods_of(indicator):
            continue
        known = [one for one in facts.figures_until(key, period) if one.period_end != period.ends_on]
        known += [] if figure is None else [figure]
        try:
            promise = facts.terms_of(key)
            if promise is not None:
                result = progress.assess(promise, known, as_of=facts.as_of(indicator, period))
                found[key] = Tried(promise, result)
        except (terms.FiguresError, terms.TermsError) as error:
            found[key] = Tried(None, None, str(error))
    return found


def trial_assessment(
    indicator: Indicator, area: Area, period: ReportingPeriod, figure: terms.Figure | None, today: dt.date
) -> terms.Assessment | None:
    """One series as `trial_assessments` has it; None where nothing can be said."""
    key = (indicator.pk, area.pk)
    tried = trial_assessments({key: figure}, period, today=today).get(key)
    return None if tried is None else tried.assessment
