"""The buttons that move a sheet on: each carries out one verb and leads on, or says why it could not."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.models import Role
from departments import actions
from departments.models import Submission
from departments.sheets import build_sheet, sheet_url
from departments.views.asked import lock_version_sent, person, submission_asked_for
from departments.views.sheet_page import render_sheet
from targets.actions import Refused

Step = Callable[[HttpRequest, int], HttpResponse]


def _carried_out_by_post(step: Step) -> Step:
    """A form carries the step out; who only opens its address, as after a login, is shown the sheet."""

    @wraps(step)
    def step_or_sheet(request: HttpRequest, submission_id: int) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect("departments:submission", submission_asked_for(request, submission_id).pk)
        return require_POST(step)(request, submission_id)

    return step_or_sheet


@_carried_out_by_post
def submit(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Sends the sheet as it is stored; what keeps it from going is shown in the form."""
    submission = submission_asked_for(request, submission_id)
    try:
        actions.submit(submission=submission, by=person(request), lock_version=lock_version_sent(request))
    except actions.NotReady as refusal:
        messages.error(request, str(refusal))
        return redirect(sheet_url(submission.department, submission.period))
    except Refused as refusal:
        return _refused(request, submission, refusal)
    messages.success(request, f"{_name(submission)}已提交，等待本部门复核人复核。")
    return redirect(sheet_url(submission.department, submission.period))


@_carried_out_by_post
def withdraw(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(request, submission_id, actions.withdraw, "已撤回，可以继续修改。")


@_carried_out_by_post
def endorse(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(request, submission_id, actions.endorse, "已复核通过，等待审核员审核。")


@_carried_out_by_post
def return_for_correction(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(
        request,
        submission_id,
        lambda **kwargs: actions.return_for_correction(reason=request.POST.get("reason", ""), **kwargs),
        "已退回填报人，理由已一并告知。",
    )


@_carried_out_by_post
def reopen(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(
        request,
        submission_id,
        lambda **kwargs: actions.reopen(reason=request.POST.get("reason", ""), **kwargs),
        "已重新打开，部门可以更正；更正通过审核之前，原数继续有效。",
    )


@_carried_out_by_post
def approve(request: HttpRequest, submission_id: int) -> HttpResponse:
    submission = submission_asked_for(request, submission_id)
    try:
        actions.approve(submission=submission, by=person(request), lock_version=lock_version_sent(request))
    except Refused as refusal:
        return _refused(request, submission, refusal)
    period = submission.period
    overview = f"{reverse('reports:overview')}?{urlencode({'plan': period.plan.code, 'period': period.code})}"
    messages.success(
        request,
        format_html('{}已审核通过，数据已入库并开始重新计算。<a href="{}">查看总览</a>', _name(submission), overview),
    )
    return redirect("departments:review_list")


def _carry_out(
    request: HttpRequest, submission_id: int, verb: Callable[..., Submission], sentence: str
) -> HttpResponse:
    submission = submission_asked_for(request, submission_id)
    try:
        verb(submission=submission, by=person(request), lock_version=lock_version_sent(request))
    except Refused as refusal:
        return _refused(request, submission, refusal)
    messages.success(request, f"{_name(submission)}{sentence}")
    if person(request).has_role(Role.REVIEWER):
        return redirect("departments:review_list")
    return redirect(sheet_url(submission.department, submission.period))


def _refused(request: HttpRequest, submission: Submission, refusal: Refused) -> HttpResponse:
    """The sheet as it is now, with the sentence of the refusal and what was typed as the reason."""
    now = Submission.objects.select_related("department", "period", "period__plan").get(pk=submission.pk)
    return render_sheet(
        request,
        person(request),
        build_sheet(now.department, now.period, now),
        error=str(refusal),
        reason=request.POST.get("reason", ""),
        status=409 if isinstance(refusal, actions.Conflict) else 422,
    )


def _name(submission: Submission) -> str:
    return f"{submission.department.name}{submission.period.name}填报单"
