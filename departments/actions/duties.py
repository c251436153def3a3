"""Which of the listed bureaus reports an indicator or a task: set by the coordinator, with a reason.

Sheets that were sent keep theirs; a sheet that is still being filled in follows the duty.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from departments.models import Department, Responsibility, TaskResponsibility
from departments.permissions.duties import check_can_set_duties
from targets.actions import Refused, refuse_closed
from targets.models import Indicator, Plan, PlanTask
from targets.reporting_settings import reason_given
from targets.setting_changes import keep_changes

Duty = Responsibility | TaskResponsibility


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who is to report an indicator or a task; None: nobody."""

    of: Indicator | PlanTask
    department: Department | None


@transaction.atomic
def set_reporters(
    *, plan: Plan, wanted: Sequence[Reporter], reason: str, by: User, at: dt.datetime | None = None
) -> list[Indicator | PlanTask]:
    """Sets who reports, and returns what changed. Raises Refused for a bureau that the plan does not list there."""
    check_can_set_duties(by)
    refuse_closed(plan)
    changed: list[Indicator | PlanTask] = []
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for one in wanted:
        listed = _listed(one.of)
        now = next((duty for duty in listed if duty.is_reporter), None)
        then = next((duty for duty in listed if duty.department == one.department), None)
        if one.department is not None and then is None:
            raise Refused(f"{one.of}：方案没有把{one.department.name}列为责任单位，不能由它报送。")
        if now == then:
            continue
        reason = reason_given(reason)
        for duty, is_reporter in ((now, False), (then, True)):  # one reporter at a time: the old one goes first
            if duty is not None:
                duty.is_reporter = is_reporter
                duty.save(update_fields=["is_reporter"])
        names = ["" if duty is None else duty.department.name for duty in (now, then)]
        keep_changes(plan=plan, of=one.of, changes={"reporter": (names[0], names[1])}, reason=reason, by=by, at=at)
        before[str(one.of)[:60]], after[str(one.of)[:60]] = names
        changed.append(one.of)
    if not changed:
        return []
    audit.record(
        action="duty.set_reporter",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        before=before,
        after=after,
        reason=reason,
    )
    return changed


def _listed(of: Indicator | PlanTask) -> list[Duty]:
    """The bureaus listed for an indicator or a task, locked, in their order."""
    duties = (
        Responsibility.objects.filter(indicator=of)
        if isinstance(of, Indicator)
        else TaskResponsibility.objects.filter(task=of)
    )
    return list(duties.select_for_update(of=("self",), no_key=True).select_related("department").order_by("position"))
