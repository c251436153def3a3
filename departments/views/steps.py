"""The buttons that move a sheet on: each carries out one verb and leads on, or says why it could not."""

from collections.abc import Callable, Iterator
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.models import Role
from departments import actions
from departments.models import Submission
from departments.permissions import visible_departments
from departments.review_queue import next_to_review
from departments.sheets import build_sheet, sheet_url
from departments.views.asked import is_row_number, lock_version_sent, person, submission_asked_for
from departments.views.sheet_lines import Decision, remarks_sent
from departments.views.sheet_page import render_sheet
from targets.actions import Refused

WORDS_WITHOUT_RETURN = (
    "您填写了退回理由或意见，却点了“{0}”，没有执行：要退回，请点“退回修改”；要{0}，请先清空这些文字。"
)

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
    submission = submission_asked_for(request, submission_id)
    if _says_something(request):
        return _refused(request, submission, Refused(WORDS_WITHOUT_RETURN.format("复核通过")))
    return _carry_out(request, submission_id, actions.endorse, "已复核通过，等待审核员审核。")


@_carried_out_by_post
def return_for_correction(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(
        request,
        submission_id,
        lambda **kwargs: actions.return_for_correction(
            reason=request.POST.get("reason", ""), comments=remarks_sent(request.POST), **kwargs
        ),
        "已退回填报人，理由和各格的意见已一并告知。",
    )


@_carried_out_by_post
def reopen(request: HttpRequest, submission_id: int) -> HttpResponse:
    return _carry_out(
        request,
        submission_id,
        lambda **kwargs: actions.reopen(
            reason=request.POST.get("reason", ""), keys=request.POST.getlist("keys"), **kwargs
        ),
        "已重新打开，部门可以更正；更正通过审核之前，原数继续有效。",
    )


@_carried_out_by_post
def approve(request: HttpRequest, submission_id: int) -> HttpResponse:
    submission = submission_asked_for(request, submission_id)
    if _says_something(request):
        return _refused(request, submission, Refused(WORDS_WITHOUT_RETURN.format("审核通过")))
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
    return _onward(request, submission)


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approves the sheets that were ticked, each at the version that the list showed; says of each how it went."""
    user = person(request)
    if not user.has_role(Role.REVIEWER):
        raise PermissionDenied(f"只有{Role.REVIEWER.label}可以审核填报单。")
    ticked = dict(_ticked(request.POST.getlist("sheets")))
    found = Submission.objects.select_related("department", "period", "period__plan").filter(
        pk__in=ticked, department__in=visible_departments(user)
    )
    outcomes = actions.approve_many(items=[(each, ticked[each.pk]) for each in found.order_by("pk")], by=user)
    approved = [outcome.submission for outcome in outcomes if not outcome.error]
    refused = [outcome for outcome in outcomes if outcome.error]
    if not outcomes:
        messages.warning(request, "没有选中任何填报单，请先勾选再批量审核。")
    if approved:
        names = "、".join(f"{each.department.name}{each.period.name}" for each in approved)
        messages.success(request, f"已审核通过 {len(approved)} 张：{names}。数据已入库并开始重新计算。")
    if refused:
        messages.error(request, f"{len(refused)} 张未能审核通过，原因见下。")
    for outcome in refused:
        messages.error(request, f"{_name(outcome.submission)}：{outcome.error}")
    query = request.POST.get("query", "")
    return redirect(reverse("departments:review_list") + (f"?{QueryDict(query).urlencode()}" if query else ""))


def _ticked(values: list[str]) -> Iterator[tuple[int, int]]:
    """(submission id, version read) of each `id:version`; what is neither is left out."""
    for value in values:
        pk, _, lock_version = value.partition(":")
        if is_row_number(pk) and is_row_number(lock_version):
            yield int(pk), int(lock_version)


def _says_something(request: HttpRequest) -> bool:
    """Whether words were typed that only a return would carry."""
    return bool(request.POST.get("reason", "").strip() or remarks_sent(request.POST))


def _carry_out(
    request: HttpRequest, submission_id: int, verb: Callable[..., Submission], sentence: str
) -> HttpResponse:
    submission = submission_asked_for(request, submission_id)
    try:
        verb(submission=submission, by=person(request), lock_version=lock_version_sent(request))
    except Refused as refusal:
        return _refused(request, submission, refusal)
    messages.success(request, f"{_name(submission)}{sentence}")
    return _onward(request, submission)


def _onward(request: HttpRequest, submission: Submission) -> HttpResponse:
    """The next sheet that waits for the same person, if he asked for it; else where he came from."""
    user = person(request)
    if request.POST.get("go") == "next":
        following = next_to_review(user, submission)
        if following is not None:
            return redirect("departments:submission", following.pk)
        messages.info(request, "待您办理的填报单都已办完。")
    if user.has_role(Role.REVIEWER):
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
        typed=Decision(
            reason=request.POST.get("reason", ""),
            remarks=remarks_sent(request.POST),
            keys=request.POST.getlist("keys"),
        ),
        status=409 if isinstance(refusal, actions.Conflict) else 422,
    )


def _name(submission: Submission) -> str:
    return f"{submission.department.name}{submission.period.name}填报单"
