"""What waits for somebody today, whatever his role: each thing with one clear next step, the most urgent first."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Role, User
from departments.inbox_items import (
    Rank,
    ToDo,
    baselines_to_do,
    by_urgency,
    escalated,
    items_of_sources,
    late_bureau,
    provisional_to_settle,
    request_to_decide,
    sheet_to_do,
    supervision_to_do,
)
from departments.models import (
    Delivery,
    Department,
    Membership,
    ReminderRule,
    Responsibility,
    SheetRequest,
    SupervisionItem,
)
from departments.models.submission import APPROVED, ENDORSED, SUBMITTED
from departments.models.supervision import ANSWERED, ASSIGNED
from departments.permissions import departments_of
from departments.reminders import Rule
from departments.sheet_states import UNSENT, SheetState, sheet_states
from departments.sheets import figure_key
from targets.calendar import lacks_periods
from targets.models import DirtySeries, Observation, Plan, ReportingPeriod
from targets.waiting import baselines_to_decide

ANSWERS_SHOWN_FOR = dt.timedelta(days=14)
"""How long the answer to a request stands in the inbox of the bureau that asked."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for somebody, what he asked for, what he has sent, and what is done."""

    to_do: tuple[ToDo, ...] = ()
    title: str = "需要我办"
    requests: tuple[SheetRequest, ...] = ()
    under_way: tuple[SheetState, ...] = ()
    done: tuple[SheetState, ...] = ()
    reads: bool = False
    """Whether sheets are opened to be read, not to be filled in."""
    explanation: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Where somebody who has nothing to do goes on, as (words, address)."""


def build_inbox(user: User, *, today: dt.date | None = None) -> Inbox:
    """What waits for somebody by his role; a fixed number of queries."""
    today = today or timezone.localdate()
    if user.has_role(Role.BUREAU_STAFF):
        return _for_bureau_staff(user, today)
    if user.has_role(Role.REVIEWER):
        return _for_reviewer(user, today)
    if user.has_role(Role.COORDINATOR):
        return _for_coordinator(user, today)
    if user.has_role(Role.LEADER):
        return _for_leader(user, today)
    if user.has_role(Role.SYSTEM_ADMINISTRATOR):
        return _for_system_administrator(user, today)
    return _for_other_administrators(user)


def _open_periods(today: dt.date) -> list[ReportingPeriod]:
    return list(ReportingPeriod.objects.open_on(today).select_related("plan").newest_first())


# --- Bureaus ----------------------------------------------------------------------------------------------------------


def _for_bureau_staff(user: User, today: dt.date) -> Inbox:
    functions = dict(Membership.objects.filter(user=user).values_list("department", "function"))
    departments = list(departments_of(user))
    if not departments:
        return Inbox(explanation="您的账号没有关联部门，不能填报；请联系系统运维人员，另建一个关联部门的账号。")
    states = sheet_states(departments, _open_periods(today), today=today)
    items: list[ToDo] = []
    waiting: set[tuple[int, int]] = set()
    escalates = _escalation_days({state.period.plan_id for state in states})
    for state in states:
        function = functions[state.department.pk]
        if (function == Membership.REPORTER and state.state in UNSENT) or (
            function == Membership.APPROVER and state.state == SUBMITTED
        ):
            items.append(sheet_to_do(state))
        elif function == Membership.APPROVER and _is_escalated(state, escalates):
            items.append(escalated(state))
        else:
            continue
        waiting.add((state.department.pk, state.period.pk))
    requests = _requests_of(departments, today)
    items += _provisional([s for s in states if functions[s.department.pk] == Membership.REPORTER], requests)
    items += [
        supervision_to_do(item, today=today)
        for item in SupervisionItem.objects.with_parts().filter(
            department__in=departments, state=ASSIGNED, plan__closed_at__isnull=True
        )
    ]
    reports = [state for state in states if functions[state.department.pk] == Membership.REPORTER]
    return replace(_inbox(items, states, waiting, requests=requests), links=_history_links(reports))


def _history_links(states: list[SheetState]) -> tuple[tuple[str, str], ...]:
    """The way to the grid in which figures of several periods are entered at once, by bureau and plan."""
    reporting = set(
        Responsibility.objects.filter(
            is_reporter=True, department__in={state.department.pk for state in states}
        ).values_list("department", "indicator__plan")
    )
    found = {
        (state.department.code, state.period.plan.code): state
        for state in states
        if (state.department.pk, state.period.plan_id) in reporting
    }
    return tuple(
        (
            f"补报历史数据：{state.department.name}，{state.period.plan.title}",
            f"{reverse('departments:history', args=[department])}?{urlencode({'plan': plan})}",
        )
        for (department, plan), state in sorted(found.items())
    )


def _escalation_days(plan_ids: Collection[int]) -> dict[int, int]:
    """By plan, after how many days late the bureau's approver is told; 0 for never."""
    stored = dict(ReminderRule.objects.filter(plan__in=plan_ids).values_list("plan", "escalate_after"))
    return {plan_id: stored.get(plan_id, Rule().escalate_after) for plan_id in plan_ids}


def _is_escalated(state: SheetState, escalates: dict[int, int]) -> bool:
    after = escalates[state.period.plan_id]
    return state.is_overdue and after > 0 and -state.days_left >= after


def _requests_of(departments: Collection[Department], today: dt.date) -> tuple[SheetRequest, ...]:
    """What the bureaus asked for: what waits, and what was answered lately."""
    since = timezone.now() - ANSWERS_SHOWN_FOR
    return tuple(
        SheetRequest.objects.filter(department__in=departments)
        .filter(Q(state=SheetRequest.WAITING) | Q(decided_at__gte=since) & ~Q(state=SheetRequest.WITHDRAWN))
        .select_related("department", "period", "period__plan", "made_by", "decided_by")
    )


def _provisional(states: Collection[SheetState], requests: Collection[SheetRequest]) -> list[ToDo]:
    """Approved sheets with figures that are still 快报."""
    approved = {(s.department.pk, s.period.pk): s for s in states if s.state == APPROVED}
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    reporters = dict(
        Responsibility.objects.filter(
            is_reporter=True, department__in={s.department.pk for s in approved.values()}
        ).values_list("indicator", "department")
    )
    figures = (
        Observation.objects.current()
        .filter(is_provisional=True, indicator__in=reporters, period__in={s.period.pk for s in approved.values()})
        .select_related("indicator", "area")
        .order_by("indicator__position", "indicator__code", "area__position")
    )
    for figure in figures:
        key = (reporters[figure.indicator_id], figure.period_id)
        if key in approved:
            name = figure.indicator.name + (f"（{figure.area.name}）" if figure.area.parent_id else "")
            found.setdefault(key, []).append((figure_key(figure.indicator_id, figure.area), name))
    asked = {
        (r.department_id, r.period_id): r
        for r in requests
        if r.kind == SheetRequest.REOPENING and r.state == SheetRequest.WAITING
    }
    return [provisional_to_settle(approved[key], names, waiting=asked.get(key)) for key, names in found.items()]


# --- The city ---------------------------------------------------------------------------------------------------------


def _for_reviewer(user: User, today: dt.date) -> Inbox:
    states = sheet_states(list(Department.objects.in_plan_order()), _open_periods(today), today=today)
    waiting = [state for state in states if state.state == ENDORSED]
    items = [sheet_to_do(state) for state in waiting]
    items += [baselines_to_do(each, today) for each in baselines_to_decide(user)]
    return _inbox(
        items,
        [state for state in states if state.state in (ENDORSED, APPROVED)],
        {(s.department.pk, s.period.pk) for s in waiting},
        reads=True,
    )


def _for_coordinator(user: User, today: dt.date) -> Inbox:
    states = sheet_states(list(Department.objects.in_plan_order()), _open_periods(today), today=today)
    late = [state for state in states if state.is_overdue]
    items = [late_bureau(state) for state in late]
    items += [
        request_to_decide(request)
        for request in SheetRequest.objects.filter(
            state=SheetRequest.WAITING, period__plan__closed_at__isnull=True
        ).select_related("department", "period", "period__plan")
    ]
    items += [
        supervision_to_do(item, today=today)
        for item in SupervisionItem.objects.with_parts().filter(state=ANSWERED, plan__closed_at__isnull=True)
    ]
    items += [baselines_to_do(each, today) for each in baselines_to_decide(user)]
    return _inbox(
        items,
        [state for state in states if state.state != APPROVED],
        {(s.department.pk, s.period.pk) for s in late},
        reads=True,
    )


def _for_leader(user: User, today: dt.date) -> Inbox:
    return Inbox(
        to_do=by_urgency(items_of_sources(user, today)),
        title="请关注",
        explanation="您可以查看全部总览、指标和简报，没有需要办理的填报事项。",
        links=(
            ("总览", reverse("reports:overview")),
            ("简报", reverse("reports:briefings")),
            ("各部门报送情况", reverse("departments:review_list")),
            ("督办", reverse("departments:supervision")),
        ),
    )


# --- Those who run the system -----------------------------------------------------------------------------------------


def _for_system_administrator(user: User, today: dt.date) -> Inbox:
    items = [
        _trouble(
            f"{plan.title}的填报期不全",
            reverse("targets:periods"),
            "填报期",
            "有的季度还没有填报期，部门届时无法填报。",
            "去补齐",
            today,
        )
        for plan in Plan.objects.filter(closed_at__isnull=True).for_switcher()
        if lacks_periods(plan)
    ]
    parked = DirtySeries.objects.parked().count()
    if parked:
        items.append(
            _trouble(
                f"{parked} 个序列多次重算失败，已停放",
                reverse("targets:queue_state"),
                "重算队列",
                "这些指标的状态不再更新，直到问题排除后重试。",
                "查看并重试",
                today,
            )
        )
    failed = Delivery.objects.filter(given_up_at__isnull=False).count()
    if failed:
        items.append(
            _trouble(
                f"{failed} 条外发消息没有发出",
                reverse("departments:deliveries"),
                "外发消息",
                "邮件或群机器人多次发送失败，已不再重试。",
                "查看并重发",
                today,
            )
        )
    return Inbox(
        to_do=by_urgency([*items, *items_of_sources(user, today)]),
        explanation="系统管理员不参与填报和审核，没有需要办理的填报事项。",
        links=(("填报日历", reverse("targets:periods")), ("重算队列", reverse("targets:queue_state"))),
    )


def _trouble(about: str, url: str, kind: str, says: str, step_label: str, today: dt.date) -> ToDo:
    return ToDo(
        about=about,
        url=url,
        kind=kind,
        state="待处理",
        tone="bad",
        says=says,
        step_label=step_label,
        rank=Rank.BROKEN,
        day=today,
    )


def _for_other_administrators(user: User) -> Inbox:
    if user.has_role(Role.AUDIT_ADMINISTRATOR):
        return Inbox(
            explanation="审计管理员不参与填报和审核，没有需要办理的填报事项；请定期查阅审计日志。",
            links=(("审计日志", reverse("accounts:audit_log")),),
        )
    return Inbox(
        explanation="安全管理员不参与填报和审核，没有需要办理的填报事项；账号的停用和恢复见账号页。",
        links=(("账号", reverse("accounts:people")),),
    )


def _inbox(
    items: list[ToDo],
    states: list[SheetState],
    waiting: set[tuple[int, int]],
    *,
    requests: tuple[SheetRequest, ...] = (),
    reads: bool = False,
) -> Inbox:
    others = [s for s in states if (s.department.pk, s.period.pk) not in waiting]
    return Inbox(
        to_do=by_urgency(items),
        requests=requests,
        under_way=tuple(s for s in others if s.state != APPROVED),
        done=tuple(s for s in others if s.state == APPROVED),
        reads=reads,
    )
