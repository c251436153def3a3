"""The calendar of a plan: its quarters, and the days on which each opens, is due and closes.

`create_periods` is a step of loading a plan: the room above asks and audits there. The other acts ask, keep the reason
and are audited here.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions import Refused, refuse_closed
from targets.assessing import series_of_plan
from targets.calendar_days import due_day
from targets.models import Plan, ReportingPeriod
from targets.periods import period_code, period_ends, period_start
from targets.setting_changes import changed_settings, keep_changes
from targets.tasks import mark_dirty
from targets.terms import Frequency

LATEST_AFTER_END = dt.timedelta(days=3 * 366)
"""A day later than that after the period's end is a slip of the year."""
REASON_LIMIT = 300
BY_RULE = "按规则重排"


@transaction.atomic
def create_periods(*, plan: Plan) -> list[ReportingPeriod]:
    """Makes the quarters that a plan still lacks: open the day after their end, due by the plan's rule."""
    existing = set(plan.periods.values_list("code", flat=True))
    periods = []
    for end in period_ends(plan.baseline_instant, plan.ends_on, Frequency.QUARTER):
        code = period_code(end, Frequency.QUARTER)
        if code not in existing:
            opens_on, due_on = days_by_rule(plan, end)
            periods.append(
                ReportingPeriod(
                    plan=plan,
                    code=code,
                    starts_on=period_start(end, Frequency.QUARTER),
                    ends_on=end,
                    opens_on=opens_on,
                    due_on=due_on,
                )
            )
    return ReportingPeriod.objects.bulk_create(periods)


def days_by_rule(plan: Plan, end: dt.date) -> tuple[dt.date, dt.date]:
    """The opening and the due day of a quarter that ends on a day."""
    due_on = due_day(end, plan.due_after_days, in_working_days=plan.due_in_working_days)
    return end + dt.timedelta(days=1), due_on


def lacks_periods(plan: Plan) -> bool:
    ends = period_ends(plan.baseline_instant, plan.ends_on, Frequency.QUARTER)
    existing = set(plan.periods.values_list("code", flat=True))
    return any(period_code(end, Frequency.QUARTER) not in existing for end in ends)


@transaction.atomic
def generate_periods(*, plan: Plan, by: User) -> list[ReportingPeriod]:
    """Makes the periods that a plan still lacks; those that are there stay as they are."""
    permissions.check_can_set_calendar(by)
    refuse_closed(plan)
    made = create_periods(plan=plan)
    if not made:
        raise Refused("该方案的填报期已经齐全，没有新增。")
    mark_dirty(series_of_plan(plan.pk))
    audit.record(
        action="calendar.generate",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        after={period.code: period.due_on for period in made},
    )
    return made


def faults_of_days(
    period: ReportingPeriod, *, opens_on: dt.date, due_on: dt.date, closes_on: dt.date | None
) -> dict[str, str]:
    """By field a sentence on what is wrong with the days of a period; empty when they are in order."""
    faults = {}
    latest = period.ends_on + LATEST_AFTER_END
    if opens_on <= period.ends_on:
        faults["opens_on"] = f"“开放填报日”须在本期结束（{period.ends_on:%Y-%m-%d}）以后，请改填更晚的一天。"
    elif opens_on > latest:
        faults["opens_on"] = f"“开放填报日”晚于 {latest:%Y-%m-%d}，年份可能填错，请检查。"
    if due_on < opens_on:
        faults["due_on"] = f"“截止报送日”不能早于开放填报日（{opens_on:%Y-%m-%d}），请改填更晚的一天。"
    elif due_on > latest:
        faults["due_on"] = f"“截止报送日”晚于 {latest:%Y-%m-%d}，年份可能填错，请检查。"
    if closes_on is not None and closes_on < due_on:
        faults["closes_on"] = f"“关闭填报日”不能早于截止报送日（{due_on:%Y-%m-%d}）；不设关闭日的，请留空。"
    elif closes_on is not None and closes_on > latest:
        faults["closes_on"] = f"“关闭填报日”晚于 {latest:%Y-%m-%d}，年份可能填错，请检查。"
    return faults


def is_open(period: ReportingPeriod, today: dt.date | None = None) -> bool:
    """Whether bureaus may have begun with a period: from then on a change of its days needs a reason."""
    return period.opens_on <= (today or timezone.localdate())


@transaction.atomic
def change_period_days(
    *,
    period: ReportingPeriod,
    opens_on: dt.date,
    due_on: dt.date,
    closes_on: dt.date | None,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> ReportingPeriod:
    """Sets the days of one period. Statuses depend on due days: when that day moves, the whole plan is recomputed.

    Raises Refused for days out of order, or without a reason where the period is open already.
    """
    permissions.check_can_set_calendar(by)
    period = (
        ReportingPeriod.objects.select_for_update(of=("self",), no_key=True).select_related("plan").get(pk=period.pk)
    )
    refuse_closed(period.plan)
    faults = faults_of_days(period, opens_on=opens_on, due_on=due_on, closes_on=closes_on)
    if faults:
        raise Refused(next(iter(faults.values())))
    reason = reason.strip()
    if is_open(period) and not reason:
        raise Refused(f"{period.name}已经开放填报，改动日期必须写明理由。")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"理由最多 {REASON_LIMIT} 字，请缩短后再试。")
    changes = changed_settings(period, {"opens_on": opens_on, "due_on": due_on, "closes_on": closes_on})
    if not changes:
        return period
    period.opens_on, period.due_on, period.closes_on = opens_on, due_on, closes_on
    period.save(update_fields=["opens_on", "due_on", "closes_on"])
    keep_changes(plan=period.plan, of=period, changes=changes, reason=reason, by=by, at=at)
    if "due_on" in changes:
        mark_dirty(series_of_plan(period.plan_id))
    audit.record(
        action="calendar.change",
        by=by,
        subject=period,
        label=f"{period.plan.code} {period.name}",
        before={name: before for name, (before, _) in changes.items()},
        after={name: after for name, (_, after) in changes.items()},
        reason=reason,
    )
    return period


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """A period not open yet whose days are not those of the rule, with the days that the rule gives."""

    period: ReportingPeriod
    opens_on: dt.date
    due_on: dt.date
    closes_on: dt.date | None

    @property
    def loses_closing_day(self) -> bool:
        return self.period.closes_on is not None and self.closes_on is None


def reschedulings(plan: Plan, *, today: dt.date | None = None) -> list[Rescheduling]:
    """What the rule would change; a closing day that would lie before the new due day is taken away."""
    found = []
    for period in plan.periods.filter(opens_on__gt=today or timezone.localdate()).order_by("ends_on"):
        opens_on, due_on = days_by_rule(plan, period.ends_on)
        if (period.opens_on, period.due_on) != (opens_on, due_on):
            closes_on = period.closes_on if period.closes_on is not None and period.closes_on >= due_on else None
            found.append(Rescheduling(period, opens_on, due_on, closes_on))
    return found


@transaction.atomic
def reschedule_periods(*, plan: Plan, by: User, at: dt.datetime | None = None) -> list[Rescheduling]:
    """Gives every period that is not open yet the days of the plan's rule; open ones stay as they are."""
    permissions.check_can_set_calendar(by)
    refuse_closed(plan)
    list(plan.periods.select_for_update(no_key=True).order_by("pk"))
    found = reschedulings(plan)
    if not found:
        raise Refused("尚未开放的填报期都已按规则排定，没有改动。")
    before, after = {}, {}
    for one in found:
        period = one.period
        wanted = {"opens_on": one.opens_on, "due_on": one.due_on, "closes_on": one.closes_on}
        changes = changed_settings(period, wanted)
        before[period.code], after[period.code] = period.due_on, one.due_on
        keep_changes(plan=plan, of=period, changes=changes, reason=BY_RULE, by=by, at=at)
        ReportingPeriod.objects.filter(pk=period.pk).update(**wanted)
    mark_dirty(series_of_plan(plan.pk))
    audit.record(
        action="calendar.reschedule",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        before=before,
        after=after,
        reason=BY_RULE,
    )
    return found
