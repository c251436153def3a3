"""A sheet to read: its figures beside earlier ones, what changed, its way so far, and what the reader may do now."""

from dataclasses import dataclass

from django.contrib.messages import SUCCESS, get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Role, User
from departments import permissions
from departments.comparisons import CellChange, changes_between, last_approved_contents, last_returned_contents
from departments.labels import MISSING_LABEL, VERB_LABELS
from departments.models import Submission, SubmissionSnapshot
from departments.permissions import SEES_EVERY_BUREAU
from departments.review_queue import next_to_review
from departments.sheet_cells import cells_of
from departments.sheets import Sheet
from departments.views.sheet_lines import Decision, lines_of
from departments.views.sheet_requests import requests_around


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed against an earlier version: its name, and the cells, none where nothing did."""

    title: str
    changes: tuple[CellChange, ...]


def render_sheet(
    request: HttpRequest,
    user: User,
    sheet: Sheet,
    *,
    error: str = "",
    typed: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    """`error` is shown beside the buttons, `typed` is what stood there before it came up."""
    submission = sheet.submission
    typed = typed or Decision()
    comparisons, changed = _comparisons(sheet)
    may = _what_he_may(user, submission)
    return render(
        request,
        "departments/sheet.html",
        {
            "sheet": sheet,
            "home": _where_from(user),
            "submission": submission,
            "lines": lines_of(sheet, remarks=typed.remarks, changed=changed),
            "comparisons": comparisons,
            "state_label": MISSING_LABEL if submission is None else submission.get_state_display(),
            "steps": [] if submission is None else _steps(submission),
            "snapshots": _snapshots(sheet),
            "versions": _other_versions(submission),
            "may": may,
            "may_extend": permissions.can_extend(user, sheet.period),
            "may_fill_on_behalf": _may_fill_on_behalf(user, sheet),
            "locked_because": "" if _was_just_moved_on(request) else permissions.why_locked(user, sheet),
            **requests_around(user, sheet),
            "cells": [(cell, cell.key in typed.keys) for cell in cells_of(sheet)] if may.get("reopen") else [],
            "next": next_to_review(user, submission) if submission is not None else None,
            "error": error,
            "typed": typed,
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


def _comparisons(sheet: Sheet) -> tuple[list[Comparison], set[str]]:
    """What changed against the version returned last and the one approved last; and the keys of the former."""
    comparisons, changed = [], set()
    returned = last_returned_contents(sheet)
    if returned is not None:
        changes = changes_between(returned, sheet)
        changed = {change.key for change in changes}
        comparisons.append(Comparison("与上次退回时相比", changes))
    approved = last_approved_contents(sheet)
    if approved is not None:
        comparisons.append(Comparison("与上次通过审核的版本相比", changes_between(approved, sheet)))
    return comparisons, changed


def _steps(submission: Submission) -> list[dict[str, object]]:
    return [
        {
            "label": VERB_LABELS.get(step.verb, step.verb),
            "to": step.get_to_state_display(),
            "by": step.by,
            "at": step.at,
            "reason": step.reason,
            "snapshot": step.snapshot,
        }
        for step in submission.steps.select_related("by", "snapshot")
    ]


def _snapshots(sheet: Sheet) -> list[SubmissionSnapshot]:
    """Everything that the bureau has sent for the period, in all versions, the newest first."""
    return list(
        SubmissionSnapshot.objects.filter(submission__department=sheet.department, submission__period=sheet.period)
        .select_related("submission", "sent_by")
        .defer("contents")
        .order_by("-submission__version", "-number")
    )


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


def _may_fill_on_behalf(user: User, sheet: Sheet) -> bool:
    if not permissions.fills_on_behalf(user) or not sheet.owes_anything:
        return False
    if sheet.submission is None:
        return permissions.can_fill(user, sheet.department, sheet.period, on_behalf=True)
    return permissions.can_save(user, sheet.submission, on_behalf=True)


def _was_just_moved_on(request: HttpRequest) -> bool:
    """Whether the page opens with the success of a step: that sentence says already where the sheet is now."""
    return any(message.level == SUCCESS for message in get_messages(request))
