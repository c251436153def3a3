"""Asking for a briefing: the row is the job, the task only a bell."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from reports.models import Briefing
from reports.tasks import ring
from targets.models import Plan, ReportingPeriod

MAY_ISSUE = (Role.COORDINATOR, Role.REVIEWER)


def can_request_briefing(user: User) -> bool:
    """Coordinators and reviewers issue briefings; everybody who may log in reads them."""
    return user.has_role(*MAY_ISSUE)


def check_can_request_briefing(user: User) -> None:
    """Raises PermissionDenied with a sentence."""
    if not can_request_briefing(user):
        raise PermissionDenied("简报由统筹协调员或审核员生成，您的账号只能查看和下载。")


def request_briefing(*, plan: Plan, period: ReportingPeriod, by: User, suggestions: str = "") -> Briefing:
    """Puts a briefing into the queue and rings the bell after the commit. Raises PermissionDenied, ValueError."""
    check_can_request_briefing(by)
    if period.plan_id != plan.pk:
        raise ValueError("填报期不属于所选方案。")
    now = timezone.now()
    with transaction.atomic():
        briefing = Briefing.objects.create(
            plan=plan,
            period=period,
            suggestions=suggestions.strip(),
            requested_at=now,
            requested_by=by,
            dated_on=timezone.localdate(now),
            is_demonstration=plan.is_demonstration or plan.has_demonstration_figures,
        )
        ring(briefing.pk)
        audit.record(action="briefing.request", by=by, subject=briefing, label=_label(briefing))
    return briefing


def retry_briefing(*, briefing: Briefing, by: User) -> None:
    """Queues a failed briefing again; does nothing to one that is queued or ready."""
    check_can_request_briefing(by)
    with transaction.atomic():
        failed = Briefing.objects.filter(pk=briefing.pk, state=Briefing.FAILED)
        if failed.update(state=Briefing.QUEUED, failure="", attempts=0, claimed_at=None, finished_at=None):
            ring(briefing.pk)
            audit.record(action="briefing.retry", by=by, subject=briefing, label=_label(briefing))


def _label(briefing: Briefing) -> str:
    return f"{briefing.plan.title} {briefing.period.name}简报"
