"""Says what changed between two versions of a sheet: cell by cell, in words."""

from dataclasses import dataclass

from departments.models import Submission, SubmissionStep
from departments.models.submission import APPROVED
from departments.sheets import AnyCell, Cell, Sheet, TaskCell, build_sheet, cell_in_words
from departments.snapshots import Contents, cells_of_contents, contents_of, names_of_contents

ABSENT = "（无）"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that says something else now: its key, its name, and what it said before and says now."""

    key: str
    name: str
    before: str
    now: str


def changes_between(before: Contents, now: Sheet) -> tuple[CellChange, ...]:
    """The cells that differ between what was sent and the sheet as it is, in the order of the sheet.

    A cell that either does not have reads as “（无）”.
    """
    old, names = cells_of_contents(before), names_of_contents(before)
    changes = []
    for key, row in now.rows_by_key.items():
        was = old.pop(key, None)
        cell = row.cell
        if was == cell or (was is None and cell.is_empty):
            continue
        changes.append(CellChange(key=key, name=row.name, before=_words(was), now=_words(cell)))
    gone = (
        CellChange(key=key, name=names[key], before=_words(cell), now=ABSENT)
        for key, cell in old.items()
        if not cell.is_empty
    )
    return (*changes, *gone)


def last_approved_contents(sheet: Sheet) -> Contents | None:
    """What was approved for this bureau and period before the version shown; None when nothing was."""
    approved = Submission.objects.filter(department=sheet.department, period=sheet.period, state=APPROVED).order_by(
        "-version"
    )
    if sheet.submission is not None:
        approved = approved.filter(version__lt=sheet.submission.version)
    last = approved.select_related("department", "period", "period__plan").first()
    if last is None:
        return None
    snapshot = last.snapshots.order_by("-number").first()
    if snapshot is not None:
        return snapshot.contents  # type: ignore[no-any-return]
    # Sent before snapshots were kept: an approved version does not change, so it can be read as it is.
    return contents_of(build_sheet(last.department, last.period, last))


def last_returned_contents(sheet: Sheet) -> Contents | None:
    """What this version said when it was last returned; None when it was not."""
    if sheet.submission is None:
        return None
    step = (
        SubmissionStep.objects.filter(submission=sheet.submission, verb="return", snapshot__isnull=False)
        .select_related("snapshot")
        .order_by("-id")
        .first()
    )
    return None if step is None or step.snapshot is None else step.snapshot.contents


def _words(cell: AnyCell | None) -> str:
    return ABSENT if cell is None or cell in (Cell(), TaskCell()) else cell_in_words(cell)
