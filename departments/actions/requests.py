"""What a bureau asks of the coordinator, more time or a sheet opened again, and how that is granted or refused.

Granting carries out what was asked for, an extension or a reopening, in the same transaction: a request that is granted
and a sheet that stays as it was cannot be.
"""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, User
from departments.actions.answering import (
    move_request,
    record_decided,
    record_request,
    request_url,
    tell_decided,
    waiting_requests,
)
from departments.actions.deadlines import LONGEST_EXTENSION, extend_deadline
from departments.actions.reopening import reopen
from departments.models import Department, Notice, SheetRequest, Submission
from departments.models.submission import APPROVED
from departments.notifying import tell
from departments.permissions import requests as request_permissions
from departments.permissions.window import closed_since
from departments.sheet_cells import cells_of
from departments.sheets import build_sheet
from targets.actions import Refused
from targets.models import ReportingPeriod

LONGEST_WORDS = 300
"""Characters of a reason or a decision's note."""


@transaction.atomic
def make_request(
    *,
    department: Department,
    period: ReportingPeriod,
    kind: str,
    reason: str,
    by: User,
    wanted_until: dt.date | None = None,
    keys: Collection[str] = (),
    at: dt.datetime | None = None,
) -> SheetRequest:
    """Asks the coordinator; of each kind one request a sheet can wait.

    wanted_until: the day asked for, needed for an extension and for a sheet whose window closed before it was sent.
    keys: the cells that are to be opened again, none for all of them; only for a reopening.
    Raises PermissionDenied, or Refused with the sentence that says what to put right.
    """
    at = at or timezone.now()
    submission = _current(department, period)
    request_permissions.check_can_request(by, kind, department, period, submission)
    reason = _words(reason, "理由")
    if not reason:
        raise Refused(f"{_kind_label(kind)}必须写明理由。")
    sheet = build_sheet(department, period, submission)
    known = sheet.keys()
    if not known:
        raise Refused(f"{department.name}在{period.name}没有需要报送的内容，无需申请。")
    if request_permissions.needs_day(kind, submission):
        wanted_until = _day_that_can_be_granted(wanted_until, sheet.due_on, at)
    else:
        wanted_until = None  # the reopened sheet is open to its bureau whatever the calendar says
    chosen = [key for key in known if key in keys] if kind == SheetRequest.REOPENING else []
    if kind == SheetRequest.REOPENING and set(keys) - set(known):
        raise Refused("所选的格中有不属于这张填报单的，请刷新页面后重新选择。")
    try:
        with transaction.atomic():
            request = SheetRequest.objects.create(
                department=department,
                period=period,
                kind=kind,
                reason=reason,
                wanted_until=wanted_until,
                keys=chosen,
                made_at=at,
                made_by=by,
            )
    except IntegrityError:
        raise Refused(f"这张填报单已有一份“{_kind_label(kind)}”正在等待处理，不必再次申请。") from None
    tell(
        users=User.objects.filter(role=Role.COORDINATOR, is_active=True),
        kind=Notice.REQUEST,
        key=f"request:{request.pk}:made",
        title=f"{department.name}{_kind_label(kind)}：{period.name}",
        body=f"理由：{reason}",
        url=request_url(request),
        at=at,
    )
    wanted: dict[str, object] = {} if wanted_until is None else {"wanted_until": wanted_until}
    if kind == SheetRequest.REOPENING:
        wanted["wanted_cells"] = [cell.name for cell in cells_of(sheet) if cell.key in chosen] or ["整张填报单"]
    record_request(request, "make", by=by, reason=reason, after=wanted)
    return request


@transaction.atomic
def grant_request(
    *,
    request: SheetRequest,
    by: User,
    until: dt.date | None = None,
    keys: Collection[str] | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> SheetRequest:
    """Extends the deadline, or reopens the approved sheet; a window that closed too early is opened by an extension.

    until: the last day granted, by default the one that was asked for. keys: the cells to open, by default those that
    were asked for; none opens all.
    """
    at = at or timezone.now()
    department, period = request.department, request.period
    waiting_requests(department, period)  # all that this may answer are held before the sheet
    request = _locked(request)
    request_permissions.check_can_decide_request(by, request)
    note = _words(note, "处理意见")
    # The sheet's row is held before anything is written: its people hold it, too, before they append to the event log.
    submission = (
        Submission.objects.current()
        .select_for_update(of=("self",), no_key=True)
        .filter(department=department, period=period)
        .select_related("department", "period", "period__plan")
        .first()
    )
    is_reopening = request.kind == SheetRequest.REOPENING and submission is not None and submission.state == APPROVED
    until = None if is_reopening else until or request.wanted_until
    # Decided before it is carried out: doing by hand what a request asks for would grant it with other words.
    move_request(request, SheetRequest.GRANTED, by=by, note=note, at=at)
    tell_decided(request, at=at, until=until)
    if is_reopening and submission is not None:
        chosen = request.keys if keys is None else [*keys]
        reopen(submission=submission, reason=request.reason, by=by, keys=chosen, at=at)
    elif request.kind == SheetRequest.REOPENING and closed_since(department, period) is None:
        raise Refused("填报单已不是“已通过”状态，现在就可以填写，不必再重开；请选择“不同意”并写明情况。")
    elif until is None:
        raise Refused(f"同意{request.get_kind_display().removeprefix('申请')}须写明到哪一天为止。")
    else:
        extend_deadline(department=department, period=period, due_on=until, reason=request.reason, by=by, at=at)
    record_decided(request, by=by, until=until)
    return request


@transaction.atomic
def refuse_request(*, request: SheetRequest, note: str, by: User, at: dt.datetime | None = None) -> SheetRequest:
    """Says no; the bureau must be told why."""
    request = _locked(request)
    request_permissions.check_can_decide_request(by, request)
    note = _words(note, "处理意见")
    if not note:
        raise Refused("不同意申请必须在“处理意见”中写明原因。")
    at = at or timezone.now()
    move_request(request, SheetRequest.REFUSED, by=by, note=note, at=at)
    tell_decided(request, at=at)
    record_decided(request, by=by)
    return request


@transaction.atomic
def withdraw_request(*, request: SheetRequest, by: User, at: dt.datetime | None = None) -> SheetRequest:
    """Takes a request back that nobody has decided; only who made it."""
    request = _locked(request)
    request_permissions.check_can_withdraw_request(by, request)
    move_request(request, SheetRequest.WITHDRAWN, by=by, note="", at=at or timezone.now())
    record_request(request, "withdraw", by=by)
    return request


def _locked(request: SheetRequest) -> SheetRequest:
    return (
        SheetRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("department", "period", "period__plan", "made_by", "decided_by")
        .get(pk=request.pk)
    )


def _current(department: Department, period: ReportingPeriod) -> Submission | None:
    return Submission.objects.current().filter(department=department, period=period).first()


def _day_that_can_be_granted(day: dt.date | None, due_on: dt.date, at: dt.datetime) -> dt.date:
    today = timezone.localdate(at)
    if day is None:
        raise Refused("“希望延至”未填，请选明日期。")
    if day <= due_on:
        raise Refused(f"“希望延至”须晚于现在的截止日 {due_on:%Y-%m-%d}，请另选一天。")
    if not today <= day <= today + LONGEST_EXTENSION:
        raise Refused(f"“希望延至”须是今天（{today:%Y-%m-%d}）以后、一年以内的一天，请另选一天。")
    return day


def _words(words: str, name: str) -> str:
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise Refused(f"“{name}”最多 {LONGEST_WORDS} 字，现有 {len(words)} 字，请缩短后再试。")
    return words


def _kind_label(kind: str) -> str:
    return dict(SheetRequest.KINDS)[kind]
