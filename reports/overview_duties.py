"""Who owes figures for a period, and which dated steps are due: what the overview says beside the promises."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from departments.labels import MISSING, MISSING_LABEL
from departments.models import Department, Entry, Responsibility, TaskResponsibility
from departments.models.submission import APPROVED, AWAITING_OTHERS, ENDORSED, STATES, SUBMITTED, is_overdue
from departments.punctuality import punctuality
from reports.overview_values import DepartmentView, LampView, MilestoneView
from targets.models import Milestone, Plan, ReportingPeriod

MILESTONE_HORIZON = dt.timedelta(days=183)
CORRECTING_LABEL = "更正中（原数有效）"


def sheets_of_departments(
    plan: Plan, period: ReportingPeriod, listed: Mapping[int, list[Responsibility]], today: dt.date
) -> tuple[DepartmentView, ...]:
    """Every bureau that the plan lists or that reports on a task, with the state of its sheet; one query."""
    owed: Counter[int] = Counter()
    members = set()
    for responsibilities in listed.values():
        for one in responsibilities:
            members.add(one.department_id)
            if one.is_reporter and one.indicator.is_owed_in(period.ends_on.month):
                owed[one.department_id] += 1
    labels = dict(STATES)
    sheet = Q(submissions__period=period, submissions__is_current=True)
    listed_in_plan = Q(pk__in=members) | Q(listed_clauses__clause__plan=plan)
    tasks: Value | Coalesce = Value(0)
    if plan.owes_task_reports_in(period.ends_on):
        duties = TaskResponsibility.objects.filter(task__plan=plan, is_reporter=True)
        listed_in_plan |= Q(pk__in=duties.values("department"))
        counted = duties.filter(department=OuterRef("pk")).order_by().values("department").annotate(n=Count("pk"))
        tasks = Coalesce(Subquery(counted.values("n")), 0)
    views = []
    for row in (
        Department.objects.filter(listed_in_plan)
        .annotate(
            tasks=tasks,
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
            "sheet__version",
            "sheet__first_submitted_on",
            "sheet__first_due_on",
            "extension__due_on",
            "tasks",
        )
        .distinct()
    ):
        owes = owed[row["pk"]] + row["tasks"]
        state = row["sheet__state"] or (MISSING if owes else "nothing_owed")
        is_correcting = (row["sheet__version"] or 1) > 1 and state != APPROVED
        label = labels.get(state, MISSING_LABEL if state == MISSING else "本期无须报送")
        due_on = row["extension__due_on"] or period.due_on
        sent_on = row["sheet__first_submitted_on"]
        due_when_sent = row["sheet__first_due_on"]
        views.append(
            DepartmentView(
                code=row["code"],
                name=row["name"],
                official_name=row["official__official_name"] or row["name"],
                owes=owes,
                state=state,
                state_label=CORRECTING_LABEL if is_correcting else label,
                due_on=due_on,
                is_extended=row["extension__due_on"] is not None,
                is_overdue=bool(owes)
                and not is_correcting
                and is_overdue(state, due_on=due_on, first_sent_on=sent_on, due_when_sent=due_when_sent, today=today),
                sent_on=sent_on,
                was_on_time=None if sent_on is None else sent_on <= (due_when_sent or due_on),
                is_correcting=is_correcting,
                owes_tasks=row["tasks"],
                lamp=lamp_of(
                    due_on=due_on,
                    first_sent_on=sent_on,
                    due_when_sent=due_when_sent,
                    is_in=is_correcting or state in AWAITING_OTHERS,
                    today=today,
                )
                if owes
                else None,
            )
        )
    return tuple(views)


def lamp_of(
    *,
    due_on: dt.date,
    first_sent_on: dt.date | None,
    is_in: bool,
    today: dt.date,
    due_when_sent: dt.date | None = None,
) -> LampView:
    """The light of sending as pages show it; the days are those of `punctuality`."""
    light = punctuality(
        due_on=due_on, first_sent_on=first_sent_on, due_when_sent=due_when_sent, is_in=is_in, today=today
    )
    return LampView(light.value, light.label, light.short, light.tone)


def indicators_pending(plan: Plan, period: ReportingPeriod) -> frozenset[int]:
    """The indicators whose figure of the period was sent and is not approved yet, by id; one query.

    Of a reopened sheet only the cells that were opened wait: the others are as they were approved.
    """
    rows = Entry.objects.filter(
        indicator__plan=plan,
        area__parent__isnull=True,
        submission__period=period,
        submission__is_current=True,
        submission__state__in=(SUBMITTED, ENDORSED),
    ).values_list("indicator_id", "submission__reopened_keys")
    return frozenset(pk for pk, opened in rows if not opened or f"c{pk}" in opened)


def milestones_in_view(plan: Plan, period: ReportingPeriod, today: dt.date) -> tuple[MilestoneView, ...]:
    """Steps of the period's year and the half-year after it, and earlier ones that are still open."""
    seen_from = min(today, period.due_on) if period.ends_on < plan.ends_on else today
    found: dict[int, Mapping[str, Any]] = {}
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
    for pk, step in found.items():
        reached_on = step["reached_on"] if step["reached_on"] and step["reached_on"] <= seen_from else None
        views.append(
            MilestoneView(
                task_code=step["task__code"],
                text=step["task__text"],
                sector=step["task__sector__name"],
                departments=tuple(departments[pk]),
                due_on=step["due_on"],
                reached_on=reached_on,
                is_overdue=reached_on is None and step["due_on"] < seen_from,
                note=step["note"],
            )
        )
    return tuple(views)
