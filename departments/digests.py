"""One digest a person and day: every sheet and 督办 item that a reminder is due for; and one for each group robot.

Who was told up to which day is read from the notices themselves. So a run that was lost is made up for by the next, a
run that came twice finds its keys taken, and a week without any run ends with one digest.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from departments.delivering import queue_for_robot, queue_mails, rewrite, waiting, withdraw
from departments.models import Delivery, Department, Membership, Notice, ReminderRule, SupervisionItem
from departments.models.supervision import ASSIGNED
from departments.notifying import tell
from departments.reminders import Kind, Reminder, Rule, escalation_due, reminder_due
from departments.robots import BadRobot, Robot, robots
from departments.sheet_states import SheetState, sheet_states
from targets.models import ReportingPeriod

NOT_BEFORE = 8
"""The hour of the day, local time, from which reminders are sent."""
OF_ANOTHER_DAY = "提醒已过时：没能在生成当天发出，以后的提醒另行生成。"
NOTHING_LEFT = "所提醒的事项在发出以前已经办理（或账号已停用），没有发出。"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a bureau owes by a day: a sheet, or the answer to a 督办 item."""

    department_id: int
    plan_id: int
    name: str
    state: str
    due_on: dt.date
    first_sent_on: dt.date | None
    url: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Line:
    demand: Demand
    reminder: Reminder
    sentence: str


@dataclass(frozen=True, slots=True)
class Digest:
    title: str
    body: str
    url: str


def rule_of(stored: ReminderRule | None) -> Rule:
    """The rule of a plan, or the usual one where none is stored."""
    if stored is None:
        return Rule()
    return Rule(tuple(stored.days_before), stored.late_every, stored.escalate_after)


def remind(*, now: dt.datetime | None = None) -> int:
    """Makes today's digests, in the application, by mail and for the robots; returns how many people were told."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    if timezone.localtime(now).hour < NOT_BEFORE:
        return 0
    demands, rules = [*_sheets(today), *_supervision()], _rules()
    told = sum(_tell(user, lines, today, now) for user, lines in _by_person(demands, rules, today))
    for robot in robots():
        _tell_robot(robot, demands, rules, today, now)
    return told


def refresh_waiting(*, now: dt.datetime | None = None) -> None:
    """Before digests go out that had to wait (for a mail server, say): what was done meanwhile is taken out of them,
    and those of another day, or with nothing left, are not sent at all."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    outdated = {each.pk: each for each in waiting("digest:")}
    if not outdated:
        return
    demands, rules = [*_sheets(today), *_supervision()], _rules()
    fresh: dict[str, Digest] = {
        f"{_key(today)}:mail:{user.pk}": _digest_of(lines)
        for user, lines in _by_person(demands, rules, today, told_before=today)
    }
    for robot in _robots_that_can_be_used():
        lines = _lines_for_robot(robot, demands, rules, today, told_before=today)
        if lines:
            fresh[f"{_key(today)}:{robot.name}"] = _digest_for_robot(lines, today)
    for delivery in outdated.values():
        digest = fresh.get(delivery.key)
        if not delivery.key.startswith(f"{_key(today)}:"):
            withdraw(delivery, OF_ANOTHER_DAY, now)
        elif digest is None:
            withdraw(delivery, NOTHING_LEFT, now)
        else:
            rewrite(delivery, title=digest.title, body=digest.body, url=digest.url)


def _key(today: dt.date) -> str:
    return f"digest:{today:%Y-%m-%d}"


def _rules() -> dict[int, Rule]:
    return {stored.plan_id: rule_of(stored) for stored in ReminderRule.objects.all()}


def _robots_that_can_be_used() -> tuple[Robot, ...]:
    try:
        return robots()
    except BadRobot:  # said by the system check and in the log of every run
        return ()


# --- What is owed -----------------------------------------------------------------------------------------------------


def _sheets(today: dt.date) -> list[Demand]:
    """Every sheet that can be filled in today, whatever its state."""
    periods = ReportingPeriod.objects.open_on(today).select_related("plan").newest_first()
    states = sheet_states(list(Department.objects.in_plan_order()), periods, today=today)
    return [_of_sheet(state) for state in states if not state.is_window_closed]


def _of_sheet(state: SheetState) -> Demand:
    return Demand(
        department_id=state.department.pk,
        plan_id=state.period.plan_id,
        name=f"{state.department.name}{state.period.name}填报单",
        state=state.state,
        due_on=state.due_on,
        first_sent_on=state.sent_in_time_on,  # an extension that came after a late sheet makes no correction of it
        url=state.url,
        wanted="提交",
    )


def _supervision() -> list[Demand]:
    items = SupervisionItem.objects.filter(state=ASSIGNED, plan__closed_at__isnull=True).select_related(
        "department", "indicator", "task"
    )
    return [
        Demand(
            department_id=item.department_id,
            plan_id=item.plan_id,
            name=f"{item.department.name}{item.name}（{item.subject_words}）",
            state="missing",
            due_on=item.due_on,
            first_sent_on=None,
            url=reverse("departments:supervision_item", args=[item.pk]),
            wanted="反馈",
        )
        for item in items
    ]


# --- Who is told what -------------------------------------------------------------------------------------------------


def _by_person(
    demands: Iterable[Demand], rules: Mapping[int, Rule], today: dt.date, *, told_before: dt.date | None = None
) -> Iterable[tuple[User, list[Line]]]:
    """Those for whom a reminder is due, with its lines, the most urgent first.

    told_before: reminders of this day and later count as not sent.
    """
    by_department: dict[int, list[Demand]] = defaultdict(list)
    for demand in demands:
        by_department[demand.department_id].append(demand)
    made = Notice.objects.filter(kind=Notice.DIGEST)
    if told_before is not None:
        made = made.filter(made_at__lt=_beginning_of(told_before))
    last = dict(made.order_by().values_list("user").annotate(Max("made_at")))
    lines: dict[User, list[Line]] = defaultdict(list)
    for membership in (
        Membership.objects.filter(user__is_active=True, user__role=Role.BUREAU_STAFF)
        .select_related("user")
        .order_by("user", "department")
    ):
        is_due = reminder_due if membership.function == Membership.REPORTER else escalation_due
        made_at = last.get(membership.user_id)
        told_on = None if made_at is None else timezone.localdate(made_at)
        for demand in by_department[membership.department_id]:
            reminder = is_due(
                rules.get(demand.plan_id, Rule()),
                state=demand.state,
                due_on=demand.due_on,
                first_sent_on=demand.first_sent_on,
                today=today,
                told_on=told_on,
            )
            if reminder is not None:
                escalated = membership.function == Membership.APPROVER
                lines[membership.user].append(Line(demand, reminder, _sentence(demand, reminder, escalated=escalated)))
    for user, own in lines.items():
        yield user, sorted(own, key=lambda line: line.demand.due_on)


def _sentence(demand: Demand, reminder: Reminder, *, escalated: bool = False) -> str:
    urge = "，请督促填报人办理" if escalated else ""
    return f"{demand.name}{_how_it_stands(demand, reminder)}{urge}。"


def _how_it_stands(demand: Demand, reminder: Reminder) -> str:
    day = f"{demand.due_on.month}月{demand.due_on.day}日"
    if reminder.kind == Kind.BEFORE:
        return f"{day}截止，还有 {reminder.days} 天，尚未{demand.wanted}"
    if reminder.kind == Kind.TODAY:
        return f"今天（{day}）截止，尚未{demand.wanted}"
    if reminder.kind == Kind.CORRECTION:
        return f"已退回或重新打开，尚未重新{demand.wanted}（截止日{day}）"
    return f"{day}截止，已逾期 {reminder.days} 天，尚未{demand.wanted}"


def _beginning_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _digest_of(lines: list[Line]) -> Digest:
    late = sum(line.reminder.kind == Kind.LATE for line in lines)
    urls = {line.demand.url for line in lines}
    return Digest(
        title=f"报送提醒：{len(lines)} 项待办" + (f"，其中 {late} 项已逾期" if late else ""),
        body="\n".join(line.sentence for line in lines),
        url=urls.pop() if len(urls) == 1 else reverse("departments:inbox"),
    )


@transaction.atomic
def _tell(user: User, lines: list[Line], today: dt.date, now: dt.datetime) -> int:
    digest, key = _digest_of(lines), _key(today)
    words = {"key": key, "title": digest.title, "body": digest.body, "url": digest.url}
    told = tell(users=[user], kind=Notice.DIGEST, at=now, **words)
    if told:
        queue_mails(users=[user], at=now, **words)
    return told


def _tell_robot(
    robot: Robot, demands: Iterable[Demand], rules: Mapping[int, Rule], today: dt.date, now: dt.datetime
) -> None:
    """One message a day to a group: which bureaus are asked for what; no names of persons, no figures."""
    lines = _lines_for_robot(robot, demands, rules, today)
    if lines:
        digest = _digest_for_robot(lines, today)
        queue_for_robot(robot, key=_key(today), title=digest.title, body=digest.body, url=digest.url, at=now)


def _lines_for_robot(
    robot: Robot,
    demands: Iterable[Demand],
    rules: Mapping[int, Rule],
    today: dt.date,
    *,
    told_before: dt.date | None = None,
) -> list[Line]:
    made = Delivery.objects.filter(address=robot.name)
    if told_before is not None:
        made = made.filter(made_at__lt=_beginning_of(told_before))
    made_at = made.aggregate(last=Max("made_at"))["last"]
    told_on = None if made_at is None else timezone.localdate(made_at)
    return [
        Line(demand, reminder, _sentence(demand, reminder))
        for demand in sorted(demands, key=lambda one: one.due_on)
        if (
            reminder := reminder_due(
                rules.get(demand.plan_id, Rule()),
                state=demand.state,
                due_on=demand.due_on,
                first_sent_on=demand.first_sent_on,
                today=today,
                told_on=told_on,
            )
        )
        is not None
    ]


def _digest_for_robot(lines: list[Line], today: dt.date) -> Digest:
    return Digest(
        title=f"报送提醒（{today.month}月{today.day}日，{len(lines)} 项）",
        body="\n".join(f"- {line.sentence}" for line in lines),
        url=reverse("departments:inbox"),
    )
