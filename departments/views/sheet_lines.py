"""The lines of a sheet that is read: each cell, its findings, what hangs on it, and what its judge typed about it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from departments.forms import TypedCell
from departments.models import Comment, Evidence
from departments.plausibility import Finding
from departments.sheets import Sheet, SheetRow, TaskRow, figure_text, signed
from targets.models import Milestone

COMMENT_PREFIX = "comment-"
"""A remark on a cell is sent as `comment-<cell key>`."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on one cell: evidence, the thread, a remark being typed, and whether it changed since it came back."""

    key: str
    name: str
    evidence: tuple[Evidence, ...]
    thread: tuple[Comment, ...]
    remark: str
    is_changed: bool
    is_reopened: bool

    @property
    def is_empty(self) -> bool:
        return not (self.evidence or self.thread)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One county of an indicator."""

    row: SheetRow
    typed: TypedCell
    findings: tuple[Finding, ...]
    hanging: Hanging


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The counties of one indicator: their lines, what they add up to, and how far that is from the city's figure."""

    row: SheetRow
    lines: tuple[AreaLine, ...]
    total: str = ""
    city: str = ""
    missing: tuple[str, ...] = ()
    difference: str = ""


@dataclass(frozen=True, slots=True)
class FigureLine:
    row: SheetRow
    typed: TypedCell
    findings: tuple[Finding, ...]
    hanging: Hanging


@dataclass(frozen=True, slots=True)
class TaskLine:
    row: TaskRow
    steps: tuple[tuple[Milestone, object], ...]
    """Each dated step with the day on which the bureau says it was reached, or None."""
    hanging: Hanging


@dataclass(frozen=True, slots=True)
class SheetLines:
    figures: tuple[FigureLine, ...]
    areas: tuple[AreaTable, ...]
    tasks: tuple[TaskLine, ...]


@dataclass(slots=True)
class Decision:
    """What the judge of a sheet typed before it came up again: nothing of it is lost."""

    reason: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)


def remarks_sent(data: Mapping[str, str]) -> dict[str, str]:
    """The remarks of a form by cell key; empty ones are left out."""
    return {
        name.removeprefix(COMMENT_PREFIX): text
        for name, text in data.items()
        if name.startswith(COMMENT_PREFIX) and text.strip()
    }


def lines_of(sheet: Sheet, *, remarks: Mapping[str, str], changed: Collection[str]) -> SheetLines:
    """changed: keys of the cells that differ from the version that was returned last."""
    reopened = set() if sheet.submission is None else set(sheet.submission.reopened_keys)

    def hanging(row: SheetRow | TaskRow) -> Hanging:
        return Hanging(
            key=row.key,
            name=row.name,
            evidence=sheet.evidence_of(row.key),
            thread=sheet.comments_of(row.key),
            remark=remarks.get(row.key, ""),
            is_changed=row.key in changed,
            is_reopened=row.key in reopened,
        )

    def area_tables() -> Iterator[AreaTable]:
        for row in sheet.rows:
            lines = tuple(
                AreaLine(each, TypedCell.of(each, each.cell), each.findings, hanging(each))
                for each in sheet.area_rows.get(row.indicator.pk, ())
            )
            if lines:
                yield _area_table(row, lines)

    return SheetLines(
        figures=tuple(FigureLine(row, TypedCell.of(row, row.cell), row.findings, hanging(row)) for row in sheet.rows),
        areas=tuple(area_tables()),
        tasks=tuple(
            TaskLine(
                row=row,
                steps=tuple((step, dict(row.cell.reached).get(step.pk)) for step in row.milestones),
                hanging=hanging(row),
            )
            for row in sheet.task_rows
            if row.is_owed or row.is_filled or sheet.comments_of(row.key)
        ),
    )


def _area_table(row: SheetRow, lines: tuple[AreaLine, ...]) -> AreaTable:
    together = row.roll_up
    if together is None:
        return AreaTable(row, lines)
    difference = ""
    if together.difference is not None:
        words = signed(together.difference, row.indicator.decimals)
        unit = "个百分点" if row.indicator.unit == "%" else row.indicator.unit
        difference = "与全市数一致" if words == "0" else f"与全市数相差 {words} {unit}"
    return AreaTable(
        row,
        lines,
        total=figure_text(row.indicator, together.measure),
        city=figure_text(row.indicator, row.cell.measure),
        missing=together.missing,
        difference=difference,
    )
