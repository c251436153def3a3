"""Stores what somebody is typing, cell by cell: what another person changed meanwhile is shown, never written over."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from departments import actions
from departments.actions import Change
from departments.forms import EntryForm
from departments.models import Department
from departments.row_answers import after_saving, conflicts_with, moment
from departments.sheets import Sheet, build_sheet
from departments.views.asked import current_submission, department_and_period, person
from departments.views.filling import check_fills
from departments.views.sent_cells import LONGEST_KEY, SentCells, Unreadable, refusal, sent_cells
from targets.actions import Refused
from targets.models import ReportingPeriod

ANOTHER_ACCOUNT = "这个浏览器现在登录的是另一个账号，为避免记到别人名下没有保存；请刷新页面。"


@require_POST
def autosave(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """POST {"fields": {name: text}, "seen": {key: was}, "reason": …, "user": id}, with the header Idempotency-Key.

    Answers {"rows": by key, see `row_answers.after_saving`, "lock_version", "filled", "saved_at"}; a row that cannot be
    read is not stored and says why. Refusals are {"message", "is_over"} with 400, 403 or 409.
    """
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    submission = current_submission(department, period)
    try:
        check_fills(request, user, department, period, submission)
        sent = sent_cells(request)
    except PermissionDenied as refused:
        return refusal(str(refused), status=403, is_over=True)
    except Unreadable as error:
        return refusal(str(error), status=400)
    if sent.user != str(user.pk):
        return refusal(ANOTHER_ACCOUNT, status=409, is_over=True)
    form = EntryForm.sent_by_cell(build_sheet(department, period, submission), sent.fields)
    try:
        saved = _save(form, department, period, key=request.headers.get("Idempotency-Key", ""), sent=sent, by=user)
    except PermissionDenied as refused:
        return refusal(str(refused), status=403, is_over=True)
    except Refused as refused:
        return refusal(str(refused), status=409)
    now = build_sheet(department, period, current_submission(department, period))
    return JsonResponse(_answer(now, form, saved, sent))


def _save(
    form: EntryForm, department: Department, period: ReportingPeriod, *, key: str, sent: SentCells, by: User
) -> actions.Saved | None:
    """None where there was nothing to store, or where this very request was carried out before."""
    changes = {typed.key: Change(was=typed.was, cell=typed.cell) for typed in form.rows if not typed.errors}
    if not changes:
        return None
    return actions.save_cells_once(
        department=department,
        period=period,
        changes=changes,
        key=key[:LONGEST_KEY],
        by=by,
        on_behalf_reason=sent.reason,
    )


def _answer(now: Sheet, form: EntryForm, saved: actions.Saved | None, sent: SentCells) -> dict[str, object]:
    if saved is None:
        conflicts = conflicts_with(now, form.rows)
    else:
        conflicts = {conflict.key: conflict for conflict in saved.conflicts}
    return {
        "rows": after_saving(now, form.rows, conflicts, sent.seen),
        "lock_version": now.lock_version,
        "filled": now.filled_count,
        "saved_at": moment(timezone.now()),
    }
