"""When the people of a plan are reminded, as the coordinator sets it."""

from collections.abc import Collection

from django.db import transaction

from accounts import audit
from accounts.models import User
from departments.digests import rule_of
from departments.models import ReminderRule
from targets.actions import Refused
from targets.models import Plan
from targets.permissions import check_can_set_reporting

MOST_DAYS = 60
MOST_DAYS_BEFORE = 5
"""How many days before the due day a rule may name."""


@transaction.atomic
def set_reminder_rule(
    *, plan: Plan, days_before: Collection[int], late_every: int, escalate_after: int, by: User
) -> ReminderRule:
    """The rule from now on; whoever was reminded of a sheet before is reminded again at the next day it names."""
    check_can_set_reporting(by)
    if plan.closed_at is not None:
        raise Refused(f"方案“{plan.title}”已关闭，不再提醒，无需修改提醒规则。")
    days = sorted(set(days_before), reverse=True)
    if len(days) > MOST_DAYS_BEFORE or not all(1 <= day <= MOST_DAYS for day in days):
        raise Refused(f"截止前提醒的天数最多 {MOST_DAYS_BEFORE} 个，每个在 1 到 {MOST_DAYS} 之间。")
    if not 1 <= late_every <= MOST_DAYS:
        raise Refused(f"逾期后提醒的间隔须在 1 到 {MOST_DAYS} 天之间。")
    if not 0 <= escalate_after <= MOST_DAYS:
        raise Refused(f"提醒复核人须在逾期 1 到 {MOST_DAYS} 天之后；填 0 则不提醒复核人。")
    stored = ReminderRule.objects.select_for_update(no_key=True).filter(plan=plan).first()
    before = rule_of(stored)
    rule, _ = ReminderRule.objects.update_or_create(
        plan=plan, defaults={"days_before": days, "late_every": late_every, "escalate_after": escalate_after}
    )
    audit.record(
        action="reminders.rule",
        by=by,
        subject=rule,
        label=f"{plan.code} {plan.title}",
        before={
            "days_before": list(before.days_before),
            "late_every": before.late_every,
            "escalate_after": before.escalate_after,
        },
        after={"days_before": days, "late_every": late_every, "escalate_after": escalate_after},
    )
    return rule
