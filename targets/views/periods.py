"""The calendar of a plan: every period with its days and what falls due in it; made, changed, put back to the rule."""

import datetime as dt
from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.asking import person_asking
from accounts.models import User
from targets.actions import Refused
from targets.calendar import (
    change_period_days,
    generate_periods,
    is_open,
    lacks_periods,
    reschedule_periods,
    reschedulings,
)
from targets.calendar_days import is_working_day, unknown_years
from targets.models import Plan, ReportingPeriod
from targets.models.plan import FREQUENCIES, MONTHS_WITH_A_REPORT
from targets.permissions import can_set_calendar, check_can_see_calendar, check_can_set_calendar
from targets.setting_changes import history_of
from targets.setting_forms import PeriodDaysForm
from targets.views.plans import plan_asked_for

NOT_OPEN, OPEN, OVERDUE, CLOSED = "not_open", "open", "overdue", "closed"
DAYS = ("opens_on", "due_on", "closes_on")


@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_calendar(asker)
    if request.method == "POST":
        check_can_set_calendar(asker)
        plan = get_object_or_404(Plan, code=request.POST.get("plan", ""))
        try:
            if request.POST.get("act") == "reschedule":
                changed = reschedule_periods(plan=plan, by=asker)
                messages.success(request, f"已按规则重排 {len(changed)} 个尚未开放的填报期，相关状态正在重算。")
            else:
                made = generate_periods(plan=plan, by=asker)
                messages.success(request, f"已生成 {len(made)} 个填报期。")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(_calendar_of(plan))
    shown = plan_asked_for(request)
    return render(request, "targets/periods.html", {"plan": None} if shown is None else _context(shown, asker))


def _context(plan: Plan, asker: User) -> dict[str, object]:
    found = list(plan.periods.order_by("ends_on"))
    may_set = can_set_calendar(asker) and plan.closed_at is None
    return {
        "plan": plan,
        "years": _years(plan, found),
        "may_set": may_set,
        "lacks_periods": lacks_periods(plan),
        "reschedulings": reschedulings(plan) if may_set else [],
        "unknown_years": unknown_years(period.due_on for period in found),
        "history": history_of(plan, DAYS),
    }


def _years(plan: Plan, periods: list[ReportingPeriod]) -> list[dict[str, object]]:
    """The periods by year, each with what falls due in it; one query for the indicators, one for the tasks."""
    every = Counter(plan.indicators.reported().values_list("reported_every", flat=True))
    tasks = plan.tasks.count()
    today = timezone.localdate()
    years: dict[int, list[dict[str, object]]] = {}
    for period in periods:
        due = [
            {"label": label, "count": every[code]}
            for code, label in FREQUENCIES
            if every[code] and period.ends_on.month in MONTHS_WITH_A_REPORT[code]
        ]
        row: dict[str, object] = {
            "period": period,
            "state": _state(plan, period, today),
            "figures": due,
            "figure_count": sum(every[c] for c, _ in FREQUENCIES if period.ends_on.month in MONTHS_WITH_A_REPORT[c]),
            "tasks": tasks if plan.owes_task_reports_in(period.ends_on) else 0,
            "is_due_on_rest_day": not is_working_day(period.due_on),
        }
        years.setdefault(period.year, []).append(row)
    return [{"year": year, "rows": rows} for year, rows in sorted(years.items(), reverse=True)]


def _state(plan: Plan, period: ReportingPeriod, today: dt.date) -> str:
    if plan.closed_at is not None or (period.closes_on is not None and period.closes_on < today):
        return CLOSED
    if not is_open(period, today):
        return NOT_OPEN
    return OVERDUE if period.due_on < today else OPEN


@require_http_methods(["GET", "HEAD", "POST"])
def period_change(request: HttpRequest, period_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_can_set_calendar(asker)
    period = get_object_or_404(ReportingPeriod.objects.select_related("plan"), pk=period_id)
    stored = {name: getattr(period, name) for name in DAYS}
    form = PeriodDaysForm(request.POST or None, period=period, initial=stored)
    if request.method == "POST" and form.is_valid():
        if {name: form.cleaned_data[name] for name in DAYS} == stored:
            messages.info(request, f"{period.name}的日期与原来相同，没有改动。")
            return redirect(_calendar_of(period.plan))
        try:
            changed = change_period_days(period=period, by=asker, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            also = "，相关状态正在重算" if changed.due_on != stored["due_on"] else ""
            messages.success(request, f"已修改{period.name}的日期{also}。")
            return redirect(_calendar_of(period.plan))
    context = {
        "period": period,
        "plan": period.plan,
        "form": form,
        "is_open": is_open(period),
        "is_known": not unknown_years([period.due_on]),
    }
    return render(request, "targets/period_change.html", context, status=422 if form.errors else 200)


def _calendar_of(plan: Plan) -> str:
    return f"{reverse('targets:periods')}?plan={plan.code}"
