"""More time for one bureau and period, granted by the coordinator with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from departments import actions, permissions
from departments.forms import ExtensionForm
from departments.models import Extension, SheetRequest
from departments.views.asked import department_and_period, person
from targets.actions import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    permissions.check_can_extend(user, period)
    extension = Extension.objects.filter(department=department, period=period).first()
    form = ExtensionForm()
    if request.method == "POST":
        form = ExtensionForm.sent(request.POST)
        if form.due_on is not None and not form.errors:
            try:
                actions.extend_deadline(
                    department=department, period=period, due_on=form.due_on, reason=form.reason, by=user
                )
            except Refused as refusal:
                form.errors["due_on"] = str(refusal)
            else:
                messages.success(request, f"{department.name}{period.name}的截止日已延至 {form.due_on:%Y-%m-%d}。")
                query = urlencode({"period": f"{period.plan.code}:{period.code}"})
                return redirect(f"{reverse('departments:review_list')}?{query}")
    return render(
        request,
        "departments/extension.html",
        {
            "department": department,
            "period": period,
            "extension": extension,
            "form": form,
            "asked": SheetRequest.objects.filter(
                department=department, period=period, kind=SheetRequest.EXTENSION, state=SheetRequest.WAITING
            ).first(),
        },
        status=422 if form.errors else 200,
    )
