"""How every bureau's sheet of a period stands, whether begun or not: seen from a day, for lists and reminders."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse

from departments.labels import MISSING, MISSING_LABEL
from departments.models import Department, Extension, Responsibility, Submission, TaskResponsibility
from departments.models.deadline import due_day_of
from departments.models.submission import (
    APPROVED,
    AWAITING_OTHERS,
    DRAFT,
    ENDORSED,
    RETURNED,
    STATES,
    SUBMITTED,
    is_overdue,
)
from departments.permissions.window import was_given_back_after
from departments.punctuality import Punctuality, punctuality
from departments.sheets import sheet_url
from targets.models import ReportingPeriod

UNSENT = (MISSING, DRAFT, RETURNED)

STEP_LABELS = {
    MISSING: "去填报",
    DRAFT: "继续填报",
    RETURNED: "去修改",
    SUBMITTED: "去复核",
    ENDORSED: "去审核",
    APPROVED: "查看",
}


@dataclass(frozen=True, slots=True)
class SheetState:
    """How one bureau's sheet of one period stands, seen from a day."""

    department: Department
    period: ReportingPeriod
    submission: Submission | None
    extension: Extension | None
    owes: int
    today: dt.date

    @property
    def state(self) -> str:
        return MISSING if self.submission is None else self.submission.state

    @property
    def state_label(self) -> str:
        return MISSING_LABEL if self.submission is None else dict(STATES)[self.submission.state]

    @property
    def tone(self) -> str:
        """The tone of the state's mark: ok, warn, bad or none."""
        if self.state == APPROVED:
            return "ok"
        if self.state == RETURNED or self.is_overdue:
            return "bad"
        return "warn" if self.state in (SUBMITTED, ENDORSED) else "none"

    @property
    def due_on(self) -> dt.date:
        return due_day_of(self.period, self.extension)

    @property
    def first_sent_on(self) -> dt.date | None:
        return None if self.submission is None else self.submission.first_submitted_on

    @property
    def due_when_sent(self) -> dt.date | None:
        """The day on which it was due when it was sent first."""
        return None if self.submission is None else self.submission.first_due_on

    @property
    def sent_in_time_on(self) -> dt.date | None:
        """The day on which it was sent first, if it was due then or later."""
        sent_on = self.first_sent_on
        return None if sent_on is None or sent_on > (self.due_when_sent or self.due_on) else sent_on

    @property
    def is_correcting(self) -> bool:
        """A later version than the first: the approved figures count until it is approved in its turn."""
        return self.submission is not None and self.submission.version > 1

    @property
    def is_overdue(self) -> bool:
        """Due and not sent; a correction of approved figures is not."""
        return not self.is_correcting and is_overdue(
            self.state,
            due_on=self.due_on,
            first_sent_on=self.first_sent_on,
            due_when_sent=self.due_when_sent,
            today=self.today,
        )

    @property
    def light(self) -> Punctuality:
        """Whether it came in time: green, yellow, red, or not due yet."""
        return punctuality(
            due_on=self.due_on,
            first_sent_on=self.first_sent_on,
            due_when_sent=self.due_when_sent,
            is_in=self.is_correcting or self.state in AWAITING_OTHERS,
            today=self.today,
        )

    @property
    def is_window_closed(self) -> bool:
        """Whether the last day for filling in is over, also the one that an extension gives."""
        if self.period.closes_on is None:
            return False
        last = max(self.period.closes_on, self.due_on)
        given_back = self.submission is not None and was_given_back_after(self.submission, last)
        return self.today > last and not given_back

    @property
    def days_left(self) -> int:
        return (self.due_on - self.today).days

    @property
    def due_sentence(self) -> str:
        if self.state not in UNSENT:
            return ""
        if self.is_overdue:
            return f"已逾期 {-self.days_left} 天"
        if self.days_left < 0:
            return ""
        return "今天截止" if self.days_left == 0 else f"还有 {self.days_left} 天"

    @property
    def url(self) -> str:
        return sheet_url(self.department, self.period)

    @property
    def reading_url(self) -> str:
        """The sheet as those see it who do not fill it in."""
        return self.url if self.submission is None else reverse("departments:submission", args=[self.submission.pk])

    @property
    def step_label(self) -> str:
        """The next step of whoever it waits for."""
        if self.is_window_closed and self.state in UNSENT:
            return "申请重开"
        return STEP_LABELS[self.state]

    @property
    def urgency(self) -> tuple[int, dt.date]:
        """Returned first, then overdue, then by due day."""
        rank = 0 if self.state == RETURNED else 1 if self.is_overdue else 2
        return rank, self.due_on


def sheet_states(
    departments: Collection[Department], periods: Iterable[ReportingPeriod], *, today: dt.date
) -> list[SheetState]:
    """Every sheet that the bureaus owe in the periods (with their plans), whether begun or not; four queries."""
    periods = list(periods)
    owed = _owed_counts(departments, periods)
    submissions = {
        (s.department_id, s.period_id): s
        for s in Submission.objects.current()
        .filter(department__in=departments, period__in=periods)
        .select_related("submitted_by", "endorsed_by", "approved_by", "returned_by")
    }
    extensions = {
        (e.department_id, e.period_id): e
        for e in Extension.objects.filter(department__in=departments, period__in=periods)
    }
    return [
        SheetState(
            department=department,
            period=period,
            submission=submissions.get((department.pk, period.pk)),
            extension=extensions.get((department.pk, period.pk)),
            owes=owed[department.pk, period.pk],
            today=today,
        )
        for period in periods
        for department in departments
        if (department.pk, period.pk) in owed
    ]


def _owed_counts(
    departments: Collection[Department], periods: Collection[ReportingPeriod]
) -> dict[tuple[int, int], int]:
    """By (bureau, period), how many figures of the city and reports on tasks are owed; nothing owed is left out."""
    owed: Counter[tuple[int, int]] = Counter()
    by_plan: dict[int, list[ReportingPeriod]] = {}
    for period in periods:
        by_plan.setdefault(period.plan_id, []).append(period)
    for duty in Responsibility.objects.filter(
        department__in=departments, is_reporter=True, indicator__plan__in=by_plan
    ).select_related("indicator"):
        for period in by_plan[duty.indicator.plan_id]:
            if duty.indicator.is_owed_in(period.ends_on.month):
                owed[duty.department_id, period.pk] += 1
    task_plans = [plan_id for plan_id, those in by_plan.items() if those[0].plan.task_reports_every]
    if task_plans:
        duties = TaskResponsibility.objects.filter(
            department__in=departments, is_reporter=True, task__plan__in=task_plans
        ).values_list("department", "task__plan")
        for department_id, plan_id in duties:
            for period in by_plan[plan_id]:
                if period.plan.owes_task_reports_in(period.ends_on):
                    owed[department_id, period.pk] += 1
    return dict(owed)
