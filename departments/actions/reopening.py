"""Reopens an approved sheet: a new version beside the approved one, in which some cells or all may change."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.actions.answering import grant_by_hand, record_decided
from departments.actions.moving import add_step, claim, record, required, unchanged
from departments.models import Entry, MilestoneReport, SheetRequest, Submission, SubmissionHand, TaskResponsibility
from departments.models.submission import APPROVED
from departments.sheets import build_sheet, reported_indicators
from targets.actions import Refused


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    reason: str,
    by: User,
    keys: Collection[str] = (),
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Makes a new version of an approved sheet, a draft with the same cells; the approved one stays as it was.

    keys: the cells that may change; none for all of them. Until the new version is approved in its turn, the approved
    figures count. A request for it that waits is granted by that. A cell whose duty has moved to another bureau since
    is not taken along.
    Raises Refused without a reason, or for a cell that the sheet does not have.
    """
    at = at or timezone.now()
    granted = grant_by_hand(submission.department, submission.period, [SheetRequest.REOPENING], by=by, at=at)
    submission = unchanged(submission, lock_version)
    permissions.check_can_reopen(by, submission)
    reason = required(reason, "重新打开填报单")
    sheet = build_sheet(submission.department, submission.period, submission)
    if set(keys) - set(sheet.keys()):
        raise Refused("所选的格中有不属于这张填报单的，请刷新页面后重新选择。")
    claim(submission, states=(APPROVED,), is_current=False)
    newer = Submission.objects.create(
        department=submission.department,
        period=submission.period,
        version=submission.version + 1,
        # Goes on counting, so that a form made from the old version cannot pass for one of the new.
        lock_version=submission.lock_version,
        created_at=at,
        first_submitted_on=submission.first_submitted_on,
        first_due_on=submission.first_due_on,
        on_behalf_reason=submission.on_behalf_reason,
        reopened_keys=[key for key in sheet.rows_by_key if key in keys],
        is_demonstration=submission.is_demonstration,
    )
    _take_along(submission, newer)
    SubmissionHand.objects.bulk_create(
        SubmissionHand(submission=newer, user_id=user) for user in submission.hands.values_list("user", flat=True)
    )
    chosen = [row.name for key in newer.reopened_keys if (row := sheet.row_of(key)) is not None]
    step = add_step(newer, "reopen", from_state=APPROVED, by=by, at=at, reason=reason)
    record(step, **({"cells": chosen} if chosen else {}))
    for request in granted:
        record_decided(request, by=by)
    return newer


def _take_along(submission: Submission, newer: Submission) -> None:
    """The cells of the approved version as they are, with who entered them and what was odd about them."""
    owed = reported_indicators(submission.department, submission.period)
    entries = list(submission.entries.filter(indicator__in=owed))
    for entry in entries:
        entry.pk, entry.submission = None, newer
    Entry.objects.bulk_create(entries)
    listed = TaskResponsibility.objects.filter(department=submission.department_id).values("task")
    for report in submission.task_reports.filter(task__in=listed).prefetch_related("milestones"):
        milestones = list(report.milestones.all())
        report.pk, report.submission = None, newer
        report.save(force_insert=True)
        for milestone in milestones:
            milestone.pk, milestone.report = None, report
        MilestoneReport.objects.bulk_create(milestones)
