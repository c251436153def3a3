"""How a plan is reported, set by the coordinator: the rule of due days, task reports, every indicator in a table."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.asking import person_asking
from accounts.models import User
from targets.actions import Refused
from targets.models import Indicator, Plan
from targets.models.plan import FREQUENCIES
from targets.permissions import check_can_set_reporting
from targets.reporting_settings import (
    INDICATOR_SETTINGS,
    PLAN_SETTINGS,
    set_indicator_reporting,
    set_plan_reporting,
)
from targets.setting_changes import history_of
from targets.setting_forms import IndicatorsForm, PlanReportingForm
from targets.views.plans import plan_asked_for


@require_http_methods(["GET", "HEAD", "POST"])
def reporting(request: HttpRequest) -> HttpResponse:
    """GET shows both forms; POST stores the one that was sent (`part`)."""
    asker = person_asking(request)
    check_can_set_reporting(asker)
    if request.method != "POST":
        plan = plan_asked_for(request)
        return render(request, "targets/reporting.html", {"plan": None} if plan is None else _context(plan))
    plan = get_object_or_404(Plan, code=request.POST.get("plan", ""))
    if request.POST.get("part") == "plan":
        return _save_plan(request, asker, plan)
    return _save_indicators(request, asker, plan)


def _context(
    plan: Plan, *, plan_form: PlanReportingForm | None = None, table: IndicatorsForm | None = None
) -> dict[str, object]:
    return {
        "plan": plan,
        "plan_form": plan_form or PlanReportingForm(plan=plan),
        "table": table or IndicatorsForm.of(_indicators(plan)),
        "frequencies": FREQUENCIES,
        "history": history_of(plan, (*PLAN_SETTINGS, *INDICATOR_SETTINGS)),
        "may_set": plan.closed_at is None,
    }


def _indicators(plan: Plan) -> list[Indicator]:
    return list(plan.indicators.reported().in_plan_order().select_related("sector"))


def _save_plan(request: HttpRequest, asker: User, plan: Plan) -> HttpResponse:
    form = PlanReportingForm(request.POST, plan=plan)
    if form.is_valid():
        try:
            is_changed = set_plan_reporting(plan=plan, by=asker, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if is_changed:
                messages.success(request, "已修改报送规则。已有填报期的日期不变，需要时在“填报日历”按规则重排。")
            else:
                messages.info(request, "报送规则与原来相同，没有改动。")
            return redirect(_page_of(plan))
    return render(request, "targets/reporting.html", _context(plan, plan_form=form), status=422)


def _save_indicators(request: HttpRequest, asker: User, plan: Plan) -> HttpResponse:
    table = IndicatorsForm.of(_indicators(plan), request.POST)
    if table.is_valid:
        try:
            changed = set_indicator_reporting(
                plan=plan, wanted=[row.typed for row in table.changed], reason=table.reason, by=asker
            )
        except Refused as refused:
            table.errors["rows"] = str(refused)
        else:
            messages.success(request, f"已修改 {len(changed)} 项指标的报送设置，对尚未提交的填报单生效。")
            return redirect(_page_of(plan))
    return render(request, "targets/reporting.html", _context(plan, table=table), status=422)


def _page_of(plan: Plan) -> str:
    return f"{reverse('targets:reporting')}?plan={plan.code}"
