"""From where a promise counts: proposed by one person, decided by a second, withdrawn by the first."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions.refusing import Refused, refuse_closed
from targets.assessing import check_terms
from targets.models import Area, Baseline, Indicator
from targets.tasks import mark_dirty


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
    locked = Baseline.objects.select_for_update(no_key=True).get(pk=baseline.pk)
    if locked.state != Baseline.PROPOSED:
        raise Refused("该基期值已经处理过，请刷新页面查看结果。")
    check(by, locked)
    refuse_closed(locked.indicator.plan)
    return locked
