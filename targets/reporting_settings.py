"""How a plan is reported: the rule of its due days, task reports, and by indicator how often, by area, with evidence.

A change counts for sheets that have not been sent yet; what was sent stays as it was. The history keeps the reason.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions import Refused, refuse_closed
from targets.assessing import series_of_plan
from targets.models import Area, Indicator, Plan
from targets.models.plan import FREQUENCIES
from targets.setting_changes import changed_settings, keep_changes
from targets.setting_words import Value, as_text
from targets.tasks import mark_dirty

REASON_LIMIT = 300
MOST_DUE_DAYS = 366
PLAN_SETTINGS = ("due_after_days", "due_in_working_days", "task_reports_every", "task_reports_from")
INDICATOR_SETTINGS = ("reported_every", "by_area", "evidence_required")


def reason_given(reason: str) -> str:
    """The reason without blanks around it; raises Refused for none, or one too long."""
    reason = reason.strip()
    if not reason:
        raise Refused("修改设定必须写明理由。")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"理由最多 {REASON_LIMIT} 字，请缩短后再试。")
    return reason


@transaction.atomic
def set_plan_reporting(
    *,
    plan: Plan,
    due_after_days: int,
    due_in_working_days: bool,
    task_reports_every: str,
    task_reports_from: dt.date | None,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> bool:
    """Sets the rule of due days and of task reports; False when nothing was different.

    The rule makes the days of periods that are generated or rescheduled later: existing periods stay as they are.
    """
    permissions.check_can_set_reporting(by)
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    refuse_closed(plan)
    if not 1 <= due_after_days <= MOST_DUE_DAYS:
        raise Refused(f"截止天数须在 1 到 {MOST_DUE_DAYS} 之间。")
    if task_reports_every and task_reports_every not in dict(FREQUENCIES):
        raise Refused("任务进展报送频率不在可选范围内，请重新选择。")
    changes = changed_settings(
        plan,
        {
            "due_after_days": due_after_days,
            "due_in_working_days": due_in_working_days,
            "task_reports_every": task_reports_every,
            "task_reports_from": task_reports_from if task_reports_every else None,
        },
    )
    if not changes:
        return False
    reason = reason_given(reason)
    for name, (_, after) in changes.items():
        setattr(plan, name, after)
    plan.save(update_fields=list(changes))
    keep_changes(plan=plan, changes=changes, reason=reason, by=by, at=at)
    audit.record(
        action="plan.set_reporting",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        before={name: before for name, (before, _) in changes.items()},
        after={name: after for name, (_, after) in changes.items()},
        reason=reason,
    )
    return True


@dataclass(frozen=True, slots=True)
class IndicatorReporting:
    """How one indicator is to be reported."""

    indicator: Indicator
    reported_every: str
    by_area: bool
    evidence_required: bool

    @classmethod
    def stored(cls, indicator: Indicator) -> "IndicatorReporting":
        return cls(indicator, indicator.reported_every, indicator.by_area, indicator.evidence_required)

    @property
    def values(self) -> dict[str, Value]:
        return {name: getattr(self, name) for name in INDICATOR_SETTINGS}

    def as_text(self) -> str:
        """The settings as one word, equal for equal settings: a form carries it to tell what its reader changed."""
        return "|".join(as_text(value) for value in self.values.values())


def why_not_by_area(indicator: Indicator, *, has_parts: bool) -> str:
    """Why an indicator cannot be reported area by area, as a sentence; empty when it can."""
    if not indicator.is_reported:
        return "该指标没有数值，不报送。"
    if not indicator.rolls_up:
        return "该指标按公布的比率报送，各地区的比率合不成全市数，不能分地区报送；需要时请改为报送分子和分母。"
    if not has_parts:
        return "系统中还没有下级地区，请先在“地区”页添加。"
    return ""


@transaction.atomic
def set_indicator_reporting(
    *, plan: Plan, wanted: Sequence[IndicatorReporting], reason: str, by: User, at: dt.datetime | None = None
) -> list[Indicator]:
    """Sets how indicators are reported, and returns those that changed. Statuses that ask for missing periods follow.

    Raises Refused when the plan is closed, a reason is missing, or the areas of an indicator cannot add up.
    """
    permissions.check_can_set_reporting(by)
    refuse_closed(plan)
    has_parts = Area.objects.filter(parent__isnull=False).exists()
    locked = {
        indicator.pk: indicator
        for indicator in Indicator.objects.select_for_update(of=("self",), no_key=True)
        .filter(plan=plan, pk__in=[one.indicator.pk for one in wanted])
        .order_by("pk")
    }
    changed: list[Indicator] = []
    before: dict[str, dict[str, Value]] = {}
    after: dict[str, dict[str, Value]] = {}
    for one in wanted:
        indicator = locked[one.indicator.pk]
        if one.reported_every not in dict(FREQUENCIES):
            raise Refused(f"{indicator.name}：报送频率不在可选范围内，请重新选择。")
        problem = why_not_by_area(indicator, has_parts=has_parts) if one.by_area and not indicator.by_area else ""
        if problem:
            raise Refused(f"{indicator.name}：{problem}")
        changes = changed_settings(indicator, one.values)
        if not changes:
            continue
        reason = reason_given(reason)
        for name, (_, value) in changes.items():
            setattr(indicator, name, value)
        indicator.save(update_fields=list(changes))
        keep_changes(plan=plan, of=indicator, changes=changes, reason=reason, by=by, at=at)
        before[str(indicator)] = {name: old for name, (old, _) in changes.items()}
        after[str(indicator)] = {name: new for name, (_, new) in changes.items()}
        changed.append(indicator)
    if not changed:
        return []
    known = {indicator.pk for indicator in changed}
    mark_dirty(key for key in series_of_plan(plan.pk) if key[0] in known)
    audit.record(
        action="indicator.set_reporting",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        before=before,
        after=after,
        reason=reason,
    )
    return changed
