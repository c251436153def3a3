"""Decides who assigns, answers and closes supervision items: the coordinator demands, the bureau answers.

`check_can_…` raises PermissionDenied with a sentence, `can_…` asks the same as a question.
"""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from departments.models import Membership, SupervisionItem
from departments.models.supervision import SUPERVISION_TRANSITIONS, SUPERVISION_VERBS, SupervisionQuerySet
from departments.permissions import visible_departments
from targets.models import Indicator, Plan, PlanTask

READS_SUPERVISION = (Role.BUREAU_STAFF, Role.REVIEWER, Role.COORDINATOR, Role.LEADER)


def check_can_read(user: User) -> None:
    """Whether somebody has anything to do with supervision at all."""
    if not user.has_role(*READS_SUPERVISION):
        raise PermissionDenied(f"{Role(user.role).label}不参与督办，不能查看督办事项。")


def visible_items(user: User) -> SupervisionQuerySet:
    """The items of the bureaus whose sheets somebody may read."""
    return SupervisionQuerySet(SupervisionItem).filter(department__in=visible_departments(user))


def unclosed_of(
    user: User, *, indicator: Indicator | None = None, task: PlanTask | None = None
) -> list[SupervisionItem]:
    """What is still open about an indicator or a task, as far as somebody may see it; each knows whether it is late."""
    today = timezone.localdate()
    items = list(visible_items(user).unclosed().filter(indicator=indicator, task=task).with_parts().order_by("number"))
    for item in items:
        item.is_overdue = item.is_overdue_on(today)  # type: ignore[attr-defined]
    return items


def unclosed_by_task(user: User, plan: Plan) -> dict[int, list[SupervisionItem]]:
    """What is still open about the tasks of a plan, by task id, as far as somebody may see it; one query."""
    found: dict[int, list[SupervisionItem]] = {}
    for item in visible_items(user).unclosed().filter(plan=plan, task__isnull=False).order_by("number"):
        if item.task_id is not None:
            found.setdefault(item.task_id, []).append(item)
    return found


def check_can_assign(user: User, plan: Plan | None = None) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied(f"只有{Role.COORDINATOR.label}可以交办督办事项。")
    if plan is not None and plan.closed_at is not None:
        raise PermissionDenied(f"方案“{plan.title}”已关闭，不能再交办督办事项。")


def check_can(user: User, verb: str, item: SupervisionItem) -> None:
    """Whether somebody may carry out a verb of the transition table on an item as it stands."""
    label = SUPERVISION_VERBS[verb]
    if verb == "answer":
        works_there = Membership.objects.filter(user=user, department=item.department_id).exists()
        if not user.has_role(Role.BUREAU_STAFF) or not works_there:
            raise PermissionDenied(f"只有{item.department.name}的填报人和复核人可以反馈这项督办。")
    elif not user.has_role(Role.COORDINATOR):
        raise PermissionDenied(f"只有{Role.COORDINATOR.label}可以对督办事项执行“{label}”。")
    allowed, _ = SUPERVISION_TRANSITIONS[verb]
    if item.state not in allowed:
        raise PermissionDenied(f"{item.name}当前状态为“{item.get_state_display()}”，不能执行“{label}”。")
    if verb == "close" and item.steps.filter(verb="answer", by=user).exists():
        raise PermissionDenied(f"{item.name}由您本人反馈，须由另一人销号。")


def can_assign(user: User, plan: Plan | None = None) -> bool:
    try:
        check_can_assign(user, plan)
    except PermissionDenied:
        return False
    return True


def can(user: User, verb: str, item: SupervisionItem) -> bool:
    try:
        check_can(user, verb, item)
    except PermissionDenied:
        return False
    return True
