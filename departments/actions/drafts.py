"""Opens a sheet and writes what is filled in, by a form at once or cell by cell; findings are kept with each figure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments import permissions
from departments.actions.moving import claim, held, label_of, unchanged
from departments.models import Department, Entry, MilestoneReport, Submission, SubmissionHand, TaskReport
from departments.models.submission import DRAFT, RETURNED
from departments.sheets import (
    AnyCell,
    Sheet,
    SheetRow,
    TaskCell,
    TaskRow,
    build_sheet,
    cell_in_words,
    figure_key,
    reported_indicators,
    reported_tasks,
    task_key,
)
from departments.sheets.rows import findings_kept
from targets.actions import Refused
from targets.models import ReportingPeriod

REASON_LIMIT = 300
ENTRY_FIELDS = ["state", "value", "numerator", "denominator", "is_provisional", "note"]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell as somebody wants it, and what he saw before (`as_text`)."""

    was: str
    cell: AnyCell


@dataclass(frozen=True, slots=True)
class CellConflict:
    """A cell that somebody else changed in between: what is stored, who did it and when."""

    key: str
    stored: AnyCell
    by: User | None
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Saved:
    submission: Submission
    conflicts: tuple[CellConflict, ...]


@transaction.atomic
def open_submission(
    *, department: Department, period: ReportingPeriod, by: User, at: dt.datetime | None = None
) -> Submission:
    """The current sheet of a bureau and period; made, empty, when there is none."""
    current = Submission.objects.current().filter(department=department, period=period).first()
    if current is not None:
        return current
    permissions.check_can_fill(by, department, period, on_behalf=permissions.fills_on_behalf(by))
    if not reported_indicators(department, period) and not reported_tasks(department, period):
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
    cells: Mapping[str, AnyCell],
    by: User,
    lock_version: int | None = None,
    on_behalf_reason: str = "",
    at: dt.datetime | None = None,
) -> Submission:
    """Writes the cells (by key) into a draft or returned sheet; cells that stay the same are left alone.

    lock_version: the one that the form was made from; without it, the one of `submission`.
    on_behalf_reason: why the coordinator fills in for the bureau; he has to give one the first time.
    Raises Conflict, PermissionDenied, or Refused for a cell that the bureau does not report or that is not open.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_save(by, submission, on_behalf=permissions.fills_on_behalf(by))
    sheet = build_sheet(submission.department, submission.period, submission)
    changed = _changed(sheet, cells)
    if not changed and submission.lock_version > 0:
        return submission
    _write(sheet, submission, changed, by=by, on_behalf_reason=on_behalf_reason, at=at)
    return submission


@transaction.atomic
def save_cells(
    *,
    submission: Submission,
    changes: Mapping[str, Change],
    by: User,
    on_behalf_reason: str = "",
    at: dt.datetime | None = None,
) -> Saved:
    """Writes single cells, each on condition that it still says what the person saw; the others are reported.

    Two people on one sheet do not disturb each other as long as they work on different cells.
    Raises PermissionDenied, or Refused for a cell that the bureau does not report or that is not open.
    """
    at = at or timezone.now()
    submission = held(submission)
    permissions.check_can_save(by, submission, on_behalf=permissions.fills_on_behalf(by))
    sheet = build_sheet(submission.department, submission.period, submission)
    _refuse_foreign(sheet, changes)
    conflicts: list[CellConflict] = []
    wanted: dict[str, AnyCell] = {}
    for key, change in changes.items():
        row = sheet.row_of(key)
        if row is None:
            continue
        if row.cell.as_text() in (change.was, change.cell.as_text()):
            wanted[key] = change.cell
        else:
            kept = row.entry if isinstance(row, SheetRow) else row.report
            conflicts.append(
                CellConflict(
                    key=key,
                    stored=row.cell,
                    by=None if kept is None else kept.changed_by,
                    at=None if kept is None else kept.changed_at,
                )
            )
    changed = _changed(sheet, wanted)
    if changed:
        _write(sheet, submission, changed, by=by, on_behalf_reason=on_behalf_reason, at=at)
    return Saved(submission=submission, conflicts=tuple(conflicts))


def _refuse_foreign(sheet: Sheet, keys: Mapping[str, object]) -> None:
    if set(keys) - set(sheet.keys()):
        raise Refused("填报单中有不由本部门报送的指标或任务，未作任何保存；请刷新页面后重新填写。")


def _changed(sheet: Sheet, cells: Mapping[str, AnyCell]) -> dict[str, AnyCell]:
    """The cells that say something else than what is stored; raises Refused where one may not."""
    _refuse_foreign(sheet, cells)
    changed = {}
    for key, cell in cells.items():
        row = sheet.row_of(key)
        if row is None or cell == row.cell:
            continue
        if isinstance(cell, TaskCell) != isinstance(row, TaskRow):
            raise Refused(f"{row.name}：内容的形式不对，未作任何保存；请刷新页面后重新填写。")
        if not sheet.is_open(key):
            raise Refused(f"{row.name}不在本次重新开放的范围内，不能修改；如需更正，请申请重开这一格。")
        changed[key] = cell
    return changed


def _write(
    sheet: Sheet,
    submission: Submission,
    changed: Mapping[str, AnyCell],
    *,
    by: User,
    on_behalf_reason: str,
    at: dt.datetime,
) -> None:
    is_on_behalf = permissions.fills_on_behalf(by)
    reason = _reason_on_behalf(submission, on_behalf_reason) if is_on_behalf else submission.on_behalf_reason
    claim(submission, states=(DRAFT, RETURNED), on_behalf_reason=reason)
    SubmissionHand.objects.get_or_create(submission=submission, user=by)
    before = {_name(row): cell_in_words(row.cell) for key in changed if (row := sheet.row_of(key)) is not None}
    after = sheet.with_cells(changed)
    _write_entries(after, submission, changed, by=by, at=at, is_on_behalf=is_on_behalf)
    for row in after.task_rows:
        if row.key in changed:
            _write_report(row, submission, by=by, at=at, is_on_behalf=is_on_behalf)
    audit.record(
        action="submission.save",
        by=by,
        subject=submission,
        label=label_of(submission),
        before=before,
        after={_name(row): cell_in_words(row.cell) for key in changed if (row := after.row_of(key)) is not None},
        reason=f"代填：{reason}" if is_on_behalf else "",
    )


def _reason_on_behalf(submission: Submission, reason: str) -> str:
    reason = reason.strip() or submission.on_behalf_reason
    if not reason:
        raise Refused("代填必须写明理由。")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"代填理由最多 {REASON_LIMIT} 字，请缩短后再试。")
    return reason


def _name(row: SheetRow | TaskRow) -> str:
    if isinstance(row, TaskRow):
        return row.name
    return row.indicator.code if row.is_city else f"{row.indicator.code} {row.area.name}"


def _write_entries(
    sheet: Sheet,
    submission: Submission,
    changed: Mapping[str, AnyCell],
    *,
    by: User,
    at: dt.datetime,
    is_on_behalf: bool,
) -> None:
    """New entries and changed ones, and the findings of a city's figure when one of its counties changed."""
    new: list[Entry] = []
    old: list[Entry] = []
    for row in sheet.figure_rows():
        findings = findings_kept(row)
        if row.key not in changed:
            if row.entry is not None and row.entry.findings != findings:
                row.entry.findings = findings
                old.append(row.entry)
            continue
        entry = row.entry or Entry(submission=submission, indicator=row.indicator, area=row.area)
        (new if row.entry is None else old).append(entry)
        for name in ENTRY_FIELDS:
            setattr(entry, name, getattr(row.cell, name))
        entry.findings, entry.is_on_behalf = findings, is_on_behalf
        entry.changed_at, entry.changed_by = at, by
    Entry.objects.bulk_create(new)
    Entry.objects.bulk_update(old, [*ENTRY_FIELDS, "findings", "is_on_behalf", "changed_at", "changed_by"])


def settle(sheet: Sheet, submission: Submission) -> list[str]:
    """Makes the stored cells those of the sheet that is sent; returns the names of what was left out.

    What is odd about each figure is stored as it is sent, since the figures of other periods may have changed; so is
    which counties were asked for one, so that a sheet that was sent still names those that gave none. What was filled
    in while it was asked for, and is not any more, goes: nobody sees it, so nobody may approve it.
    """
    entries = [
        entry
        for entry in submission.entries.select_related("indicator", "area")
        if figure_key(entry.indicator_id, entry.area) not in sheet.rows_by_key
    ]
    reports = [
        report
        for report in submission.task_reports.select_related("task")
        if task_key(report.task_id) not in sheet.rows_by_key
    ]
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    TaskReport.objects.filter(pk__in=[report.pk for report in reports]).delete()
    stale = []
    for row in sheet.figure_rows():
        if row.entry is not None and row.entry.findings != findings_kept(row):
            row.entry.findings = findings_kept(row)
            stale.append(row.entry)
    Entry.objects.bulk_update(stale, ["findings"])
    Entry.objects.bulk_create(
        Entry(submission=submission, indicator=row.indicator, area=row.area)
        for rows in sheet.area_rows.values()
        for row in rows
        if row.entry is None
    )
    return [
        *(f"{entry.indicator.code} {entry.area.name}" for entry in entries if entry.is_filled),
        *(f"任务 {report.task.code}" for report in reports if report.is_filled),
    ]


def _write_report(row: TaskRow, submission: Submission, *, by: User, at: dt.datetime, is_on_behalf: bool) -> None:
    report, _ = TaskReport.objects.update_or_create(
        submission=submission,
        task=row.task,
        defaults={"text": row.cell.text, "is_on_behalf": is_on_behalf, "changed_at": at, "changed_by": by},
    )
    own = {milestone.pk for milestone in row.milestones}
    if any(milestone not in own for milestone, _ in row.cell.reached):
        raise Refused(f"{row.name}：有不属于该任务的节点，未作任何保存；请刷新页面后重新填写。")
    report.milestones.all().delete()
    MilestoneReport.objects.bulk_create(
        MilestoneReport(report=report, milestone_id=milestone, reached_on=day) for milestone, day in row.cell.reached
    )
