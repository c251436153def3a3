"""What stands beside a sheet that is filled in or read: what may be asked for, what was asked, which cells are open."""

from typing import Any

from accounts.models import User
from departments.models import SheetRequest, Submission, SubmissionStep
from departments.permissions import requests as permissions
from departments.sheet_cells import SheetCell, cells_of
from departments.sheets import Sheet


def requests_around(user: User, sheet: Sheet) -> dict[str, Any]:
    """`offers`: (kind, words) that the person may ask of the coordinator; `asked`: requests that wait; `reopened`: the
    only cells that may change in this version, none where all may; `reopening`: the step that opened it, with why."""
    asked = list(
        permissions.visible_requests(user).filter(
            department=sheet.department, period=sheet.period, state=SheetRequest.WAITING
        )
    )
    return {
        "offers": _offers(user, sheet, asked),
        "asked": asked,
        "reopened": _reopened(sheet),
        "reopening": _reopening(sheet.submission),
    }


def _offers(user: User, sheet: Sheet, asked: list[SheetRequest]) -> list[tuple[str, str]]:
    if sheet.submission is not None and not sheet.submission.is_current:
        return []
    waiting = {request.kind for request in asked}
    return [
        (kind, label)
        for kind, label in SheetRequest.KINDS
        if kind not in waiting and permissions.can_request(user, kind, sheet.department, sheet.period, sheet.submission)
    ]


def _reopening(submission: Submission | None) -> SubmissionStep | None:
    if submission is None or submission.version == 1:
        return None
    return submission.steps.filter(verb="reopen").select_related("by").first()


def _reopened(sheet: Sheet) -> list[SheetCell]:
    keys = [] if sheet.submission is None else sheet.submission.reopened_keys
    return [cell for cell in cells_of(sheet) if cell.key in keys] if keys else []
