"""The settings that the plan leaves open: shown as such, and confirmed by the coordinator one indicator at a time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.asking import person_asking
from targets.actions import Refused, confirm_choices
from targets.models import Indicator
from targets.permissions import can_confirm_choices, check_can_confirm_choices, check_can_see_baselines
from targets.views.plans import plan_asked_for
from targets.views.words import choice_words


@require_http_methods(["GET", "HEAD", "POST"])
def choices_confirm(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_baselines(asker)
    if request.method == "POST":
        check_can_confirm_choices(asker)
        typed = request.POST.get("indicator", "")
        known = Indicator.objects.select_related("plan")
        indicator = get_object_or_404(known, pk=int(typed) if typed.isascii() and typed.isdigit() else 0)
        try:
            confirm_choices(indicator=indicator, by=asker)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"已确认{indicator.name}的系统设定。")
        return redirect(f"{reverse('targets:choices_confirm')}?plan={indicator.plan.code}")
    plan = plan_asked_for(request)
    indicators = Indicator.objects.filter(plan=plan).in_plan_order().select_related("sector", "choices_confirmed_by")
    rows = [
        {
            "indicator": indicator,
            "choices": [choice_words(indicator, choice) for choice in indicator.unconfirmed_choices],
        }
        for indicator in indicators
        if indicator.unconfirmed_choices or indicator.unit_is_assumed
    ]
    open_count = sum(row["indicator"].choices_confirmed_at is None for row in rows)  # type: ignore[attr-defined]
    context = {"plan": plan, "rows": rows, "open_count": open_count, "may_confirm": can_confirm_choices(asker)}
    return render(request, "targets/choices_confirm.html", context)
