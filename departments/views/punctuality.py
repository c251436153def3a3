"""How every bureau sent its sheets, period by period: the three colours, and how often each."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from departments.permissions import SEES_EVERY_BUREAU, visible_departments
from departments.punctuality import tally
from departments.sheet_states import sheet_states
from departments.views.asked import person
from targets.models import Plan, ReportingPeriod

SHOWN_PERIODS = 8
READS_PUNCTUALITY = (Role.BUREAU_STAFF, *SEES_EVERY_BUREAU)


@require_safe
def punctuality(request: HttpRequest) -> HttpResponse:
    """One plan at a time; the counts are over all its periods, the table shows the newest eight."""
    user = person(request)
    if not user.has_role(*READS_PUNCTUALITY):
        raise PermissionDenied(f"{Role(user.role).label}不参与填报和审核，不能查看报送及时情况。")
    today = timezone.localdate()
    plans = list(Plan.objects.for_switcher())
    named = [plan for plan in plans if plan.code == request.GET.get("plan", "")]
    plan = next(iter(named or plans), None)
    opened = ReportingPeriod.objects.filter(plan=plan, opens_on__lte=today).select_related("plan").newest_first()
    periods = list(opened)
    states = sheet_states(list(visible_departments(user)), periods, today=today)
    by_bureau: dict[int, dict[int, object]] = {}
    bureaus = {}
    for state in states:
        bureaus[state.department.pk] = state.department
        by_bureau.setdefault(state.department.pk, {})[state.period.pk] = state
    shown = periods[:SHOWN_PERIODS][::-1]
    rows = [
        {
            "department": bureaus[pk],
            "cells": [(period, found.get(period.pk)) for period in shown],
            "tally": tally(state.light for state in states if state.department.pk == pk),
        }
        for pk, found in by_bureau.items()
    ]
    rows.sort(key=lambda row: (row["department"].position, row["department"].code))  # type: ignore[attr-defined]
    return render(
        request,
        "departments/punctuality.html",
        {"plan": plan, "plans": plans, "periods": shown, "rows": rows, "whole": tally(each.light for each in states)},
    )
