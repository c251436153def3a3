"""Who may do what with baselines, choices, conditions, steps, calendar, settings and the queue; asked in two ways."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from targets.models import Baseline


def check_can_see_baselines(user: User) -> None:
    """Coordinators and reviewers; raises PermissionDenied with a sentence."""
    if not user.has_role(Role.COORDINATOR, Role.REVIEWER):
        raise PermissionDenied("只有统筹协调员和审核员可以查看和办理基期值。")


def check_can_propose_baseline(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以录入基期值。")


def check_can_decide_baseline(user: User, baseline: Baseline) -> None:
    """A reviewer or another coordinator, never the one who proposed it; raises PermissionDenied with a sentence."""
    if baseline.proposed_by_id == user.pk:
        raise PermissionDenied("基期值须由另一人审核，提出人不能审核自己提出的数。")
    if not user.has_role(Role.REVIEWER, Role.COORDINATOR):
        raise PermissionDenied("只有审核员或另一位统筹协调员可以审核基期值。")


def check_can_withdraw_baseline(user: User, baseline: Baseline) -> None:
    """The one who proposed it; raises PermissionDenied with a sentence."""
    if baseline.proposed_by_id != user.pk:
        raise PermissionDenied("只有提出人可以撤回自己提出的基期值。")
    check_can_propose_baseline(user)


def check_can_confirm_choices(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以确认系统设定。")


def check_can_record_conditions(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以登记前提条件。")


def check_can_see_milestones(user: User) -> None:
    """Those who look after the plan; everybody else finds the steps beside the tasks."""
    if not user.has_role(Role.COORDINATOR, Role.REVIEWER):
        raise PermissionDenied("只有统筹协调员和审核员可以查看任务节点的登记；节点完成情况见“任务”页。")


def check_can_record_milestones(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以登记任务节点。")


def check_can_see_queue(user: User) -> None:
    if not user.has_role(Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied("只有系统管理员可以查看重算队列。")


def check_can_see_calendar(user: User) -> None:
    if not user.has_role(Role.COORDINATOR, Role.REVIEWER, Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied("只有统筹协调员、审核员和系统管理员可以查看填报日历；各单位的截止日见“待办”。")


def check_can_set_calendar(user: User) -> None:
    if not user.has_role(Role.COORDINATOR, Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied("只有统筹协调员和系统管理员可以调整填报日历。")


def check_can_set_reporting(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以查看和修改报送设置。")


def check_can_set_areas(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied("只有统筹协调员可以查看和维护地区。")


def can_propose_baseline(user: User) -> bool:
    return _passes(lambda: check_can_propose_baseline(user))


def can_decide_baseline(user: User, baseline: Baseline) -> bool:
    return _passes(lambda: check_can_decide_baseline(user, baseline))


def can_withdraw_baseline(user: User, baseline: Baseline) -> bool:
    return _passes(lambda: check_can_withdraw_baseline(user, baseline))


def can_confirm_choices(user: User) -> bool:
    return _passes(lambda: check_can_confirm_choices(user))


def can_record_conditions(user: User) -> bool:
    return _passes(lambda: check_can_record_conditions(user))


def can_record_milestones(user: User) -> bool:
    return _passes(lambda: check_can_record_milestones(user))


def can_set_calendar(user: User) -> bool:
    return _passes(lambda: check_can_set_calendar(user))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except PermissionDenied:
        return False
    return True
