"""Who asks, and for what: a sheet that somebody may not see does not exist for him."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from departments.models import Department, Responsibility, Submission, TaskResponsibility
from departments.permissions import visible_departments
from targets.models import ReportingPeriod


def person(request: HttpRequest) -> User:
    """The signed-in person; the login wall lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise Http404("页面不存在。")
    return request.user


def department_and_period(
    request: HttpRequest, department_code: str, period_code: str
) -> tuple[Department, ReportingPeriod]:
    """The bureau and period of an address. The same code may stand for a period of several plans: `?plan=` says which,
    else it is the first plan in which the bureau reports anything."""
    department = get_object_or_404(visible_departments(person(request)), code=department_code)
    periods = ReportingPeriod.objects.filter(code=period_code).select_related("plan")
    plan_code = request.GET.get("plan", "")
    if plan_code:
        periods = periods.filter(plan__code=plan_code)
    found = list(periods.order_by("plan__is_demonstration", "-plan__starts_on", "plan__code"))
    if not found:
        raise Http404("没有这个填报期。")
    if len(found) > 1:
        figures = Responsibility.objects.filter(department=department, is_reporter=True)
        tasks = TaskResponsibility.objects.filter(department=department, is_reporter=True)
        reports_in = {*figures.values_list("indicator__plan", flat=True), *tasks.values_list("task__plan", flat=True)}
        found = [period for period in found if period.plan_id in reports_in] or found
    return department, found[0]


def submission_asked_for(request: HttpRequest, submission_id: int) -> Submission:
    return get_object_or_404(
        Submission.objects.select_related("department", "period", "period__plan").filter(
            department__in=visible_departments(person(request))
        ),
        pk=submission_id,
    )


def current_submission(department: Department, period: ReportingPeriod) -> Submission | None:
    return (
        Submission.objects.filter(department=department, period=period, is_current=True)
        .select_related("department", "period", "period__plan")
        .first()
    )


LONGEST_NUMBER = 18
"""Digits of the longest number of a row that a database can hold."""


def is_row_number(text: str) -> bool:
    """Whether an address or a form names a row by something that can be looked up."""
    return text.isdecimal() and len(text) <= LONGEST_NUMBER


def lock_version_sent(request: HttpRequest) -> int:
    """The version that the form was made from; a form without one conflicts with every version."""
    try:
        return int(request.POST.get("lock_version", ""))
    except ValueError:
        return -1
