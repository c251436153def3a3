"""催报 with one click: for one bureau's sheet, or for every overdue one of a period."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from departments.actions.nudging import nudge as ask_for_sheet
from departments.actions.nudging import nudge_overdue as ask_for_overdue
from departments.views.asked import department_and_period, person
from targets.actions import Refused
from targets.models import ReportingPeriod


@require_POST
def nudge(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    department, period = department_and_period(request, department_code, period_code)
    try:
        told = ask_for_sheet(department=department, period=period, by=person(request))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"已催报{department.name}{period.name}填报单，通知了 {told} 人。")
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return _back_to_list(period)


@require_POST
def nudge_overdue(request: HttpRequest) -> HttpResponse:
    """The period as the list names it: `plan code:period code`."""
    plan_code, _, period_code = request.POST.get("period", "").partition(":")
    period = ReportingPeriod.objects.select_related("plan").filter(plan__code=plan_code, code=period_code).first()
    if period is None:
        raise Http404("没有这个填报期。")
    made = ask_for_overdue(period=period, by=person(request))
    if made.asked:
        messages.success(request, f"已催报 {len(made.asked)} 个逾期部门：{'、'.join(made.asked)}。")
    if made.asked_today_already:
        names = "、".join(made.asked_today_already)
        messages.info(request, f"{len(made.asked_today_already)} 个部门今天已催报过，没有重复通知：{names}。")
    for sentence in made.refusals:
        messages.warning(request, sentence)
    if not (made.asked or made.asked_today_already or made.refusals):
        messages.info(request, f"{period.name}没有逾期未报的部门，无需催报。")
    return _back_to_list(period)


def _back_to_list(period: ReportingPeriod) -> HttpResponse:
    query = urlencode({"period": f"{period.plan.code}:{period.code}"})
    return redirect(f"{reverse('departments:review_list')}?{query}")
