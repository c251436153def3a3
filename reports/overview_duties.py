"""Who owes figures for a period, and which dated steps are due: what the overview says beside the promises."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import FilteredRelation, Q

from departments.labels import MISSING, MISSING_LABEL
from departments.models import Department, Responsibility
from departments.models.submission import APPROVED, STATES, is_overdue
from reports.overview_values import DepartmentView, MilestoneView
from targets.models import Milestone, Plan, ReportingPeriod

MILESTONE_HORIZON = dt.timedelta(days=183)
CORRECTING_LABEL = "更正中（原数有效）"


def sheets_of_departments(
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
            "sheet__version",
            "sheet__first_submitted_on",
            "extension__due_on",
        )
        .distinct()
    ):
        owes = owed[row["pk"]]
        state = row["sheet__state"] or (MISSING if owes else "nothing_owed")
        is_correcting = (row["sheet__version"] or 1) > 1 and state != APPROVED
        label = labels.get(state, MISSING_LABEL if state == MISSING else "本期无须报送")
        due_on = row["extension__due_on"] or period.due_on
        sent_on = row["sheet__first_submitted_on"]
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
                and is_overdue(state, due_on=due_on, first_sent_on=sent_on, today=today),
                sent_on=sent_on,
                was_on_time=None if sent_on is None else sent_on <= due_on,
                is_correcting=is_correcting,
            )
        )
    return tuple(views)


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
