"""Who may ask a bureau for its sheet by hand, and for which sheets."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from targets.models import ReportingPeriod


def can_nudge(user: User) -> bool:
    return user.has_role(Role.COORDINATOR, Role.REVIEWER)


def check_can_nudge(user: User, period: ReportingPeriod) -> None:
    """The coordinator and the reviewer, as long as the bureau can still fill in its sheet."""
    if not can_nudge(user):
        raise PermissionDenied("只有统筹协调员和审核员可以催报。")
    today = timezone.localdate()
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，无需催报。")
    if today < period.opens_on:
        raise PermissionDenied(f"{period.name}尚未开放填报，无需催报。")
