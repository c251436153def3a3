"""The verbs that move a bureau's sheet: keyword-only, atomic, with an actor, audited; the only writers of a state.

Every verb is a conditional UPDATE on (state, lock_version): of two people who act on the same version the second one
gets `Conflict` with a sentence that says who was first. Who may do what is asked from `departments.permissions`.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments import permissions
from departments.conflicts import conflict_sentence
from departments.models import Department, Entry, Extension, Submission, SubmissionStep
from departments.models.submission import APPROVED, DRAFT, RETURNED, TRANSITIONS
from departments.problems import Problem, problems_of
from departments.sheets import Cell, build_sheet, cell_in_words, reported_indicators, root_area
from targets.actions import NewObservation, Refused, record_observations, set_due_day
from targets.models import ReportingPeriod

LONGEST_EXTENSION = dt.timedelta(days=366)


class Conflict(Refused):
    """Somebody else changed the sheet since it was read; the message says who and when."""


class NotReady(Refused):
    """A sheet cannot be sent yet: `problems` says for each field what is missing or wrong, and the way out."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"还有 {len(problems)} 处需要处理，暂不能提交：" + " ".join(p.sentence for p in problems[:3]))
        self.problems = problems


@transaction.atomic
def open_submission(
    *, department: Department, period: ReportingPeriod, by: User, at: dt.datetime | None = None
) -> Submission:
    """The current sheet of a bureau and period; made, empty, when there is none."""
    current = Submission.objects.current().filter(department=department, period=period).first()
    if current is not None:
        return current
    permissions.check_can_fill(by, department, period)
    if not reported_indicators(department, period):
        raise Refused(f"{department.name}在{period.name}没有需要报送的指标，无需填报。")
    try:
        with transaction.atomic():
            return Submission.objects.create(
                department=department,
                period=period,
                created_at=at or timezone.now(),
                is_demonstration=by.is_demonstration or period.plan.is_demonstration,
            )
    except IntegrityError:  # a colleague opened it in the same moment
        return Submission.objects.current().get(department=department, period=period)


@transaction.atomic
def save_draft(
    *,
    submission: Submission,
    cells: Mapping[int, Cell],
    by: User,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Writes the cells (by indicator id) into a draft or returned sheet; cells that stay the same are left alone.

    lock_version: the one that the form was made from; without it, the one of `submission`.
    Raises Conflict, PermissionDenied, or Refused for an indicator that the bureau does not report.
    """
    at = at or timezone.now()
    submission = _unchanged(submission, lock_version)
    permissions.check_can_save(by, submission)
    owed = {indicator.pk: indicator for indicator in reported_indicators(submission.department, submission.period)}
    foreign = set(cells) - set(owed)
    if foreign:
        raise Refused("填报单中有不由本部门报送的指标，未作任何保存；请刷新页面后重新填写。")
    area = root_area()
    stored = {entry.indicator_id: entry for entry in submission.entries.filter(area=area)}
    changed: dict[int, tuple[Cell, Cell]] = {}
    for indicator_id, cell in cells.items():
        entry = stored.get(indicator_id)
        before = Cell() if entry is None else Cell.of(entry)
        if cell != before:
            changed[indicator_id] = (before, cell)
    if not changed and submission.lock_version > 0:
        return submission
    _claim(submission, states=(DRAFT, RETURNED))
    for indicator_id, (_, cell) in changed.items():
        Entry.objects.update_or_create(
            submission=submission,
            indicator=owed[indicator_id],
            area=area,
            defaults={
                "state": cell.state,
                "value": cell.value,
                "numerator": cell.numerator,
                "denominator": cell.denominator,
                "is_provisional": cell.is_provisional,
                "note": cell.note,
                "changed_at": at,
                "changed_by": by,
            },
        )
    audit.record(
        action="submission.save",
        by=by,
        subject=submission,
        label=label_of(submission),
        before={owed[i].code: cell_in_words(before) for i, (before, _) in changed.items()},
        after={owed[i].code: cell_in_words(after) for i, (_, after) in changed.items()},
    )
    return submission


@transaction.atomic
def submit(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Sends a sheet to the bureau's approver. Raises NotReady while a cell is missing, wrong, or odd without a note."""
    at = at or timezone.now()
    submission = _unchanged(submission, lock_version)
    permissions.check_can_submit(by, submission)
    sheet = build_sheet(submission.department, submission.period, submission)
    if not sheet.rows:
        raise Refused("本部门在该填报期没有需要报送的指标，无需提交。")
    problems = problems_of(sheet)
    if problems:
        raise NotReady(problems)
    return _move(
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


@transaction.atomic
def withdraw(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Takes a sheet back as a draft, as long as nobody has endorsed it."""
    submission = _unchanged(submission, lock_version)
    permissions.check_can_withdraw(by, submission)
    return _move(submission, "withdraw", by=by, at=at or timezone.now())


@transaction.atomic
def endorse(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """The bureau's approver stands for the figures and hands them to the city's reviewer."""
    at = at or timezone.now()
    submission = _unchanged(submission, lock_version)
    permissions.check_can_endorse(by, submission)
    return _move(submission, "endorse", by=by, at=at, endorsed_at=at, endorsed_by=by)


@transaction.atomic
def return_for_correction(
    *,
    submission: Submission,
    reason: str,
    by: User,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Sends a sheet back to the reporter; he must be told why."""
    at = at or timezone.now()
    submission = _unchanged(submission, lock_version)
    permissions.check_can_return(by, submission)
    reason = _reason(reason, "退回填报单")
    return _move(
        submission, "return", by=by, at=at, reason=reason, returned_at=at, returned_by=by, return_reason=reason
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
    submission = _unchanged(submission, lock_version)
    permissions.check_can_approve(by, submission)
    from_state = submission.state
    _claim(submission, states=(from_state,), state=APPROVED, approved_at=at, approved_by=by)
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
    _record_step(submission, "approve", from_state=from_state, by=by, at=at)
    return submission


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    reason: str,
    by: User,
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Makes a new version of an approved sheet, a draft with the same cells; the approved one stays as it was.

    Until the new version is approved in its turn, the approved figures count. A cell whose duty has moved to another
    bureau since is not taken along.
    """
    at = at or timezone.now()
    submission = _unchanged(submission, lock_version)
    permissions.check_can_reopen(by, submission)
    reason = _reason(reason, "重新打开填报单")
    _claim(submission, states=(APPROVED,), is_current=False)
    newer = Submission.objects.create(
        department=submission.department,
        period=submission.period,
        version=submission.version + 1,
        # Goes on counting, so that a form made from the old version cannot pass for one of the new.
        lock_version=submission.lock_version,
        created_at=at,
        first_submitted_on=submission.first_submitted_on,
        is_demonstration=submission.is_demonstration,
    )
    owed = reported_indicators(submission.department, submission.period)
    Entry.objects.bulk_create(
        Entry(
            submission=newer,
            indicator_id=entry.indicator_id,
            area_id=entry.area_id,
            changed_at=entry.changed_at,
            changed_by_id=entry.changed_by_id,
            state=entry.state,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            is_provisional=entry.is_provisional,
            note=entry.note,
        )
        for entry in submission.entries.filter(indicator__in=owed)
    )
    _record_step(newer, "reopen", from_state=APPROVED, by=by, at=at, reason=reason)
    return newer


@transaction.atomic
def extend_deadline(
    *,
    department: Department,
    period: ReportingPeriod,
    due_on: dt.date,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> Extension:
    """Gives a bureau more time for a period, and each series it reports its own due day."""
    permissions.check_can_extend(by, period)
    reason = _reason(reason, "批准延期")
    if len(reason) > 300:
        raise Refused("延期理由最多 300 字，请缩短后再试。")
    if due_on <= period.due_on:
        raise Refused(f"延期后的截止日须晚于原截止日 {period.due_on:%Y-%m-%d}；现为 {due_on:%Y-%m-%d}，请另选一天。")
    today = timezone.localdate(at)
    if not today <= due_on <= today + LONGEST_EXTENSION:
        raise Refused(f"延期须到今天（{today:%Y-%m-%d}）以后、一年以内的一天；现为 {due_on:%Y-%m-%d}，请另选一天。")
    indicators = reported_indicators(department, period)
    if not indicators:
        raise Refused(f"{department.name}在{period.name}没有需要报送的指标，无需延期。")
    before = Extension.objects.select_for_update().filter(department=department, period=period).first()
    extension, _ = Extension.objects.update_or_create(
        department=department,
        period=period,
        defaults={"due_on": due_on, "reason": reason, "granted_at": at or timezone.now(), "granted_by": by},
    )
    for indicator in sorted(indicators, key=lambda one: one.pk):  # dirty rows are locked in this order everywhere
        set_due_day(indicator=indicator, period=period, due_on=due_on, reason=reason, by=by)
    audit.record(
        action="submission.extend",
        by=by,
        subject=extension,
        label=f"{department.name} {period.name}",
        before={"due_on": period.due_on if before is None else before.due_on},
        after={"due_on": due_on},
        reason=reason,
    )
    return extension


# --- How a verb is carried out ----------------------------------------------------------------------------------------


def _unchanged(submission: Submission, lock_version: int | None) -> Submission:
    """The sheet as it is now, if it is still at the version that was read; raises Conflict otherwise."""
    read = submission.lock_version if lock_version is None else lock_version
    now = Submission.objects.select_related("department", "period", "period__plan").get(pk=submission.pk)
    if now.lock_version != read or not now.is_current:
        raise Conflict(conflict_sentence(now))
    return now


def _claim(submission: Submission, *, states: tuple[str, ...], **changes: Any) -> None:
    """One UPDATE on the state and version that were checked: nobody can have come between. Raises Conflict if so."""
    hit = Submission.objects.filter(
        pk=submission.pk, is_current=True, state__in=states, lock_version=submission.lock_version
    ).update(lock_version=F("lock_version") + 1, **changes)
    if not hit:
        raise Conflict(conflict_sentence(Submission.objects.get(pk=submission.pk)))
    submission.lock_version += 1
    for name, value in changes.items():
        setattr(submission, name, value)


def _move(
    submission: Submission, verb: str, *, by: User, at: dt.datetime, reason: str = "", **changes: Any
) -> Submission:
    from_state = submission.state
    _, to_state = TRANSITIONS[verb]
    _claim(submission, states=(from_state,), state=to_state, **changes)
    _record_step(submission, verb, from_state=from_state, by=by, at=at, reason=reason)
    return submission


def _record_step(
    submission: Submission, verb: str, *, from_state: str, by: User, at: dt.datetime, reason: str = ""
) -> None:
    SubmissionStep.objects.create(
        submission=submission,
        verb=verb,
        from_state=from_state,
        to_state=submission.state,
        at=at,
        by=by,
        reason=reason,
    )
    audit.record(
        action=f"submission.{verb}",
        by=by,
        subject=submission,
        label=label_of(submission),
        before={"state": from_state},
        after={"state": submission.state},
        reason=reason,
    )


def _reason(reason: str, act: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(f"{act}必须写明理由。")
    return reason


def label_of(submission: Submission) -> str:
    return f"{submission.department.name} {submission.period.name} 填报单第{submission.version}版"
