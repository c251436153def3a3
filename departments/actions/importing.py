"""Keeps the dry run of an uploaded workbook, and stores what its person confirms: through the same verb as the form."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments.actions.drafts import CellConflict, Change, open_submission, save_cells
from departments.actions.moving import held
from departments.models import Department, Submission, WorkbookUpload
from departments.sheets import cell_in_words
from departments.workbooks.dry_run import DryRun, Line
from targets.actions import Refused
from targets.models import Plan, ReportingPeriod

KEPT_FOR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many cells were stored, and what a colleague changed between the dry run and the confirmation."""

    saved: int
    rest: DryRun


@transaction.atomic
def keep_upload(
    *,
    department: Department,
    plan: Plan,
    period: ReportingPeriod | None,
    file_name: str,
    sha256: str,
    run: DryRun,
    by: User,
    at: dt.datetime | None = None,
) -> WorkbookUpload:
    """Keeps what a workbook says until it is confirmed; without a period it is a history workbook."""
    at = at or timezone.now()
    WorkbookUpload.objects.filter(made_at__lt=at - KEPT_FOR).delete()
    upload = WorkbookUpload.objects.create(
        kind=WorkbookUpload.HISTORY if period is None else WorkbookUpload.ENTRY,
        department=department,
        plan=plan,
        period=period,
        file_name=file_name[:200],
        sha256=sha256,
        contents=run.as_json(),
        made_at=at,
        by=by,
    )
    audit.record(
        action="workbook.upload",
        by=by,
        subject=upload,
        label=label_of_upload(upload),
        after={"file": upload.file_name, "sha256": sha256, "changes": len(run.lines), "faults": len(run.faults)},
    )
    return upload


@transaction.atomic
def import_workbook(
    *,
    upload: WorkbookUpload,
    overwrite: Collection[str],
    by: User,
    on_behalf_reason: str = "",
    at: dt.datetime | None = None,
) -> Imported:
    """Stores the changes of a dry run as drafts, all or none. overwrite: ids of lines that go over a colleague's.

    A cell that changed since the dry run is not written; it stays with the upload, to be decided on. Raises Refused
    for an upload that was stored already, PermissionDenied where a sheet can no longer be filled in.
    """
    at = at or timezone.now()
    upload = WorkbookUpload.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.pk, by=by)
    if upload.imported_at is not None:
        raise Refused("这份文件已经导入，没有重复导入；要继续修改，请在填报页进行，或重新下载后再上传。")
    run = DryRun.of_json(upload.contents)
    wanted = [line for line in run.lines if not line.is_conflict or line.id in overwrite]
    if not wanted:
        raise Refused("没有要导入的内容：文件与系统中的一致，或者没有勾选要覆盖的格。")
    periods = ReportingPeriod.objects.filter(plan=upload.plan_id, code__in={line.period for line in wanted})
    # All sheets are held before the first is written: the event log, once held, lets nobody wait for a row.
    sheets = [
        held(open_submission(department=upload.department, period=period, by=by, at=at))
        for period in periods.select_related("plan").order_by("ends_on")
    ]
    rest: list[Line] = []
    for sheet in sheets:
        lines = {line.key: line for line in wanted if line.period == sheet.period.code}
        rest += _store(sheet, lines, by=by, on_behalf_reason=on_behalf_reason, at=at)
    saved = len(wanted) - len(rest)
    left = DryRun(lines=tuple(rest), faults=run.faults if rest else ())
    upload.contents = left.as_json()
    upload.imported_at = None if rest else at
    upload.save(update_fields=["contents", "imported_at"])
    audit.record(
        action="workbook.import",
        by=by,
        subject=upload,
        label=label_of_upload(upload),
        after={"file": upload.file_name, "saved": saved, "conflicts": len(rest)},
    )
    return Imported(saved=saved, rest=left)


def _store(
    submission: Submission,
    lines: dict[str, Line],
    *,
    by: User,
    on_behalf_reason: str,
    at: dt.datetime,
) -> list[Line]:
    """Writes the lines of one sheet; returns those that somebody changed since they were read."""
    changes = {key: Change(was=line.stored, cell=line.as_cell()) for key, line in lines.items()}
    saved = save_cells(submission=submission, changes=changes, by=by, on_behalf_reason=on_behalf_reason, at=at)
    return [_changed_since(lines[conflict.key], conflict) for conflict in saved.conflicts]


def _changed_since(line: Line, conflict: CellConflict) -> Line:
    when = "" if conflict.at is None else timezone.localtime(conflict.at).strftime("%Y-%m-%d %H:%M")
    return replace(
        line,
        was=line.stored,
        stored=conflict.stored.as_text(),
        old=cell_in_words(conflict.stored),
        changed_by="" if conflict.by is None else str(conflict.by),
        changed_at=when,
    )


def label_of_upload(upload: WorkbookUpload) -> str:
    what = "历史数据表" if upload.period is None else f"{upload.period.name}填报表"
    return f"{upload.department.name} {what}"
