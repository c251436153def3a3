"""build_overview(plan, period): all that a page or a briefing shows, in a fixed number of queries.

Eight queries, the same for 23 and for 1,000 indicators. Rounding and wording are `reports.phrases`; what a status
means is `targets`. Nothing here decides.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from departments.models import Responsibility
from reports import phrases
from reports.overview_duties import indicators_pending, milestones_in_view, sheets_of_departments
from reports.overview_rows import indicator_row
from reports.overview_values import (
    IndicatorRow,
    LampView,
    Overview,
    PeriodView,
    PlanView,
    ReadingView,
    SectorView,
    StatusChange,
    StatusCount,
)
from targets.labels import STATUS_LABELS, STATUS_TONES
from targets.models import (
    Assessment,
    Indicator,
    Observation,
    Plan,
    PlanTask,
    Reading,
    ReportingPeriod,
    Target,
)
from targets.terms import Status

JUDGED = frozenset(
    {
        Status.ACHIEVED,
        Status.ON_TRACK,
        Status.AT_RISK,
        Status.OFF_TRACK,
        Status.MOVING_AWAY,
        Status.MISSED,
        Status.NOT_YET_MET,
    }
)
"""Statuses that are a judgement; the others are named and left out of the denominator."""


def build_overview(
    plan: Plan,
    period: ReportingPeriod,
    *,
    today: dt.date | None = None,
    with_readings: bool = False,
    with_milestones: bool = True,
) -> Overview:
    """The state of a plan as seen from one period.

    `today` decides what is overdue; `with_readings` adds the doubtful readings (one more query), for the briefing;
    pages that show no dated steps leave them out (one query less).
    """
    today = today or timezone.localdate()
    targets = _targets(plan)
    assessments = {row.indicator_id: row for row in _assessments(plan, period)}
    history = _history(plan, period)
    newest = _newest_observations(plan, period)
    listed = _listed_departments(plan)
    departments = sheets_of_departments(plan, period, listed, today)
    lamps = {one.code: one.lamp for one in departments}
    pending = indicators_pending(plan, period)
    rows = [
        replace(
            indicator_row(t, assessments.get(t.indicator_id), history[t.indicator_id], newest, listed),
            lamp=_lamp(t.indicator, listed.get(t.indicator_id, ()), lamps, period),
            is_pending=t.indicator_id in pending,
        )
        for t in targets
    ]
    before = _statuses_before(history, period)
    quantified = [row for row in rows if row.is_quantified]
    previous = Counter(before[row.id] for row in quantified if row.id in before)
    counts = count_statuses(quantified)
    judged = sum(1 for row in quantified if row.status in JUDGED)
    return Overview(
        plan=plan_view(plan),
        period=period_view(plan, period),
        cut_off=timezone.now(),
        sentence=phrases.counts_sentence(
            [(count.label, count.count) for count in counts], len(quantified), len(quantified) - judged
        ),
        counts=counts,
        assessed_count=judged,
        quantified_count=len(quantified),
        sectors=_sectors(targets, rows),
        departments=departments,
        milestones=milestones_in_view(plan, period, today) if with_milestones else (),
        task_count=targets[0].plan_task_count if targets else 0,
        changes=_changes(quantified, before),
        previous_counts=dict(previous),
        readings=_readings(plan) if with_readings else (),
        is_demonstration=plan.is_demonstration or plan.has_demonstration_figures,
    )


def plan_view(plan: Plan) -> PlanView:
    return PlanView(
        id=plan.pk,
        code=plan.code,
        title=plan.title,
        issuer=plan.issuer,
        issuer_short=plan.issuer_short or plan.issuer,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        baseline_year=plan.baseline_year,
        nature=plan.nature,
        is_demonstration=plan.is_demonstration,
        is_closed=plan.closed_at is not None,
    )


def period_view(plan: Plan, period: ReportingPeriod) -> PeriodView:
    return PeriodView(
        id=period.pk,
        code=period.code,
        name=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        is_last_of_plan=period.ends_on == plan.ends_on,
    )


def count_statuses(rows: Iterable[IndicatorRow]) -> tuple[StatusCount, ...]:
    """How many rows stand how, in the order of the labels; statuses that nobody has are left out."""
    found = Counter(row.status for row in rows)
    return tuple(
        StatusCount(status=status, label=label, count=found[status], tone=STATUS_TONES[status])
        for status, label in STATUS_LABELS.items()
        if found[status]
    )


# --- Queries: one each -----------------------------------------------------------------------------------------------


def _targets(plan: Plan) -> list[Any]:
    """Every promise in force for the whole area, with its indicator, and counts that ride along."""

    def tasks(**where: Any) -> Subquery:
        counted = PlanTask.objects.filter(plan=plan, **where).order_by().values("plan")
        return Subquery(counted.annotate(n=Count("pk")).values("n"))

    found = list(
        Target.objects.filter(indicator__plan=plan, area__parent__isnull=True, superseded_at__isnull=True)
        .select_related("indicator__sector", "indicator__clause")
        .annotate(
            plan_task_count=Coalesce(tasks(), 0),
            sector_task_count=Coalesce(tasks(sector=OuterRef("indicator__sector")), 0),
        )
        .order_by("indicator__sector__position", "indicator__position", "indicator__code")
    )
    for target in found:
        target.indicator.plan = plan
    return found


def _assessments(plan: Plan, period: ReportingPeriod) -> Iterable[Assessment]:
    return Assessment.objects.filter(indicator__plan=plan, period=period, area__parent__isnull=True).select_related(
        "baseline"
    )


def _history(plan: Plan, period: ReportingPeriod) -> Mapping[int, list[Assessment]]:
    """The assessments up to the period by indicator, oldest first, without their arithmetic."""
    found: dict[int, list[Assessment]] = defaultdict(list)
    rows = Assessment.objects.filter(
        indicator__plan=plan, period__ends_on__lte=period.ends_on, area__parent__isnull=True
    )
    for row in (
        rows.select_related("period")
        .only("indicator_id", "status", "actual", "expected", "datum_on", "flags", "period__ends_on")
        .order_by("period__ends_on")
    ):
        found[row.indicator_id].append(row)
    return found


def _newest_observations(plan: Plan, period: ReportingPeriod) -> Mapping[int, Observation]:
    """The newest current observation of each indicator up to the period, with or without a number."""
    rows = (
        Observation.objects.current()
        .filter(indicator__plan=plan, period__ends_on__lte=period.ends_on, area__parent__isnull=True)
        .only("indicator_id", "state", "note", "period_id")
        .order_by("period__ends_on")
    )
    return {row.indicator_id: row for row in rows}


def _listed_departments(plan: Plan) -> Mapping[int, list[Responsibility]]:
    found: dict[int, list[Responsibility]] = defaultdict(list)
    for row in (
        Responsibility.objects.filter(indicator__plan=plan)
        .select_related("department", "indicator")
        .order_by("position")
    ):
        found[row.indicator_id].append(row)
    return found


def _readings(plan: Plan) -> tuple[ReadingView, ...]:
    return tuple(
        ReadingView(r.code, r.about, r.doubt, r.default_reading, r.risk) for r in Reading.objects.filter(plan=plan)
    )


def _lamp(
    indicator: Indicator,
    listed: Sequence[Responsibility],
    lamps: Mapping[str, LampView | None],
    period: ReportingPeriod,
) -> LampView | None:
    """How an indicator's figure of the period came: as the sheet of the bureau that reports it."""
    reporter = next((one.department.code for one in listed if one.is_reporter), None)
    return lamps.get(reporter) if reporter and indicator.is_owed_in(period.ends_on.month) else None


# --- What the rows say together --------------------------------------------------------------------------------------


def _sectors(targets: Sequence[Any], rows: Sequence[IndicatorRow]) -> tuple[SectorView, ...]:
    grouped: dict[int, list[IndicatorRow]] = defaultdict(list)
    first: dict[int, Any] = {}
    for target, row in zip(targets, rows, strict=True):
        first.setdefault(target.indicator.sector_id, target)
        grouped[target.indicator.sector_id].append(row)
    views = []
    for sector_id, members in grouped.items():
        quantified = [row for row in members if row.is_quantified]
        counts = count_statuses(quantified)
        judged = sum(1 for row in quantified if row.status in JUDGED)
        views.append(
            SectorView(
                id=sector_id,
                name=first[sector_id].indicator.sector.name,
                rows=tuple(members),
                counts=counts,
                task_count=first[sector_id].sector_task_count,
                sentence=phrases.counts_sentence(
                    [(count.label, count.count) for count in counts], len(quantified), len(quantified) - judged
                ),
            )
        )
    return tuple(views)


def _statuses_before(history: Mapping[int, list[Assessment]], period: ReportingPeriod) -> dict[int, Status]:
    """Each indicator's status at the period before this one."""
    found = {}
    for indicator_id, rows in history.items():
        earlier = [row for row in rows if row.period.ends_on < period.ends_on]
        if earlier:
            found[indicator_id] = Status(earlier[-1].status)
    return found


def _changes(rows: Iterable[IndicatorRow], before: Mapping[int, Status]) -> tuple[StatusChange, ...]:
    return tuple(
        StatusChange(
            code=row.code,
            name=row.name,
            before=before[row.id],
            after=row.status,
            before_label=STATUS_LABELS[before[row.id]],
            after_label=row.status_label,
            tone=STATUS_TONES[row.status],
        )
        for row in rows
        if row.id in before and before[row.id] != row.status
    )
