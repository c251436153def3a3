"""build_overview(plan, period): all that a page or a briefing shows, in a fixed number of queries.

Seven queries, the same for 23 and for 1,000 indicators. Rounding and wording are `reports.phrases`; what a status
means is `targets`. Nothing here decides.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from departments.models import Department, Responsibility
from departments.models.submission import APPROVED, ENDORSED, STATES, SUBMITTED
from reports import phrases
from reports.overview_values import (
    BaselineView,
    DepartmentView,
    IndicatorRow,
    MilestoneView,
    Overview,
    PeriodView,
    PlanView,
    ReadingView,
    SectorView,
    SeriesPoint,
    StatusChange,
    StatusCount,
)
from targets import terms
from targets.assessing import as_value
from targets.labels import STATUS_LABELS, STATUS_TONES
from targets.models import (
    Assessment,
    Baseline,
    DirtySeries,
    Indicator,
    Milestone,
    Observation,
    Plan,
    PlanTask,
    Reading,
    ReportingPeriod,
    Target,
)
from targets.periods import period_code
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

AWAITED = {SUBMITTED, ENDORSED, APPROVED}
MILESTONE_HORIZON = dt.timedelta(days=183)


def build_overview(
    plan: Plan, period: ReportingPeriod, *, today: dt.date | None = None, with_readings: bool = False
) -> Overview:
    """The state of a plan as seen from one period.

    `today` decides what is overdue; `with_readings` adds the doubtful readings (one more query), for the briefing.
    """
    today = today or timezone.localdate()
    targets = list(_targets(plan))
    assessments = {row.indicator_id: row for row in _assessments(plan, period)}
    history = _history(plan, period)
    newest = _newest_observations(plan, period)
    listed = _listed_departments(plan)
    rows = [
        _indicator_row(plan, t, assessments.get(t.indicator_id), history[t.indicator_id], newest, listed)
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
        departments=_departments(period, listed, today),
        milestones=_milestones(plan, period, today),
        task_count=targets[0].plan_task_count if targets else 0,
        changes=_changes(quantified, before),
        previous_counts=dict(previous),
        readings=_readings(plan) if with_readings else (),
        is_demonstration=plan.is_demonstration or plan.has_demonstration_figures,
        is_recomputing=bool(targets and targets[0].is_recomputing),
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


def _targets(plan: Plan) -> Iterable[Any]:
    """Every promise in force for the whole area, with its indicator, and counts that ride along."""

    def tasks(**where: Any) -> Subquery:
        counted = PlanTask.objects.filter(plan=plan, **where).order_by().values("plan")
        return Subquery(counted.annotate(n=Count("pk")).values("n"))

    return (
        Target.objects.filter(indicator__plan=plan, area__parent__isnull=True, superseded_at__isnull=True)
        .select_related("indicator__sector", "indicator__clause")
        .annotate(
            plan_task_count=Coalesce(tasks(), 0),
            sector_task_count=Coalesce(tasks(sector=OuterRef("indicator__sector")), 0),
            is_recomputing=Exists(DirtySeries.objects.filter(indicator__plan=plan)),
        )
        .order_by("indicator__sector__position", "indicator__position", "indicator__code")
    )


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


# --- Rows ------------------------------------------------------------------------------------------------------------


def _indicator_row(
    plan: Plan,
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
    shape = {"decimals": indicator.decimals, "unit": indicator.unit}
    observation = newest.get(indicator.pk)
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
        condition=indicator.condition,
        target_text=promise_text(plan, indicator, target),
        target_value_text=phrases.value_text(result.target, **shape),
        baseline=None if row is None else baseline_view(row.baseline, indicator),
        actual_text=phrases.actual_text(result, direction=direction, **shape),
        gap_text=phrases.gap_text(result, form=form, direction=direction, **shape),
        progress_text=phrases.share_text(result.progress),
        lead_text=phrases.lead_text(result.lead_points),
        required_text=phrases.NONE if result.met else phrases.yearly_text(result.required_per_year, path=path, **shape),
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


def promise_text(plan: Plan, indicator: Indicator, target: Target) -> str:
    """A promise in the words of a table cell."""
    return phrases.target_text(
        form=terms.Form(target.form),
        comparison=terms.Comparison(target.comparison) if target.comparison else terms.Comparison.AT_LEAST,
        direction=terms.Direction(indicator.direction),
        accumulation=terms.Accumulation(indicator.accumulation),
        value=target.value,
        lower=target.lower,
        upper=target.upper,
        unit=target.unit or indicator.unit,
        due_on=target.due_on,
        baseline_year=plan.baseline_year,
        is_aspirational=indicator.is_aspirational,
    )


def baseline_view(baseline: Baseline | None, indicator: Indicator) -> BaselineView | None:
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


# --- Who owes, and what is due ---------------------------------------------------------------------------------------


def _departments(
    period: ReportingPeriod, listed: Mapping[int, list[Responsibility]], today: dt.date
) -> tuple[DepartmentView, ...]:
    """Every bureau that the plan lists, with the state of its sheet for the period; one query."""
    owed: Counter[int] = Counter()
    members = set()
    for responsibilities in listed.values():
        for one in responsibilities:
            members.add(one.department_id)
            if one.is_reporter and one.indicator.is_owed_in(period.ends_on.month):
                owed[one.department_id] += 1
    labels = dict(STATES)
    sheet = Q(submissions__period=period, submissions__is_current=True)
    views = []
    for row in (
        Department.objects.filter(Q(pk__in=members) | Q(listed_clauses__clause__plan=period.plan_id))
        .annotate(
            sheet=FilteredRelation("submissions", condition=sheet),
            extension=FilteredRelation("extensions", condition=Q(extensions__period=period)),
            official=FilteredRelation("names", condition=Q(names__valid_to__isnull=True)),
        )
        .order_by("position", "code")
        .values(
            "pk",
            "code",
            "name",
            "official__official_name",
            "sheet__state",
            "sheet__first_submitted_on",
            "extension__due_on",
        )
        .distinct()
    ):
        owes = owed[row["pk"]]
        state = row["sheet__state"] or ("missing" if owes else "nothing_owed")
        due_on = row["extension__due_on"] or period.due_on
        sent_on = row["sheet__first_submitted_on"]
        views.append(
            DepartmentView(
                code=row["code"],
                name=row["name"],
                official_name=row["official__official_name"] or row["name"],
                owes=owes,
                state=state,
                state_label=labels.get(state, "尚未填报" if state == "missing" else "本期无须报送"),
                due_on=due_on,
                is_extended=row["extension__due_on"] is not None,
                is_overdue=bool(owes) and state not in AWAITED and due_on < today,
                sent_on=sent_on,
                was_on_time=None if sent_on is None else sent_on <= due_on,
            )
        )
    return tuple(views)


def _milestones(plan: Plan, period: ReportingPeriod, today: dt.date) -> tuple[MilestoneView, ...]:
    """Steps of the period's year and the half-year after it, and earlier ones that are still open."""
    seen_from = min(today, period.due_on) if period.ends_on < plan.ends_on else today
    found: dict[int, dict[str, Any]] = {}
    departments: dict[int, list[str]] = defaultdict(list)
    for row in (
        Milestone.objects.filter(task__plan=plan, due_on__lte=period.ends_on + MILESTONE_HORIZON)
        .filter(Q(due_on__year__gte=period.year) | Q(reached_on__isnull=True))
        .order_by("due_on", "task__position", "task__responsibilities__position")
        .values(
            "pk",
            "due_on",
            "reached_on",
            "note",
            "task__code",
            "task__text",
            "task__sector__name",
            "task__responsibilities__department__name",
        )
    ):
        found.setdefault(row["pk"], row)
        if row["task__responsibilities__department__name"]:
            departments[row["pk"]].append(row["task__responsibilities__department__name"])
    views = []
    for pk, row in found.items():
        reached_on = row["reached_on"] if row["reached_on"] and row["reached_on"] <= seen_from else None
        views.append(
            MilestoneView(
                task_code=row["task__code"],
                text=row["task__text"],
                sector=row["task__sector__name"],
                departments=tuple(departments[pk]),
                due_on=row["due_on"],
                reached_on=reached_on,
                is_overdue=reached_on is None and row["due_on"] < seen_from,
                note=row["note"],
            )
        )
    return tuple(views)
