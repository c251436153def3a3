"""Promises made under a condition: whether it held, year by year, with the ground for saying so."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.asking import person_asking
from targets.actions import Refused, record_condition
from targets.forms import ConditionForm
from targets.models import ConditionRecord, Indicator
from targets.permissions import can_record_conditions, check_can_record_conditions, check_can_see_baselines
from targets.views.plans import plan_asked_for


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_baselines(asker)
    plan = plan_asked_for(request)
    rows = []
    if plan is not None:
        indicators = Indicator.objects.filter(plan=plan).exclude(condition="").in_plan_order()
        records = ConditionRecord.objects.filter(indicator__in=indicators).select_related("recorded_by")
        known = {(record.indicator_id, record.year): record for record in records}
        years = range(plan.starts_on.year, plan.ends_on.year + 1)
        for indicator in indicators:
            of_years = [{"year": year, "record": known.get((indicator.pk, year))} for year in years]
            rows.append({"indicator": indicator, "years": of_years})
    context = {"plan": plan, "rows": rows, "may_record": can_record_conditions(asker)}
    return render(request, "targets/conditions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def condition_record(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """Enter the record of a year, or change it: the log keeps what was there."""
    asker = person_asking(request)
    check_can_record_conditions(asker)
    conditional = Indicator.objects.select_related("plan").exclude(condition="")
    indicator = get_object_or_404(conditional, pk=indicator_id)
    plan = indicator.plan
    form = ConditionForm(request.POST or None, plan=plan, initial={"year": request.GET.get("year", "")})
    if request.method == "POST" and form.is_valid():
        year, held, source = (form.cleaned_data[name] for name in ("year", "held", "source"))
        try:
            record_condition(
                indicator=indicator,
                year=year,
                held=held,
                source=source,
                by=asker,
                is_demonstration=asker.is_demonstration,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记{year}年前提条件{'成立' if held else '不成立'}，相关状态正在重算。")
            return redirect(f"{reverse('targets:conditions')}?plan={plan.code}")
    return render(request, "targets/condition_record.html", {"indicator": indicator, "plan": plan, "form": form})
