"""The steps of a sheet from its sending to its approval; each one is a conditional UPDATE, a step and an event."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.actions.moving import NotReady, add_step, claim, move, record, required, unchanged
from departments.models import Comment, Submission, SubmissionStep
from departments.models.submission import APPROVED
from departments.problems import problems_of
from departments.sheets import TaskRow, build_sheet
from targets.actions import NewObservation, Refused, record_observations


@transaction.atomic
def submit(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Sends a sheet to the bureau's approver. Raises NotReady while a cell is missing, wrong, or odd without a note."""
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_submit(by, submission, on_behalf=permissions.fills_on_behalf(by))
    sheet = build_sheet(submission.department, submission.period, submission)
    if not sheet.owes_anything:
        raise Refused("本部门在该填报期没有需要报送的指标，无需提交。")
    problems = problems_of(sheet)
    if problems:
        raise NotReady(problems)
    step = move(
        submission,
        "submit",
        by=by,
        at=at,
        submitted_at=at,
        submitted_by=by,
        first_submitted_on=submission.first_submitted_on or timezone.localdate(at),
        endorsed_at=None,
        endorsed_by=None,
        approved_at=None,
        approved_by=None,
    )
    record(step)
    return submission


@transaction.atomic
def withdraw(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Takes a sheet back as a draft, as long as nobody has endorsed it."""
    submission = unchanged(submission, lock_version)
    permissions.check_can_withdraw(by, submission)
    record(move(submission, "withdraw", by=by, at=at or timezone.now()))
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
    step = move(submission, "return", by=by, at=at, reason=reason, returned_at=at, returned_by=by, return_reason=reason)
    _comment(submission, step, comments or {}, by=by, at=at)
    record(step)
    return submission


def _comment(
    submission: Submission, step: SubmissionStep, comments: Mapping[str, str], *, by: User, at: dt.datetime
) -> None:
    written = {key: text.strip() for key, text in comments.items() if text.strip()}
    if not written:
        return
    sheet = build_sheet(submission.department, submission.period, submission)
    rows = {key: sheet.row_of(key) for key in written}
    for key, text in written.items():
        row = rows[key]
        if row is None:
            raise Refused("意见所指的格不在这张填报单中，请刷新页面后再试。")
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


@transaction.atomic
def approve(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Records the figures as approved: state, observations, audit events and dirty rows in one transaction.

    The bell that asks for a recomputation rings after the commit. Figures equal to the approved ones stay as they are,
    so that a reopened sheet makes new versions of the corrected ones only.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_approve(by, submission)
    from_state = submission.state
    claim(submission, states=(from_state,), state=APPROVED, approved_at=at, approved_by=by)
    record_observations(
        figures=[
            NewObservation(
                indicator=entry.indicator,
                area=entry.area,
                period=submission.period,
                state=entry.state,
                value=entry.value,
                numerator=entry.numerator,
                denominator=entry.denominator,
                is_provisional=entry.is_provisional,
                note=entry.note,
            )
            for entry in submission.entries.select_related("indicator", "indicator__plan", "area")
            if entry.is_filled
        ],
        by=by,
        reference=f"{submission.department.name} {submission.period.code} 填报单第{submission.version}版",
        is_demonstration=submission.is_demonstration,
        at=at,
    )
    record(add_step(submission, "approve", from_state=from_state, by=by, at=at))
    return submission


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the approval of one sheet of many went; `error` is empty where it succeeded."""

    submission: Submission
    error: str = ""


def approve_many(*, items: Iterable[tuple[Submission, int]], by: User, at: dt.datetime | None = None) -> list[Outcome]:
    """Approves each sheet at the version that was read, each in its own transaction: one refusal stops no other."""
    outcomes = []
    for submission, lock_version in items:
        try:
            outcomes.append(Outcome(approve(submission=submission, by=by, lock_version=lock_version, at=at)))
        except (Refused, PermissionDenied) as refusal:
            outcomes.append(Outcome(submission, str(refusal)))
    return outcomes
