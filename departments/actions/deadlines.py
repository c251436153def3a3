"""Gives a bureau more time for a period."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments import permissions
from departments.actions.answering import grant_by_hand, record_decided
from departments.actions.moving import required
from departments.models import Department, Extension, SheetRequest, Submission
from departments.models.submission import APPROVED
from departments.sheets import reported_indicators, reported_tasks
from targets.actions import Refused, set_due_day
from targets.models import ReportingPeriod

LONGEST_EXTENSION = dt.timedelta(days=366)


@transaction.atomic
def extend_deadline(
    *,
    department: Department,
    period: ReportingPeriod,
    due_on: dt.date,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> Extension:
    """Gives a bureau more time for a period, and each series it reports its own due day. What it asked for and waits
    is granted by that: more time, and the opening of a window that closed before the sheet was approved."""
    at = at or timezone.now()
    permissions.check_can_extend(by, period)
    reason = required(reason, "批准延期")
    if len(reason) > 300:
        raise Refused("延期理由最多 300 字，请缩短后再试。")
    if due_on <= period.due_on:
        raise Refused(f"延期后的截止日须晚于原截止日 {period.due_on:%Y-%m-%d}；现为 {due_on:%Y-%m-%d}，请另选一天。")
    today = timezone.localdate(at)
    if not today <= due_on <= today + LONGEST_EXTENSION:
        raise Refused(f"延期须到今天（{today:%Y-%m-%d}）以后、一年以内的一天；现为 {due_on:%Y-%m-%d}，请另选一天。")
    indicators = reported_indicators(department, period)
    if not indicators and not reported_tasks(department, period):
        raise Refused(f"{department.name}在{period.name}没有需要报送的指标，无需延期。")
    was_approved = Submission.objects.current().filter(department=department, period=period, state=APPROVED).exists()
    kinds = (SheetRequest.EXTENSION,) if was_approved else (SheetRequest.EXTENSION, SheetRequest.REOPENING)
    granted = grant_by_hand(department, period, kinds, by=by, at=at, until=due_on)
    before = Extension.objects.select_for_update(no_key=True).filter(department=department, period=period).first()
    extension, _ = Extension.objects.update_or_create(
        department=department,
        period=period,
        defaults={"due_on": due_on, "reason": reason, "granted_at": at, "granted_by": by},
    )
    for indicator in sorted(indicators, key=lambda one: one.pk):  # dirty rows are locked in this order everywhere
        set_due_day(indicator=indicator, period=period, due_on=due_on, reason=reason, by=by)
    audit.record(
        action="submission.extend",
        by=by,
        subject=extension,
        label=f"{department.name} {period.name}",
        before={"due_on": period.due_on if before is None else before.due_on},
        after={"due_on": due_on},
        reason=reason,
    )
    for request in granted:
        record_decided(request, by=by, until=due_on)
    return extension
