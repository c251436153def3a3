"""One promise as a row of the overview: the assessment's values, and the same as text already rounded for showing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from departments.models import Responsibility
from reports import phrases
from reports.overview_values import BaselineView, IndicatorRow, SeriesPoint
from targets import terms
from targets.assessing import as_value
from targets.labels import STATUS_LABELS
from targets.models import Assessment, Baseline, Indicator, Observation, Target
from targets.periods import period_code
from targets.terms import Status


def indicator_row(
    target: Target,
    row: Assessment | None,
    history: Sequence[Assessment],
    newest: Mapping[int, Observation],
    listed: Mapping[int, list[Responsibility]],
) -> IndicatorRow:
    indicator = target.indicator
    result = as_value(row) if row is not None else terms.Assessment(status=Status.NO_DATA, reason="本期尚未评价")
    direction, path = terms.Direction(indicator.direction), terms.Path(indicator.path)
    form = terms.Form(target.form)
    accumulation = terms.Accumulation(indicator.accumulation)
    budget = terms.is_budget(form, accumulation, target.comparison_or_default, target.value)
    shape: dict[str, Any] = {"decimals": indicator.decimals, "unit": indicator.unit}
    observation = newest.get(indicator.pk)
    is_over = row is not None and row.as_of > target.due_on  # judged when no time is left
    reporter = next((r.department.name for r in listed.get(indicator.pk, []) if r.is_reporter), "")
    return IndicatorRow(
        id=indicator.pk,
        code=indicator.code,
        name=indicator.name,
        unit=indicator.unit,
        unit_is_assumed=indicator.unit_is_assumed and indicator.choices_confirmed_at is None,
        decimals=indicator.decimals,
        sector=indicator.sector.name,
        department=reporter,
        departments=tuple(r.department.name for r in listed.get(indicator.pk, [])),
        clause_section=indicator.clause.section,
        clause_text=indicator.clause_text,
        is_aspirational=indicator.is_aspirational,
        is_quantified=form is not terms.Form.DIRECTION,
        is_budget=budget,
        form=form,
        band=None if target.lower is None or target.upper is None else (target.lower, target.upper),
        condition=indicator.condition,
        target_text=target.words,
        target_value_text=phrases.value_text(result.target, **shape),
        baseline=None if row is None else _baseline_view(row.baseline, indicator),
        actual_text=phrases.actual_text(result, direction=direction, **shape),
        gap_text=phrases.gap_text(
            result, direction=direction, is_budget=budget, is_band=form is terms.Form.BAND, **shape
        ),
        progress_text=phrases.share_text(result.progress),
        lead_text=phrases.lead_text(result.lead_points, is_budget=budget),
        required_text=phrases.NONE
        if result.met or is_over
        else phrases.yearly_text(result.required_per_year, path=path, **shape),
        observed_text=phrases.yearly_text(result.observed_per_year, path=path, **shape),
        datum_text=phrases.datum_text(
            result,
            reported_every=terms.Frequency(indicator.reported_every),
            is_yearly=indicator.assessed_on == terms.AssessedOn.YEAR,
        ),
        status=result.status,
        status_label=STATUS_LABELS[result.status],
        flag_texts=phrases.flag_texts(result.flags),
        assessment=result,
        series=_series(history, terms.Frequency(indicator.reported_every)),
        absence=None if observation is None or observation.state == "number" else terms.Absence(observation.state),
        note="" if observation is None else observation.note,
        has_unconfirmed_choices=indicator.has_unconfirmed_choices,
    )


def _baseline_view(baseline: Baseline | None, indicator: Indicator) -> BaselineView | None:
    if baseline is None:
        return None
    return BaselineView(
        year=baseline.year,
        value=baseline.value,
        value_text=phrases.value_text(baseline.value, decimals=indicator.decimals, unit=indicator.unit),
        source=baseline.source,
        document=baseline.document,
        is_substitute=baseline.is_substitute,
        is_demonstration=baseline.is_demonstration,
    )


def _series(history: Sequence[Assessment], every: terms.Frequency) -> tuple[SeriesPoint, ...]:
    """One point per datum: a year that is judged through four quarters is one point, as it was judged last."""
    points: dict[dt.date, SeriesPoint] = {}
    for row in history:
        if row.datum_on is not None:
            points[row.datum_on] = SeriesPoint(
                on=row.datum_on,
                label=period_code(row.datum_on, every),
                actual=row.actual,
                expected=row.expected,
                status=Status(row.status),
                is_provisional=any(flag == terms.Flag.PROVISIONAL for flag, _ in row.flags),
            )
    return tuple(points[day] for day in sorted(points))
