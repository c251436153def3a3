"""Fetch → progress → store: many series at once, in a fixed number of queries; the only writer of Assessment.

A series is one (indicator, area). It is assessed once per period that has ended: from the figures up to the end of
that period, as of the day on which that period's figures were due (the newest ended period: as of today).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from targets import progress, terms
from targets.models import (
    Area,
    Assessment,
    Baseline,
    ConditionRecord,
    DueDay,
    Indicator,
    InterimTarget,
    Observation,
    ReportingPeriod,
    Target,
)

SeriesKey = tuple[int, int]
"""(indicator id, area id)"""


def terms_of(
    indicator: Indicator,
    target: Target,
    *,
    baseline_value: Decimal | None = None,
    baseline_is_substitute: bool = False,
    interim: Iterable[InterimTarget] = (),
    conditions: Mapping[int, bool] | None = None,
    final_due_on: dt.date | None = None,
) -> terms.Terms:
    """The words of a promise as the calculus takes them; raises terms.TermsError with a Chinese sentence."""
    plan = indicator.plan
    return terms.Terms(
        starts_on=plan.baseline_instant,
        ends_on=plan.ends_on,
        accumulation=terms.Accumulation(indicator.accumulation),
        form=terms.Form(target.form),
        comparison=target.comparison_or_default,
        direction=terms.Direction(indicator.direction),
        path=terms.Path(indicator.path),
        value=target.value,
        lower=target.lower,
        upper=target.upper,
        due_on=target.due_on,
        baseline=None if baseline_value is None else terms.Baseline(baseline_value, substitute=baseline_is_substitute),
        tolerance_percent=target.tolerance_percent,
        value_kind=terms.Kind(indicator.value_kind) if indicator.value_kind else None,
        numerator_kind=terms.Kind(indicator.numerator_kind) if indicator.numerator_kind else None,
        denominator_kind=terms.Kind(indicator.denominator_kind) if indicator.denominator_kind else None,
        factor=indicator.factor,
        basis=terms.Basis(indicator.basis) if indicator.basis else terms.Basis.PERIOD,
        assessed_on=terms.AssessedOn(indicator.assessed_on),
        whole_units=indicator.whole_units,
        strict=target.is_strict,
        aspirational=indicator.is_aspirational,
        conditional=bool(indicator.condition),
        conditions=dict(conditions or {}),
        natural_lower=indicator.natural_lower,
        natural_upper=indicator.natural_upper,
        interim=tuple(terms.InterimTarget(on=step.due_on, value=step.value) for step in interim),
        thresholds=plan.thresholds,
        final_due_on=final_due_on,
        reported_every=terms.Frequency(indicator.reported_every),
    )


def check_terms(indicator: Indicator, area: Area, *, baseline_value: Decimal) -> str:
    """Why a promise cannot be computed from a baseline, as a Chinese sentence; empty when it can."""
    target = Target.objects.filter(indicator=indicator, area=area, superseded_at__isnull=True).first()
    if target is None:
        return f"{indicator.name}还没有目标值，不能登记基期值。"
    try:
        terms_of(indicator, target, baseline_value=baseline_value)
    except terms.TermsError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """All that is known of some series, as read in one go: promises, baselines, approved figures, due days.

    Everything that computes a status asks it, so that what is stored and what is only tried out cannot differ.
    """

    today: dt.date
    indicators: Mapping[int, Indicator]
    periods: Mapping[int, list[ReportingPeriod]]
    """By plan id: the periods that have ended, oldest first."""
    targets: Mapping[SeriesKey, Target]
    baselines: Mapping[SeriesKey, Baseline]
    interim: Mapping[SeriesKey, list[InterimTarget]]
    conditions: Mapping[int, dict[int, bool]]
    due_days: Mapping[tuple[int, int], dt.date]
    """By (indicator id, period id), where it is not the period's own."""
    figures: Mapping[SeriesKey, list[terms.Figure]]

    def terms_of(self, key: SeriesKey) -> terms.Terms | None:
        """The promise of a series; None where there is none. Raises terms.TermsError."""
        indicator, target = self.indicators.get(key[0]), self.targets.get(key)
        if indicator is None or target is None:
            return None
        baseline = self.baselines.get(key)
        final = next((p for p in self.periods_of(indicator) if p.ends_on == indicator.plan.ends_on), None)
        return terms_of(
            indicator,
            target,
            baseline_value=None if baseline is None else baseline.value,
            baseline_is_substitute=False if baseline is None else baseline.is_substitute,
            interim=self.interim.get(key, ()),
            conditions=self.conditions.get(key[0]),
            final_due_on=None if final is None else self.due_days.get((key[0], final.pk), final.due_on),
        )

    def periods_of(self, indicator: Indicator) -> list[ReportingPeriod]:
        return self.periods.get(indicator.plan_id, [])

    def as_of(self, indicator: Indicator, period: ReportingPeriod) -> dt.date:
        """The day as of which a period is judged: when its figures were due; the newest ended one: today."""
        if period == self.periods_of(indicator)[-1]:
            return self.today
        return min(self.today, self.due_days.get((indicator.pk, period.pk), period.due_on))

    def figures_until(self, key: SeriesKey, period: ReportingPeriod) -> list[terms.Figure]:
        return [figure for figure in self.figures.get(key, ()) if figure.period_end <= period.ends_on]


def read_series(series: Iterable[SeriesKey], *, today: dt.date) -> SeriesFacts:
    """Reads what the calculus needs of some series, in eight queries however many they are."""
    wanted = set(series)
    indicator_ids = {i for i, _ in wanted}
    in_series = {"indicator__in": indicator_ids, "area__in": {a for _, a in wanted}}
    indicators = {i.pk: i for i in Indicator.objects.filter(pk__in=indicator_ids).select_related("plan")}
    periods: dict[int, list[ReportingPeriod]] = defaultdict(list)
    for period in ReportingPeriod.objects.filter(
        plan__in={i.plan_id for i in indicators.values()}, ends_on__lt=today
    ).order_by("ends_on"):
        periods[period.plan_id].append(period)
    interim: dict[SeriesKey, list[InterimTarget]] = defaultdict(list)
    for step in InterimTarget.objects.filter(**in_series):
        interim[step.indicator_id, step.area_id].append(step)
    conditions: dict[int, dict[int, bool]] = defaultdict(dict)
    for record in ConditionRecord.objects.filter(indicator__in=indicator_ids):
        conditions[record.indicator_id][record.year] = record.held
    figures: dict[SeriesKey, list[terms.Figure]] = defaultdict(list)
    for observation in Observation.objects.current().filter(**in_series).select_related("period"):
        figures[observation.indicator_id, observation.area_id].append(observation.as_figure())
    return SeriesFacts(
        today=today,
        indicators=indicators,
        periods=periods,
        targets={
            (t.indicator_id, t.area_id): t for t in Target.objects.filter(**in_series, superseded_at__isnull=True)
        },
        baselines={(b.indicator_id, b.area_id): b for b in Baseline.objects.in_force().filter(**in_series)},
        interim=interim,
        conditions=conditions,
        due_days={  # the period's own day may have been moved beyond a day that was granted before
            (d.indicator_id, d.period_id): max(d.due_on, d.period.due_on)
            for d in DueDay.objects.filter(indicator__in=indicator_ids).select_related("period")
        },
        figures=figures,
    )


def assess_series(series: Collection[SeriesKey], *, today: dt.date | None = None) -> int:
    """Recomputes every period of the given series and stores the results; returns how many were stored.

    Eight reads and one upsert per 500 results, however many series.
    Raises terms.TermsError or terms.FiguresError when a series contradicts itself.
    """
    wanted = sorted(set(series))
    if not wanted:
        return 0
    facts = read_series(wanted, today=today or timezone.localdate())
    rows: list[Assessment] = []
    now = timezone.now()
    for key in wanted:
        promise = facts.terms_of(key)
        if promise is None:
            continue
        indicator = facts.indicators[key[0]]
        for period in facts.periods_of(indicator):
            as_of = facts.as_of(indicator, period)
            result = progress.assess(promise, facts.figures_until(key, period), as_of=as_of)
            rows.append(
                _row(indicator, key[1], period, facts.targets[key], facts.baselines.get(key), result, as_of, now)
            )
    Assessment.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["indicator", "area", "period"],
        update_fields=_UPDATED,
    )
    return len(rows)


_COPIED = [
    "met",
    "strictly_met",
    "actual",
    "expected",
    "progress",
    "expected_progress",
    "pace",
    "lead_points",
    "gap",
    "required_per_year",
    "observed_per_year",
    "attainment",
    "elapsed",
    "datum_on",
]
_DETAILS = [
    "tolerance",
    "excess",
    "effort_ratio",
    "outlook_low",
    "outlook_high",
    "part_year_actual",
    "same_period_last_year",
]
_UPDATED = [
    *_COPIED,
    "target",
    "baseline",
    "status",
    "target_value",
    "baseline_value",
    "details",
    "flags",
    "reason",
    "as_of",
    "assessed_at",
]


def _row(
    indicator: Indicator,
    area_id: int,
    period: ReportingPeriod,
    target: Target,
    baseline: Baseline | None,
    result: terms.Assessment,
    as_of: dt.date,
    now: dt.datetime,
) -> Assessment:
    return Assessment(
        indicator=indicator,
        area_id=area_id,
        period=period,
        target=target,
        baseline=baseline,
        status=result.status,
        target_value=result.target,
        baseline_value=result.baseline,
        details={
            **{name: _text(getattr(result, name)) for name in _DETAILS},
            "part_year_on": None if result.part_year_on is None else result.part_year_on.isoformat(),
            "steps": [[s.label, s.formula, s.filled, _text(s.result)] for s in result.steps],
        },
        flags=[[note.flag, note.year] for note in result.flags],
        reason=result.reason,
        as_of=as_of,
        assessed_at=now,
        **{name: getattr(result, name) for name in _COPIED},
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def as_value(row: Assessment) -> terms.Assessment:
    """The stored assessment as the frozen value that the calculus gave."""
    part_year_on = row.details.get("part_year_on")
    values: dict[str, Any] = {name: _number(row.details.get(name)) for name in _DETAILS}
    values |= {name: getattr(row, name) for name in _COPIED}
    return terms.Assessment(
        status=terms.Status(row.status),
        reason=row.reason,
        target=row.target_value,
        baseline=row.baseline_value,
        part_year_on=None if part_year_on is None else dt.date.fromisoformat(part_year_on),
        flags=tuple(terms.FlagNote(terms.Flag(flag), year) for flag, year in row.flags),
        steps=tuple(
            terms.Step(label, formula, filled, _number(result))
            for label, formula, filled, result in row.details.get("steps", [])
        ),
        **values,
    )


def series_of_plan(plan_id: int) -> list[SeriesKey]:
    """Every series of a plan that has a promise in force."""
    return list(
        Target.objects.filter(Q(indicator__plan=plan_id), superseded_at__isnull=True).values_list(
            "indicator_id", "area_id"
        )
    )
