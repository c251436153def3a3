"""Who reports what: the coordinator chooses among the bureaus that the plan lists."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from departments.actions.duties import set_reporters
from departments.duty_forms import DutiesForm
from departments.permissions.duties import check_can_set_duties
from departments.views.asked import person
from targets.actions import Refused
from targets.models import Plan
from targets.setting_changes import history_of
from targets.views.plans import plan_asked_for


@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    user = person(request)
    check_can_set_duties(user)
    if request.method != "POST":
        plan = plan_asked_for(request)
        context = {"plan": None} if plan is None else _context(plan, DutiesForm.of(plan))
        return render(request, "departments/duties.html", context)
    plan = get_object_or_404(Plan, code=request.POST.get("plan", ""))
    form = DutiesForm.of(plan, request.POST)
    if form.is_valid:
        try:
            changed = set_reporters(
                plan=plan, wanted=[row.reporter for row in form.changed], reason=form.reason, by=user
            )
        except Refused as refused:
            form.errors["rows"] = str(refused)
        else:
            messages.success(request, f"已调整 {len(changed)} 项的报送单位，对尚未提交的填报单生效。")
            return redirect(f"{reverse('departments:duties')}?plan={plan.code}")
    return render(request, "departments/duties.html", _context(plan, form), status=422)


def _context(plan: Plan, form: DutiesForm) -> dict[str, object]:
    return {
        "plan": plan,
        "form": form,
        "sections": [("indicators", "指标", form.indicators), ("tasks", "重点任务", form.tasks)],
        "history": history_of(plan, ["reporter"]),
        "may_set": plan.closed_at is None,
    }
