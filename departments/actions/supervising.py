"""督办: the verbs that move a supervision item from its assignment over the bureau's answer to its closing.

Every verb is one conditional UPDATE on (state, lock_version) with a SupervisionStep beside it: of two people who act on
the same version the second gets `Conflict`. Who may do what is asked from `departments.permissions.supervision`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from departments.actions import Conflict
from departments.models import Department, Notice, SupervisionItem, SupervisionStep
from departments.models.supervision import ASSIGNED, SUPERVISION_TRANSITIONS, SUPERVISION_VERBS
from departments.notifying import tell
from departments.permissions import supervision as permissions
from targets.actions import Refused
from targets.models import Indicator, Plan, PlanTask

LONGEST_TEXT = 2000
LONGEST_TERM = dt.timedelta(days=366)


def bureaus_to_ask(indicator: Indicator | None = None, task: PlanTask | None = None) -> list[Department]:
    """The bureaus that may be told to put something right: those listed, the reporting one first; all if none is."""
    subject = indicator or task
    if subject is None:
        return list(Department.objects.in_plan_order())
    listed = subject.responsibilities.select_related("department").order_by("-is_reporter", "position")
    return [one.department for one in listed] or list(Department.objects.in_plan_order())


@transaction.atomic
def assign(
    *,
    department: Department,
    demand: str,
    due_on: dt.date,
    by: User,
    indicator: Indicator | None = None,
    task: PlanTask | None = None,
    at: dt.datetime | None = None,
) -> SupervisionItem:
    """交办: tells a bureau listed for an indicator or a task what to put right by when. Numbered within the plan.

    Raises PermissionDenied, or Refused with a sentence about what was asked for.
    """
    at = at or timezone.now()
    subject = indicator or task
    if subject is None or (indicator is not None and task is not None):
        raise Refused("督办事项须针对一项指标或一项任务，请选择其中之一。")
    plan = Plan.objects.select_for_update(no_key=True).get(pk=subject.plan_id)  # one number after the other
    permissions.check_can_assign(by, plan)
    if department not in bureaus_to_ask(indicator, task):
        raise Refused(f"{department.name}不是这项{'指标' if indicator else '任务'}的责任单位，请另选单位。")
    demand = _text(demand, "督办要求")
    _check_day(due_on, after=None, at=at)
    last = plan.supervision.aggregate(last=Max("number"))["last"] or 0
    item = SupervisionItem.objects.create(
        plan=plan,
        number=last + 1,
        department=department,
        indicator=indicator,
        task=task,
        demand=demand,
        due_on=due_on,
        assigned_at=at,
        assigned_by=by,
        is_demonstration=by.is_demonstration or plan.is_demonstration,
    )
    return _record(item, "assign", was={}, by=by, at=at, text=demand, told=_of_the_bureau(item))


@transaction.atomic
def answer(
    *, item: SupervisionItem, text: str, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> SupervisionItem:
    """反馈: the bureau says what it did; the coordinator checks it."""
    item = _unchanged(item, "answer", by, lock_version)
    text = _text(text, "办理情况")
    return _move(item, "answer", by=by, at=at, text=text, told=_coordinators(), answered_by=by)


@transaction.atomic
def send_back(
    *,
    item: SupervisionItem,
    text: str,
    by: User,
    due_on: dt.date | None = None,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> SupervisionItem:
    """退回重办: the answer does not do; with a new day, which is needed where the old one has passed."""
    at = at or timezone.now()
    item = _unchanged(item, "send_back", by, lock_version)
    text = _text(text, "退回理由")
    if due_on is None and item.due_on < timezone.localdate(at):
        raise Refused(f"原期限 {item.due_on:%Y-%m-%d} 已过，退回重办须写明新的“反馈期限”。")
    if due_on is not None:
        _check_day(due_on, after=None, at=at)
    return _move(item, "send_back", by=by, at=at, text=text, told=_of_the_bureau(item), due_on=due_on or item.due_on)


@transaction.atomic
def postpone(
    *,
    item: SupervisionItem,
    due_on: dt.date,
    text: str,
    by: User,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> SupervisionItem:
    """延期: more time for the answer, with a reason."""
    at = at or timezone.now()
    item = _unchanged(item, "postpone", by, lock_version)
    text = _text(text, "延期理由")
    _check_day(due_on, after=item.due_on, at=at)
    return _move(item, "postpone", by=by, at=at, text=text, told=_of_the_bureau(item), due_on=due_on)


@transaction.atomic
def close(
    *, item: SupervisionItem, text: str, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> SupervisionItem:
    """销号: the coordinator has checked the answer and strikes the item off; never the one who answered it."""
    at = at or timezone.now()
    item = _unchanged(item, "close", by, lock_version)
    text = _text(text, "核实情况")
    return _move(item, "close", by=by, at=at, text=text, told=_of_the_bureau(item), closed_at=at, closed_by=by)


@transaction.atomic
def reopen(
    *,
    item: SupervisionItem,
    due_on: dt.date,
    text: str,
    by: User,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> SupervisionItem:
    """重新督办: a closed item comes up again, with a reason and a new day."""
    at = at or timezone.now()
    item = _unchanged(item, "reopen", by, lock_version)
    text = _text(text, "重新督办的理由")
    _check_day(due_on, after=None, at=at)
    return _move(
        item,
        "reopen",
        by=by,
        at=at,
        text=text,
        told=_of_the_bureau(item),
        due_on=due_on,
        answered_by=None,
        closed_at=None,
        closed_by=None,
    )


# --- How a verb is carried out ----------------------------------------------------------------------------------------


def _unchanged(item: SupervisionItem, verb: str, by: User, lock_version: int | None) -> SupervisionItem:
    """The item as it is now, if it is still at the version that was read and he may; raises otherwise."""
    read = item.lock_version if lock_version is None else lock_version
    now = SupervisionItem.objects.with_parts().get(pk=item.pk)
    if now.lock_version != read:
        raise Conflict(_who_was_first(now))
    permissions.check_can(by, verb, now)
    return now


def _move(
    item: SupervisionItem,
    verb: str,
    *,
    by: User,
    at: dt.datetime | None,
    text: str,
    told: Iterable[User],
    **changes: Any,
) -> SupervisionItem:
    from_state, was_due_on = item.state, item.due_on
    _, to_state = SUPERVISION_TRANSITIONS[verb]
    changes["state"] = to_state
    hit = SupervisionItem.objects.filter(pk=item.pk, state=from_state, lock_version=item.lock_version).update(
        lock_version=F("lock_version") + 1, **changes
    )
    if not hit:
        raise Conflict(_who_was_first(item))
    item.lock_version += 1
    for name, value in changes.items():
        setattr(item, name, value)
    was = {"state": from_state, "due_on": was_due_on}
    return _record(item, verb, was=was, by=by, at=at or timezone.now(), text=text, told=told)


def _record(
    item: SupervisionItem,
    verb: str,
    *,
    was: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    text: str,
    told: Iterable[User],
) -> SupervisionItem:
    """The step with the day in force, the notices, and last the event: what it changed, against what was."""
    step = SupervisionStep.objects.create(
        item=item,
        verb=verb,
        from_state=was.get("state", ""),
        to_state=item.state,
        text=text,
        due_on=item.due_on,
        at=at,
        by=by,
    )
    changed = [name for name in ("state", "due_on") if not was or getattr(item, name) != was[name]]
    due = f"（{item.due_on:%Y-%m-%d}前反馈）" if item.state == ASSIGNED else ""
    tell(
        users=told,
        kind=Notice.SUPERVISION,
        key=f"supervision:{item.pk}:{verb}:{step.pk}",
        title=f"{item.name}{SUPERVISION_VERBS[verb]}：{item.subject_words[:80]}{due}",
        body=text,
        url=reverse("departments:supervision_item", args=[item.pk]),
        at=at,
    )
    audit.record(
        action=f"supervision.{verb}",
        by=by,
        subject=item,
        label=f"{item.name} {item.department.name} {item.subject_words}"[:300],
        before={name: was[name] for name in changed} if was else None,
        after={name: getattr(item, name) for name in changed},
        reason=text,
    )
    return item


def _of_the_bureau(item: SupervisionItem) -> Iterable[User]:
    return User.objects.filter(memberships__department=item.department_id, is_active=True).distinct()


def _coordinators() -> Iterable[User]:
    return User.objects.filter(role=Role.COORDINATOR, is_active=True)


def _who_was_first(item: SupervisionItem) -> str:
    step = item.steps.select_related("by").order_by("-id").first()
    if step is None:
        return f"{item.name}已被别人改动，您的操作没有执行；请核对最新内容后再试。"
    when = timezone.localtime(step.at).strftime("%Y-%m-%d %H:%M")
    return f"{step.by}已于 {when} 对{item.name}执行“{step.label}”，您的操作没有执行；请核对最新内容后再试。"


def _text(text: str, name: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(f"“{name}”未填，请写明后再提交。")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"“{name}”最多 {LONGEST_TEXT} 字，现有 {len(text)} 字，请缩短后再试。")
    return text


def _check_day(day: dt.date, *, after: dt.date | None, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    if after is not None and day <= after:
        raise Refused(f"新的“反馈期限”须晚于原期限 {after:%Y-%m-%d}；现为 {day:%Y-%m-%d}，请另选一天。")
    if not today <= day <= today + LONGEST_TERM:
        raise Refused(f"“反馈期限”须是今天（{today:%Y-%m-%d}）以后、一年以内的一天；现为 {day:%Y-%m-%d}，请另选一天。")
