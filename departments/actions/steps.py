"""The steps of a sheet from its sending up to its approval; each one is a conditional UPDATE, a step and an event."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.actions.commenting import LONGEST_COMMENT
from departments.actions.drafts import settle
from departments.actions.moving import NotReady, move, record, required, unchanged
from departments.models import Comment, Submission, SubmissionHand, SubmissionSnapshot, SubmissionStep
from departments.problems import problems_of
from departments.sheets import Sheet, SheetRow, TaskRow, build_sheet
from departments.snapshots import contents_of, digest_of
from targets.actions import Refused


@transaction.atomic
def submit(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Sends a sheet to the bureau's approver, and keeps a snapshot of what was sent.

    Raises NotReady while a cell is missing, wrong, or odd without a note.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_submit(by, submission, on_behalf=permissions.fills_on_behalf(by))
    sheet = build_sheet(submission.department, submission.period, submission)
    if not sheet.owes_anything:
        raise Refused("本部门在该填报期没有需要报送的指标或任务，无需提交。")
    problems = problems_of(sheet)
    if problems:
        raise NotReady(problems)
    take_snapshot(sheet, by=by, at=at)
    left_out = settle(sheet, submission)
    SubmissionHand.objects.get_or_create(submission=submission, user=by)
    step = move(
        submission,
        "submit",
        by=by,
        at=at,
        submitted_at=at,
        submitted_by=by,
        first_submitted_on=submission.first_submitted_on or timezone.localdate(at),
        first_due_on=sheet.due_on if submission.first_submitted_on is None else submission.first_due_on,
        endorsed_at=None,
        endorsed_by=None,
        approved_at=None,
        approved_by=None,
    )
    record(step, **({"left_out": left_out} if left_out else {}))
    return submission


def take_snapshot(sheet: Sheet, *, by: User, at: dt.datetime) -> SubmissionSnapshot:
    """Writes down what is sent: the database keeps it from ever being changed."""
    submission = sheet.submission
    if submission is None:
        raise Refused("填报单尚未建立，不能提交。")
    contents = contents_of(sheet)
    return SubmissionSnapshot.objects.create(
        submission=submission,
        number=submission.snapshots.count() + 1,
        contents=contents,
        sha256=digest_of(contents),
        sent_at=at,
        sent_by=by,
    )


@transaction.atomic
def withdraw(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Takes a sheet back as a draft, as long as nobody has endorsed it. One that nobody has judged yet counts as not
    sent: what is sent and taken back is not in time for good."""
    submission = unchanged(submission, lock_version)
    permissions.check_can_withdraw(by, submission)
    was_judged = submission.version > 1 or submission.returned_at is not None
    unsent: dict[str, Any] = {} if was_judged else {"first_submitted_on": None, "first_due_on": None}
    record(move(submission, "withdraw", by=by, at=at or timezone.now(), **unsent))
    return submission


@transaction.atomic
def endorse(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """The bureau's approver stands for the figures and hands them to the city's reviewer."""
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_endorse(by, submission)
    record(move(submission, "endorse", by=by, at=at, endorsed_at=at, endorsed_by=by))
    return submission


@transaction.atomic
def return_for_correction(
    *,
    submission: Submission,
    reason: str,
    by: User,
    comments: Mapping[str, str] | None = None,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Sends a sheet back to the reporter; he must be told why. comments: by cell key, what is to be put right there.

    Raises Refused without a reason, or for a comment on a cell that the sheet does not have.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_return(by, submission)
    reason = required(reason, "退回填报单")
    remarks = _remarks(submission, comments or {})  # on the sheet as it was sent
    step = move(submission, "return", by=by, at=at, reason=reason, returned_at=at, returned_by=by, return_reason=reason)
    _comment(submission, step, remarks, by=by, at=at)
    record(step)
    return submission


def _remarks(submission: Submission, comments: Mapping[str, str]) -> list[tuple[SheetRow | TaskRow, str]]:
    written = {key: text.strip() for key, text in comments.items() if text.strip()}
    if not written:
        return []
    sheet = build_sheet(submission.department, submission.period, submission)
    remarks = []
    for key, text in written.items():
        row = sheet.row_of(key)
        if row is None:
            raise Refused("意见所指的格不在这张填报单中，请刷新页面后再试。")
        if len(text) > LONGEST_COMMENT:
            raise Refused(f"{row.name}：“意见”最多 {LONGEST_COMMENT} 字，现有 {len(text)} 字，请缩短后再退回。")
        remarks.append((row, text))
    return remarks


def _comment(
    submission: Submission,
    step: SubmissionStep,
    remarks: Iterable[tuple[SheetRow | TaskRow, str]],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    for row, text in remarks:
        Comment.objects.create(
            department=submission.department,
            period=submission.period,
            indicator=None if isinstance(row, TaskRow) else row.indicator,
            area=None if isinstance(row, TaskRow) else row.area,
            task=row.task if isinstance(row, TaskRow) else None,
            step=step,
            text=text,
            is_demonstration=submission.is_demonstration,
            at=at,
            by=by,
        )
