"""When the people of a plan are reminded: the coordinator's form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from departments.actions.reminding import set_reminder_rule
from departments.delivering import mail_is_configured
from departments.digests import NOT_BEFORE, rule_of
from departments.models import ReminderRule
from departments.reminder_forms import ReminderRuleForm
from departments.views.asked import person
from targets.actions import Refused
from targets.models import Plan
from targets.permissions import check_can_set_reporting
from targets.views.plans import plan_asked_for


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_rule(request: HttpRequest) -> HttpResponse:
    user = person(request)
    check_can_set_reporting(user)
    if request.method == "POST":
        return _set(request, get_object_or_404(Plan, code=request.POST.get("plan", "")))
    plan = plan_asked_for(request)
    stored = ReminderRule.objects.filter(plan=plan).first()
    return _show(request, plan, ReminderRuleForm.of(rule_of(stored)))


def _set(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = ReminderRuleForm(request.POST)
    if form.is_valid():
        try:
            set_reminder_rule(plan=plan, by=person(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "提醒规则已保存，从下一次提醒起生效。")
            return redirect(f"{reverse('departments:reminder_rule')}?{urlencode({'plan': plan.code})}")
    return _show(request, plan, form)


def _show(request: HttpRequest, plan: Plan | None, form: ReminderRuleForm) -> HttpResponse:
    context = {"plan": plan, "form": form, "has_mail": mail_is_configured(), "not_before": NOT_BEFORE}
    return render(request, "departments/reminder_rule.html", context, status=422 if form.errors else 200)
