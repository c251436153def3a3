"""催报: the city asks a bureau for its sheet, by hand, at most once a day for each sheet."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from departments.delivering import queue_mails
from departments.models import Department, Notice, Nudge
from departments.notifying import tell
from departments.permissions.nudging import check_can_nudge
from departments.reminders import SENT
from departments.sheet_states import sheet_states
from targets.actions import Refused
from targets.models import ReportingPeriod


class NudgedToday(Refused):
    """The bureau was asked for this sheet today already."""


@dataclass(frozen=True, slots=True)
class Nudges:
    """How often a bureau was asked for a sheet, and when last."""

    times: int
    last_at: dt.datetime

    @property
    def is_of_today(self) -> bool:
        return timezone.localdate(self.last_at) == timezone.localdate()


def nudges_of(periods: Iterable[ReportingPeriod]) -> dict[tuple[int, int], Nudges]:
    """By (department id, period id), for sheets that were asked for; one query."""
    counted = (
        Nudge.objects.filter(period__in=list(periods))
        .order_by()
        .values_list("department", "period")
        .annotate(Count("pk"), Max("at"))
    )
    return {(department, period): Nudges(times, last_at) for department, period, times, last_at in counted}


@transaction.atomic
def nudge(*, department: Department, period: ReportingPeriod, by: User, at: dt.datetime | None = None) -> int:
    """Tells the bureau's people, in the application and by mail, that its sheet is waited for; returns how many.

    Raises PermissionDenied, NudgedToday, or Refused where there is nothing to ask for or nobody to ask.
    """
    at = at or timezone.now()
    check_can_nudge(by, period)
    # Whoever asks for the same bureau in the same moment waits here, and then finds the row of today.
    department = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    states = sheet_states([department], [period], today=timezone.localdate(at))
    if not states:
        raise Refused(f"{department.name}在{period.name}没有需要报送的内容，无需催报。")
    if states[0].state in SENT:
        raise Refused(f"{department.name}{period.name}填报单已提交（{states[0].state_label}），无需催报。")
    if states[0].is_window_closed:
        raise Refused(f"{period.name}的填报窗口已关闭，{department.name}不能再填报，催报无用；可先批准延期。")
    last = Nudge.objects.filter(department=department, period=period).first()
    if last is not None and timezone.localdate(last.at) == timezone.localdate(at):
        raise NudgedToday(
            f"今天已催报过{department.name}{period.name}填报单（{timezone.localtime(last.at):%H:%M}），明天可以再催。"
        )
    people = list(
        User.objects.filter(is_active=True, role=Role.BUREAU_STAFF, memberships__department=department).distinct()
    )
    if not people:
        raise Refused(f"{department.name}没有启用的填报人或复核人账号，催报没有人收到；请先联系系统运维人员建立账号。")
    row = Nudge.objects.create(department=department, period=period, at=at, by=by)
    title = f"催报：{department.name}{period.name}填报单"
    how = f"，{states[0].due_sentence}" if states[0].due_sentence else ""
    body = (
        f"{by.get_role_display()}请{department.name}尽快提交{period.name}填报单：截止日 {states[0].due_on:%Y-%m-%d}"
        f"{how}，现为“{states[0].state_label}”。"
    )
    message = {"key": f"nudge:{row.pk}", "title": title, "body": body, "url": states[0].url}
    told = tell(users=people, kind=Notice.NUDGE, at=at, **message)
    queue_mails(users=people, at=at, **message)
    audit.record(
        action="submission.nudge",
        by=by,
        subject=row,
        label=f"{department.name} {period.name}",
        after={"sheet_state": states[0].state_label, "told": told},
    )
    return told


@dataclass(frozen=True, slots=True)
class NudgesMade:
    """What became of asking for several sheets: names of bureaus, and sentences of those that could not be asked."""

    asked: tuple[str, ...]
    asked_today_already: tuple[str, ...]
    refusals: tuple[str, ...]


def nudge_overdue(*, period: ReportingPeriod, by: User, at: dt.datetime | None = None) -> NudgesMade:
    """Asks every bureau whose sheet of the period is overdue, each in a transaction of its own."""
    at = at or timezone.now()
    check_can_nudge(by, period)
    asked, already, refusals = [], [], []
    for state in sheet_states(list(Department.objects.in_plan_order()), [period], today=timezone.localdate(at)):
        if not state.is_overdue:
            continue
        try:
            nudge(department=state.department, period=period, by=by, at=at)
        except NudgedToday:
            already.append(state.department.name)
        except Refused as refusal:
            refusals.append(str(refusal))
        else:
            asked.append(state.department.name)
    return NudgesMade(tuple(asked), tuple(already), tuple(refusals))
