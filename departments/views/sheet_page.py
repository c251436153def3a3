"""A sheet to read: its figures beside the earlier ones, what is odd, its way so far, and what the reader may do now."""

from django.contrib.messages import SUCCESS, get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Role, User
from departments import permissions
from departments.forms import TypedCell
from departments.labels import MISSING_LABEL, VERB_LABELS
from departments.models import Membership, Submission
from departments.permissions import SEES_EVERY_BUREAU, departments_of
from departments.sheets import Sheet


def render_sheet(
    request: HttpRequest, user: User, sheet: Sheet, *, error: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    """`error` is shown beside the buttons, `reason` is what was typed there before it came up."""
    submission = sheet.submission
    return render(
        request,
        "departments/sheet.html",
        {
            "sheet": sheet,
            "home": _where_from(user),
            "submission": submission,
            "typed": [TypedCell.of(row, row.cell) for row in sheet.rows],
            "state_label": MISSING_LABEL if submission is None else submission.get_state_display(),
            "steps": [] if submission is None else _steps(submission),
            "versions": _other_versions(submission),
            "may": _what_he_may(user, submission),
            "may_extend": permissions.can_extend(user, sheet.period),
            "locked_because": "" if _was_just_moved_on(request) else _why_locked(user, sheet),
            "error": error,
            "reason": reason,
        },
        status=status,
    )


def _where_from(user: User) -> tuple[str, str]:
    """The list that somebody comes from, by its address' name and in words."""
    if user.has_role(Role.REVIEWER):
        return "departments:review_list", "审核"
    if user.has_role(*SEES_EVERY_BUREAU):
        return "departments:review_list", "报送情况"
    return "departments:inbox", "待办"


def _steps(submission: Submission) -> list[dict[str, object]]:
    return [
        {
            "label": VERB_LABELS.get(step.verb, step.verb),
            "to": step.get_to_state_display(),
            "by": step.by,
            "at": step.at,
            "reason": step.reason,
        }
        for step in submission.steps.select_related("by")
    ]


def _other_versions(submission: Submission | None) -> list[Submission]:
    if submission is None:
        return []
    return list(
        Submission.objects.filter(department=submission.department_id, period=submission.period_id)
        .exclude(pk=submission.pk)
        .select_related("approved_by")
        .order_by("-version")
    )


def _what_he_may(user: User, submission: Submission | None) -> dict[str, bool]:
    if submission is None:
        return {}
    return {
        "withdraw": permissions.can_withdraw(user, submission),
        "endorse": permissions.can_endorse(user, submission),
        "return": permissions.can_return(user, submission),
        "approve": permissions.can_approve(user, submission),
        "reopen": permissions.can_reopen(user, submission),
    }


def _was_just_moved_on(request: HttpRequest) -> bool:
    """Whether the page opens with the success of a step: that sentence says already where the sheet is now."""
    return any(message.level == SUCCESS for message in get_messages(request))


def _why_locked(user: User, sheet: Sheet) -> str:
    """For a reporter of the bureau: why there is nothing to fill in."""
    if not departments_of(user, Membership.REPORTER).filter(pk=sheet.department.pk).exists():
        return ""
    try:
        if sheet.submission is None:
            permissions.check_can_fill(user, sheet.department, sheet.period)
        else:
            permissions.check_can_save(user, sheet.submission)
    except PermissionDenied as refusal:
        return str(refusal)
    return "本部门在该填报期没有需要报送的指标。" if not sheet.rows else ""
