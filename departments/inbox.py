"""What somebody owes today: the sheets that wait for him, each with one clear next step, the most urgent first."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from departments.labels import MISSING, MISSING_LABEL
from departments.models import Department, Extension, Membership, Responsibility, Submission
from departments.models.deadline import due_day_of
from departments.models.submission import (
    APPROVED,
    DRAFT,
    ENDORSED,
    RETURNED,
    STATES,
    SUBMITTED,
    is_overdue,
)
from departments.permissions import departments_of
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
    def is_overdue(self) -> bool:
        """Due and not sent."""
        sent_on = None if self.submission is None else self.submission.first_submitted_on
        return is_overdue(self.state, due_on=self.due_on, first_sent_on=sent_on, today=self.today)

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
        return STEP_LABELS[self.state]

    @property
    def urgency(self) -> tuple[int, dt.date]:
        """Returned first, then overdue, then by due day."""
        rank = 0 if self.state == RETURNED else 1 if self.is_overdue else 2
        return rank, self.due_on


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for somebody, what he has sent, and what is done."""

    to_do: tuple[SheetState, ...] = ()
    under_way: tuple[SheetState, ...] = ()
    done: tuple[SheetState, ...] = ()
    offers_extension: bool = False
    explanation: str = ""


def sheet_states(
    departments: Collection[Department], periods: Iterable[ReportingPeriod], *, today: dt.date
) -> list[SheetState]:
    """Every sheet that the bureaus owe in the periods, whether begun or not; three queries."""
    periods = list(periods)
    owed: dict[tuple[int, int], int] = {}
    for duty in Responsibility.objects.filter(
        department__in=departments, is_reporter=True, indicator__plan__in={period.plan_id for period in periods}
    ).select_related("indicator"):
        for period in periods:
            if duty.indicator.plan_id == period.plan_id and duty.indicator.is_owed_in(period.ends_on.month):
                key = (duty.department_id, period.pk)
                owed[key] = owed.get(key, 0) + 1
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


def build_inbox(user: User, *, today: dt.date | None = None) -> Inbox:
    """What waits for somebody by his role; a fixed number of queries."""
    today = today or timezone.localdate()
    periods = list(ReportingPeriod.objects.open_on(today).select_related("plan").newest_first())
    if user.has_role(Role.BUREAU_STAFF):
        return _for_bureau_staff(user, periods, today)
    if user.has_role(Role.REVIEWER):
        return _for_reviewer(periods, today)
    if user.has_role(Role.COORDINATOR):
        return _for_coordinator(periods, today)
    if user.has_role(Role.LEADER):
        return Inbox(explanation="您可以查看全部总览、指标和简报，没有需要办理的事项。")
    return Inbox(explanation="管理员不参与填报和审核，没有需要办理的填报事项；管理功能见上方导航。")


def _for_bureau_staff(user: User, periods: list[ReportingPeriod], today: dt.date) -> Inbox:
    reports = {d.pk for d in departments_of(user, Membership.REPORTER)}
    endorses = {d.pk for d in departments_of(user, Membership.APPROVER)}
    departments = list(departments_of(user))
    if not departments:
        return Inbox(explanation="您的账号没有关联部门，不能填报；请联系系统运维人员，另建一个关联部门的账号。")
    states = sheet_states(departments, periods, today=today)
    to_do = [
        state
        for state in states
        if (state.department.pk in reports and state.state in UNSENT)
        or (state.department.pk in endorses and state.state == SUBMITTED)
    ]
    return _sorted(states, to_do)


def _for_reviewer(periods: list[ReportingPeriod], today: dt.date) -> Inbox:
    states = sheet_states(list(Department.objects.in_plan_order()), periods, today=today)
    return _sorted(
        [state for state in states if state.state in (ENDORSED, APPROVED)],
        [state for state in states if state.state == ENDORSED],
    )


def _for_coordinator(periods: list[ReportingPeriod], today: dt.date) -> Inbox:
    states = sheet_states(list(Department.objects.in_plan_order()), periods, today=today)
    late = [state for state in states if state.is_overdue]
    running = [state for state in states if state.state != APPROVED]
    return _sorted(running, late, offers_extension=True)


def _sorted(states: list[SheetState], to_do: list[SheetState], *, offers_extension: bool = False) -> Inbox:
    waiting = set(map(id, to_do))
    return Inbox(
        to_do=tuple(sorted(to_do, key=lambda state: state.urgency)),
        under_way=tuple(s for s in states if s.state != APPROVED and id(s) not in waiting),
        done=tuple(s for s in states if s.state == APPROVED and id(s) not in waiting),
        offers_extension=offers_extension,
    )
