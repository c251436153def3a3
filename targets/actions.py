"""The verbs that change what was promised and what was reported: keyword-only, atomic, with an actor, audited.

Each verb asks `targets.permissions` who may; marks the series whose assessment it changes as dirty, in its own
transaction; and rings the bell after the commit. The audit event comes last: whoever holds the log's lock must not wait
for a row. `record_observations` and `set_due_day` are steps of a bureau's acts: the room above asks and audits there.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.assessing import check_terms
from targets.models import (
    Area,
    Baseline,
    ConditionRecord,
    DueDay,
    Indicator,
    Milestone,
    Observation,
    Plan,
    ReportingPeriod,
)
from targets.numbers import plain
from targets.tasks import mark_dirty


class Refused(ValueError):
    """A rule of the house was broken; the message is one Chinese sentence for the person who tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObservation:
    """One figure about to be recorded, on the indicator's own basis and in its own units."""

    indicator: Indicator
    area: Area
    period: ReportingPeriod
    state: str = "number"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_provisional: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        has_value = self.value is not None
        has_parts = self.numerator is not None and self.denominator is not None
        has_half = (self.numerator is None) != (self.denominator is None)
        if self.state == "number" and (has_value == has_parts or has_half):
            raise Refused(f"{self.indicator.name}：须填一个数值，或同时填分子和分母。")
        if self.state != "number" and (has_value or has_parts or has_half):
            raise Refused(f"{self.indicator.name}：状态不是“数值”时不能再填数。")
        if self.period.plan_id != self.indicator.plan_id:
            raise Refused(f"{self.indicator.name}：填报期不属于该指标的方案。")


def refuse_closed(plan: Plan) -> None:
    if plan.closed_at is not None:
        raise Refused(f"方案“{plan.title}”已关闭，数据只能查看，不能再改动。")


@transaction.atomic
def record_observations(
    *,
    figures: Sequence[NewObservation],
    by: User,
    reference: str = "",
    is_demonstration: bool = False,
    at: dt.datetime | None = None,
) -> list[Observation]:
    """Records approved figures; one that is there already is superseded by a new version, never changed.

    A figure equal to the current version is left alone. Four queries, however many figures.
    Raises Refused for a closed plan or the same series twice.
    """
    if not figures:
        return []
    at = at or timezone.now()
    for plan in {figure.indicator.plan for figure in figures}:
        refuse_closed(plan)
    keys = [(f.indicator.pk, f.area.pk, f.period.pk) for f in figures]
    if len(set(keys)) != len(keys):
        raise Refused("同一指标、地区、填报期的数出现了两次。")
    newest = {
        (o.indicator_id, o.area_id, o.period_id): o
        for o in Observation.objects.current().filter(
            indicator__in={k[0] for k in keys}, area__in={k[1] for k in keys}, period__in={k[2] for k in keys}
        )
    }
    written: list[Observation] = []
    superseded: list[int] = []
    for key, figure in zip(keys, figures, strict=True):
        current = newest.get(key)
        if current is not None:
            if _says_the_same(current, figure):
                continue
            superseded.append(current.pk)
        written.append(
            Observation(
                indicator=figure.indicator,
                area=figure.area,
                period=figure.period,
                version=1 if current is None else current.version + 1,
                state=figure.state,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                is_provisional=figure.is_provisional,
                note=figure.note,
                reference=reference,
                is_demonstration=is_demonstration,
                recorded_at=at,
                recorded_by=by,
            )
        )
    if not written:
        return []
    if superseded:
        Observation.objects.filter(pk__in=superseded).update(superseded_at=at)
    Observation.objects.bulk_create(written, batch_size=500)
    if is_demonstration:
        Plan.objects.filter(pk__in={f.indicator.plan_id for f in figures}, has_demonstration_figures=False).update(
            has_demonstration_figures=True
        )
    mark_dirty((o.indicator_id, o.area_id) for o in written)
    audit.record(
        action="observation.record",
        by=by,
        label=reference or f"{len(written)} 个数",
        after={
            f"{o.indicator.code} {o.period.code} v{o.version}": _words(o.state, o.value, o.numerator, o.denominator)
            for o in written[:200]
        },
        before={
            f"{o.indicator.code} {o.period.code} v{o.version - 1}": _words(
                old.state, old.value, old.numerator, old.denominator
            )
            for o in written[:200]
            if (old := newest.get((o.indicator_id, o.area_id, o.period_id))) is not None
        },
    )
    return written


def _says_the_same(observation: Observation, figure: NewObservation) -> bool:
    said = ("state", "value", "numerator", "denominator", "is_provisional", "note")
    return all(getattr(observation, name) == getattr(figure, name) for name in said)


def _words(state: str, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> str:
    if state != "number":
        return dict(Observation.STATES)[state]
    numbers = (value,) if value is not None else (numerator, denominator)
    return " / ".join(plain(number) for number in numbers if number is not None)


@transaction.atomic
def propose_baseline(
    *,
    indicator: Indicator,
    area: Area,
    year: int,
    value: Decimal,
    source: str,
    document: str,
    by: User,
    note: str = "",
    is_substitute: bool = False,
    is_demonstration: bool = False,
    at: dt.datetime | None = None,
) -> Baseline:
    """Enters a baseline with its source; it counts only after a second person has approved it.

    Raises Refused when one is already waiting, the plan is closed, or the promise cannot be computed from it.
    """
    permissions.check_can_propose_baseline(by)
    refuse_closed(indicator.plan)
    if Baseline.objects.waiting().filter(indicator=indicator, area=area).exists():
        raise Refused(f"{indicator.name}已有一个基期值待审核，请先处理那一个。")
    if not source.strip() or not document.strip():
        raise Refused("基期值必须写明数据来源和依据文件。")
    problem = check_terms(indicator, area, baseline_value=value)
    if problem:
        raise Refused(problem)
    last = Baseline.objects.filter(indicator=indicator, area=area).aggregate(last=Max("version"))["last"]
    baseline = Baseline.objects.create(
        indicator=indicator,
        area=area,
        version=(last or 0) + 1,
        year=year,
        value=value,
        source=source,
        document=document,
        note=note,
        is_substitute=is_substitute,
        is_demonstration=is_demonstration,
        proposed_at=at or timezone.now(),
        proposed_by=by,
    )
    audit.record(
        action="baseline.propose",
        by=by,
        subject=baseline,
        label=f"{indicator.code} {indicator.name} {year}年",
        after={"value": value, "source": source, "document": document, "is_substitute": is_substitute},
    )
    return baseline


@transaction.atomic
def approve_baseline(*, baseline: Baseline, by: User, at: dt.datetime | None = None) -> Baseline:
    """Puts a proposed baseline in force; everything that waits for it is recomputed. Never by the proposer."""
    baseline = _waiting(baseline, by, permissions.check_can_decide_baseline)
    at = at or timezone.now()
    previous = Baseline.objects.in_force().filter(indicator=baseline.indicator, area=baseline.area).first()
    if previous is not None:
        Baseline.objects.filter(pk=previous.pk).update(superseded_at=at)
    baseline.state, baseline.decided_at, baseline.decided_by = Baseline.APPROVED, at, by
    baseline.save(update_fields=["state", "decided_at", "decided_by"])
    mark_dirty([(baseline.indicator_id, baseline.area_id)])
    audit.record(
        action="baseline.approve",
        by=by,
        subject=baseline,
        label=f"{baseline.indicator.code} {baseline.indicator.name} {baseline.year}年",
        before=None if previous is None else {"value": previous.value, "source": previous.source},
        after={"value": baseline.value, "source": baseline.source},
    )
    return baseline


@transaction.atomic
def reject_baseline(*, baseline: Baseline, by: User, reason: str) -> Baseline:
    """Sends a proposed baseline back with a reason. Never by the proposer."""
    baseline = _waiting(baseline, by, permissions.check_can_decide_baseline)
    if not reason.strip():
        raise Refused("退回基期值必须写明理由。")
    baseline.state, baseline.decided_at, baseline.decided_by = Baseline.REJECTED, timezone.now(), by
    baseline.decision_reason = reason
    baseline.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    audit.record(
        action="baseline.reject",
        by=by,
        subject=baseline,
        label=f"{baseline.indicator.code} {baseline.indicator.name} {baseline.year}年",
        reason=reason,
    )
    return baseline


@transaction.atomic
def withdraw_baseline(*, baseline: Baseline, by: User) -> Baseline:
    """Takes back a baseline that nobody has decided yet; only who proposed it. Raises Refused when it is too late."""
    baseline = _waiting(baseline, by, permissions.check_can_withdraw_baseline)
    baseline.state, baseline.withdrawn_at = Baseline.WITHDRAWN, timezone.now()
    baseline.save(update_fields=["state", "withdrawn_at"])
    audit.record(
        action="baseline.withdraw",
        by=by,
        subject=baseline,
        label=f"{baseline.indicator.code} {baseline.indicator.name} {baseline.year}年",
        before={"value": baseline.value, "source": baseline.source},
    )
    return baseline


def _waiting(baseline: Baseline, by: User, check: Callable[[User, Baseline], None]) -> Baseline:
    """The baseline, locked and still waiting, after the rule of who may was asked; raises Refused otherwise."""
    locked = Baseline.objects.select_for_update().get(pk=baseline.pk)
    if locked.state != Baseline.PROPOSED:
        raise Refused("该基期值已经处理过，请刷新页面查看结果。")
    check(by, locked)
    refuse_closed(locked.indicator.plan)
    return locked


@transaction.atomic
def confirm_choices(*, indicator: Indicator, by: User) -> None:
    """The coordinator confirms the assumed unit and the choices that the plan's text leaves open."""
    permissions.check_can_confirm_choices(by)
    refuse_closed(indicator.plan)
    if indicator.choices_confirmed_at is not None:
        raise Refused(f"{indicator.name}的系统设定已经确认过。")
    indicator.choices_confirmed_at, indicator.choices_confirmed_by = timezone.now(), by
    indicator.save(update_fields=["choices_confirmed_at", "choices_confirmed_by"])
    audit.record(
        action="indicator.confirm_choices",
        by=by,
        subject=indicator,
        label=f"{indicator.code} {indicator.name}",
        after={"choices": indicator.unconfirmed_choices, "unit_was_assumed": indicator.unit_is_assumed},
    )


@transaction.atomic
def record_condition(
    *, indicator: Indicator, year: int, held: bool, source: str, by: User, is_demonstration: bool = False
) -> ConditionRecord:
    """Records whether the condition of a promise held in a year; the year judged decides."""
    permissions.check_can_record_conditions(by)
    refuse_closed(indicator.plan)
    if not indicator.condition:
        raise Refused(f"{indicator.name}没有前提条件，无需登记。")
    if not source.strip():
        raise Refused("登记前提条件必须写明依据。")
    before = ConditionRecord.objects.filter(indicator=indicator, year=year).first()
    record, _ = ConditionRecord.objects.update_or_create(
        indicator=indicator,
        year=year,
        defaults={
            "held": held,
            "source": source,
            "is_demonstration": is_demonstration,
            "recorded_at": timezone.now(),
            "recorded_by": by,
        },
    )
    mark_dirty([(indicator.pk, Area.objects.root().pk)])
    audit.record(
        action="condition.record",
        by=by,
        subject=record,
        label=f"{indicator.code} {indicator.name} {year}年",
        before=None if before is None else {"held": before.held, "source": before.source},
        after={"held": held, "source": source},
    )
    return record


@transaction.atomic
def set_due_day(*, indicator: Indicator, period: ReportingPeriod, due_on: dt.date, reason: str, by: User) -> DueDay:
    """Gives one series its own due day in one period: until then its missing figure is not held against it."""
    refuse_closed(indicator.plan)
    due_day, _ = DueDay.objects.update_or_create(
        indicator=indicator,
        period=period,
        defaults={"due_on": due_on, "reason": reason, "set_at": timezone.now(), "set_by": by},
    )
    mark_dirty([(indicator.pk, Area.objects.root().pk)])
    return due_day


@transaction.atomic
def record_milestone(
    *, milestone: Milestone, reached_on: dt.date | None, note: str, by: User, is_demonstration: bool = False
) -> Milestone:
    """Records the day on which a dated step was reached, or (None) that it was not."""
    permissions.check_can_record_milestones(by)
    milestone = Milestone.objects.select_for_update(of=("self",)).select_related("task__plan").get(pk=milestone.pk)
    refuse_closed(milestone.task.plan)
    if reached_on is not None and reached_on > timezone.localdate():
        raise Refused("完成日不能晚于今天。")
    before = {"reached_on": milestone.reached_on, "note": milestone.note}
    milestone.reached_on, milestone.note, milestone.is_demonstration = reached_on, note, is_demonstration
    milestone.recorded_at, milestone.recorded_by = timezone.now(), by
    milestone.save(update_fields=["reached_on", "note", "is_demonstration", "recorded_at", "recorded_by"])
    audit.record(
        action="milestone.record",
        by=by,
        subject=milestone,
        label=f"{milestone.task.code} {milestone.due_on}",
        before=before,
        after={"reached_on": reached_on, "note": note},
    )
    return milestone
