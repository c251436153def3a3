"""What a leader's inbox says beside having nothing to fill in: the newest briefing, and what is off its track."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Role, User
from departments.inbox_items import Rank, ToDo
from reports.models import Briefing
from targets.labels import STATUS_LABELS, STATUS_TONES
from targets.models import Assessment, Plan, ReportingPeriod
from targets.terms import Status


def for_leaders(user: User, today: dt.date) -> Iterator[ToDo]:
    """For every open plan: what is off track as seen from its newest period, and the newest briefing that is ready."""
    if not user.has_role(Role.LEADER):
        return
    for plan in Plan.objects.filter(closed_at__isnull=True).for_switcher():
        period = plan.periods.filter(opens_on__lte=today).newest_first().first()
        if period is not None:
            yield from _off_track(plan, period)
        briefing = Briefing.objects.for_list().filter(plan=plan, state=Briefing.READY).first()
        if briefing is not None:
            yield _newest_briefing(briefing)


def _off_track(plan: Plan, period: ReportingPeriod) -> Iterator[ToDo]:
    found = Counter(
        Assessment.objects.filter(indicator__plan=plan, period=period, area__parent__isnull=True).values_list(
            "status", flat=True
        )
    )
    bad = [status for status in Status if STATUS_TONES[status] == "bad" and found[status.value]]
    if not bad:
        return
    query = {"plan": plan.code, "period": period.code}
    if len(bad) == 1:
        query["status"] = bad[0].value
    yield ToDo(
        about=f"{sum(found[status.value] for status in bad)} 项指标未达时序进度",
        detail=plan.title,
        url=f"{reverse('reports:overview')}?{urlencode(query)}",
        kind="进度",
        state=period.name,
        tone="bad",
        says="、".join(f"{STATUS_LABELS[status]} {found[status.value]} 项" for status in bad),
        step_label="查看总览",
        rank=Rank.OVERDUE,
        day=period.ends_on,
    )


def _newest_briefing(briefing: Briefing) -> ToDo:
    made_at = briefing.finished_at or briefing.requested_at
    return ToDo(
        about=f"{briefing.period.name}简报",
        detail=briefing.plan.title,
        url=reverse("reports:briefing_pdf", args=[briefing.pk]),
        kind="简报",
        state="最新",
        tone="none",
        says=f"{timezone.localtime(made_at):%Y-%m-%d %H:%M} 生成",
        step_label="打开",
        rank=Rank.LATER,
        day=timezone.localdate(made_at),
    )
