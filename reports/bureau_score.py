"""build_score(department, …): how one bureau sent its sheets and what it answers for, in five queries.

The light of every sheet is the one of `departments`; promises come as rows of the overview.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from departments.models import (
    Department,
    DepartmentName,
    Entry,
    Evidence,
    Responsibility,
    Submission,
    SubmissionStep,
    SupervisionItem,
    TaskResponsibility,
)
from departments.models.submission import APPROVED, ENDORSED
from departments.permissions import visible_departments
from departments.punctuality import Tally, tally
from departments.sheet_states import SheetState
from reports.overview_values import IndicatorRow
from reports.phrases import share_text
from reports.selection import Choice
from reports.status_marks import BAD, OK, WARN
from targets.labels import STATUS_TONES
from targets.models import Milestone, Plan, PlanTask, ReportingPeriod, TaskProgress
from targets.periods import period_name
from targets.terms import Frequency, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """How the quantified promises of a bureau stand; the five counts add up to `total`."""

    total: int
    good: int
    watch: int
    bad: int
    unjudged: int
    without_data: int

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Tone and count, for a bar; what has no figure is grey like what is not judged."""
        return (("ok", self.good), ("warn", self.watch), ("bad", self.bad), ("none", self.unjudged + self.without_data))

    @property
    def words(self) -> str:
        return (
            f"正常{self.good}项，需关注{self.watch}项，滞后{self.bad}项，"
            f"未评价{self.unjudged}项，暂无数据{self.without_data}项"
        )


def standing_of(rows: Iterable[IndicatorRow]) -> Standing:
    """Counts quantified promises by tone; those without any figure are told apart from those without a judgement."""
    statuses = [row.status for row in rows if row.is_quantified]
    tones = Counter(STATUS_TONES[status] for status in statuses)
    without_data = statuses.count(Status.NO_DATA)
    return Standing(
        total=len(statuses),
        good=tones[OK],
        watch=tones[WARN],
        bad=tones[BAD],
        unjudged=len(statuses) - tones[OK] - tones[WARN] - tones[BAD] - without_data,
        without_data=without_data,
    )


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One period of a bureau's history; `sheet_at` is empty for those who may not read the sheet."""

    period: ReportingPeriod
    state: SheetState
    returns: int
    sheet_at: str

    @property
    def sent_on(self) -> dt.date | None:
        return self.state.first_sent_on


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that lists the bureau, with what was approved about it last, up to the period shown."""

    task: PlanTask
    reports: bool
    is_late: bool
    report: str
    report_period: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What a bureau's page counts, over all periods of the plan up to the one shown."""

    tally: Tally
    returns: int
    figures: int  # approved figures of the whole area
    backed: int  # those with evidence
    may_see: bool  # whether the reader may read the bureau's sheets
    open_items: int  # supervision that is not closed; counted for those who may see it
    overdue_items: int
    lines: tuple[PeriodLine, ...]  # periods in which it owed anything, newest first
    tasks: tuple[TaskLine, ...]  # late ones first

    @property
    def on_time_text(self) -> str:
        """The share of the sheets that were due and came in time."""
        return share_text(Decimal(self.tally.on_time) / self.tally.due) if self.tally.due else "—"

    @property
    def backed_text(self) -> str:
        return share_text(Decimal(self.backed) / self.figures) if self.figures else "—"


def department_for_score(user: User, plan: Plan, until: ReportingPeriod, today: dt.date) -> QuerySet[Department]:
    """Bureaus with everything that is counted of them in a plan up to a period, so that one is one query."""
    newer = Submission.objects.filter(
        department=OuterRef("submission__department"),
        period=OuterRef("submission__period"),
        version__gt=OuterRef("submission__version"),
        state=APPROVED,
    )
    behind = Evidence.objects.approved().filter(
        department=OuterRef("submission__department"),
        period=OuterRef("submission__period"),
        indicator=OuterRef("indicator"),
        area=OuterRef("area"),
    )
    figures = Entry.objects.filter(
        ~Exists(newer),
        submission__department=OuterRef("pk"),
        submission__state=APPROVED,
        submission__period__plan=plan,
        submission__period__ends_on__lte=until.ends_on,
        area__parent__isnull=True,
        state="number",
    )
    items = SupervisionItem.objects.unclosed().filter(department=OuterRef("pk"), plan=plan)
    overdue = SupervisionItem.objects.overdue_on(today).filter(department=OuterRef("pk"), plan=plan)
    names = DepartmentName.objects.filter(department=OuterRef("pk"), valid_to__isnull=True)
    return Department.objects.annotate(
        official_name=Coalesce(Subquery(names.order_by("pk").values("official_name")[:1]), F("name")),
        may_see=Exists(visible_departments(user).filter(pk=OuterRef("pk"))),
        figures=_counted(figures, "submission__department"),
        backed=_counted(figures.filter(Exists(behind)), "submission__department"),
        open_items=_counted(items, "department"),
        overdue_items=_counted(overdue, "department"),
    )


def build_score(department: Any, chosen: Choice, *, today: dt.date) -> Score:
    """What a bureau of `department_for_score` did up to the period shown."""
    may_see = bool(department.may_see)
    tasks = _tasks(department, chosen, today)
    lines = _lines(department, chosen, sum(line.reports for line in tasks), today)
    return Score(
        tally=tally(line.state.light for line in lines),
        returns=sum(line.returns for line in lines),
        figures=department.figures,
        backed=department.backed,
        may_see=may_see,
        open_items=department.open_items if may_see else 0,
        overdue_items=department.overdue_items if may_see else 0,
        lines=lines,
        tasks=tasks,
    )


def returned_by_the_city() -> QuerySet[SubmissionStep]:
    """Returns after the bureau had endorsed its sheet; what a bureau's own approver sends back is its own care."""
    return SubmissionStep.objects.filter(verb="return", from_state=ENDORSED)


def _counted(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def _lines(department: Department, chosen: Choice, task_count: int, today: dt.date) -> tuple[PeriodLine, ...]:
    duties = [
        duty.indicator
        for duty in Responsibility.objects.filter(
            department=department, is_reporter=True, indicator__plan=chosen.plan
        ).select_related("indicator")
    ]
    returns = returned_by_the_city().filter(submission__department=department, submission__period=OuterRef("pk"))
    sheet = Q(submissions__department=department, submissions__is_current=True)
    found: QuerySet[Any] = (
        ReportingPeriod.objects.filter(pk__in=[period.pk for period in chosen.periods])
        .filter(ends_on__lte=chosen.period.ends_on)
        .annotate(
            sheet=FilteredRelation("submissions", condition=sheet),
            more_time=FilteredRelation("extensions", condition=Q(extensions__department=department)),
            returns=_counted(returns, "submission__period"),
        )
        .select_related("sheet", "more_time")  # type: ignore[misc]  # names of filtered relations
        .order_by("-ends_on")
    )
    lines = []
    for period in found:
        period.plan = chosen.plan
        owes = sum(duty.is_owed_in(period.ends_on.month) for duty in duties)
        owes += task_count if chosen.plan.owes_task_reports_in(period.ends_on) else 0
        if not owes:
            continue
        submission = getattr(period, "sheet", None)  # not there where no row was joined
        if submission is not None:
            submission.department, submission.period = department, period
        extension = getattr(period, "more_time", None)
        state = SheetState(department, period, submission, extension, owes, today)
        is_open = department.may_see and submission is not None  # type: ignore[attr-defined]
        lines.append(PeriodLine(period, state, period.returns, state.reading_url if is_open else ""))
    return tuple(lines)


def _tasks(department: Department, chosen: Choice, today: dt.date) -> tuple[TaskLine, ...]:
    newest = (
        TaskProgress.objects.current()
        .filter(task=OuterRef("task"), period__ends_on__lte=chosen.period.ends_on)
        .order_by("-period__ends_on")
    )
    found: Sequence[Any] = list(
        TaskResponsibility.objects.filter(department=department, task__plan=chosen.plan)
        .select_related("task__sector", "task__clause")
        .prefetch_related(Prefetch("task__milestones", Milestone.objects.order_by("due_on")))
        .annotate(
            report=Subquery(newest.values("text")[:1]),
            report_until=Subquery(newest.values("period__ends_on")[:1]),
            report_is_demonstration=Subquery(newest.values("is_demonstration")[:1]),
        )
        .order_by("task__position", "task__code")
    )
    lines = [
        TaskLine(
            task=one.task,
            reports=one.is_reporter,
            is_late=any(s.reached_on is None and s.due_on < today for s in one.task.milestones.all()),
            report=one.report or "",
            report_period="" if one.report_until is None else period_name(one.report_until, Frequency.QUARTER),
            is_demonstration=bool(one.report_is_demonstration),
        )
        for one in found
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_late))
