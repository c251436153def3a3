"""A bureau's sheet of one period as a value: its rows, its tasks, and what hangs on each cell."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from departments.models import Comment, Department, Evidence, Extension, Submission
from departments.models.deadline import due_day_of
from departments.rolling_up import AreaPart, RollUp
from departments.sheets.cells import AnyCell, Cell, TaskCell
from departments.sheets.rows import SheetRow, TaskRow
from targets.models import ReportingPeriod

NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Sheet:
    """A bureau's sheet of one period, whether or not a submission exists yet.

    rows: the city's figures; area_rows: by indicator id the counties' figures of what is broken down;
    task_rows: the reports on tasks that are owed, then those that may be given.
    """

    department: Department
    period: ReportingPeriod
    submission: Submission | None
    extension: Extension | None
    rows: tuple[SheetRow, ...]
    area_rows: Mapping[int, tuple[SheetRow, ...]] = field(default_factory=dict)
    task_rows: tuple[TaskRow, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    comments: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)

    @property
    def due_on(self) -> dt.date:
        return due_day_of(self.period, self.extension)

    @property
    def lock_version(self) -> int:
        """0 for a sheet that does not exist yet: the first save makes it 1."""
        return 0 if self.submission is None else self.submission.lock_version

    @property
    def owes_anything(self) -> bool:
        """Whether there is a figure or a report to hand in at all."""
        return bool(self.rows) or any(row.is_owed for row in self.task_rows)

    @property
    def filled_count(self) -> int:
        return sum(row.is_filled for row in self.rows) + sum(row.is_filled for row in self.task_rows if row.is_owed)

    @property
    def owed_count(self) -> int:
        """How many cells have to be filled: the city's figures, and the reports owed."""
        return len(self.rows) + sum(row.is_owed for row in self.task_rows)

    @property
    def url(self) -> str:
        return sheet_url(self.department, self.period)

    def figure_rows(self) -> Iterator[SheetRow]:
        """The city's rows, each followed by its counties."""
        for row in self.rows:
            yield row
            yield from self.area_rows.get(row.indicator.pk, ())

    def row_of(self, key: str) -> SheetRow | TaskRow | None:
        """The row of a cell key; None for a key that is not of this sheet."""
        return self.rows_by_key.get(key)

    def keys(self) -> Collection[str]:
        """The keys of all its cells, in order: figures, each followed by its counties', then reports on tasks."""
        return self.rows_by_key.keys()

    @cached_property
    def rows_by_key(self) -> Mapping[str, SheetRow | TaskRow]:
        rows: dict[str, SheetRow | TaskRow] = {row.key: row for row in self.figure_rows()}
        return rows | {row.key: row for row in self.task_rows}

    def is_open(self, key: str) -> bool:
        """Whether a cell may change in this version: a reopened sheet may name the only ones that do."""
        reopened = [] if self.submission is None else self.submission.reopened_keys
        return not reopened or key in reopened

    def evidence_of(self, key: str) -> tuple[Evidence, ...]:
        return self.evidence.get(key, ())

    def comments_of(self, key: str) -> tuple[Comment, ...]:
        return self.comments.get(key, ())

    def roll_up_of(self, indicator_id: int) -> RollUp | None:
        """What the counties of an indicator add up to; None where it is not broken down."""
        return next((row.roll_up for row in self.rows if row.indicator.pk == indicator_id), None)

    def with_cells(self, cells: Mapping[str, AnyCell]) -> "Sheet":
        """The sheet as it would be with these cells saved: for findings and problems before anything is stored."""
        area_rows = {
            indicator_id: tuple(_typed(row, cells) for row in rows) for indicator_id, rows in self.area_rows.items()
        }
        return replace(
            self,
            rows=tuple(
                replace(_typed(row, cells), parts=area_parts(area_rows.get(row.indicator.pk, ()))) for row in self.rows
            ),
            area_rows=area_rows,
            task_rows=tuple(_typed_task(row, cells) for row in self.task_rows),
        )


def _typed(row: SheetRow, cells: Mapping[str, AnyCell]) -> SheetRow:
    cell = cells.get(row.key)
    return replace(row, typed=cell) if isinstance(cell, Cell) else row


def _typed_task(row: TaskRow, cells: Mapping[str, AnyCell]) -> TaskRow:
    cell = cells.get(row.key)
    return replace(row, typed=cell) if isinstance(cell, TaskCell) else row


def area_parts(rows: tuple[SheetRow, ...]) -> tuple[AreaPart, ...]:
    """The counties' cells as they are rolled up; one without the thing at all has nothing to add and is left out."""
    return tuple(
        AreaPart(
            name=row.area.name,
            measure=row.cell.measure if row.is_filled and row.cell.state == "number" else None,
            counts=row.area.counts_toward_total,
        )
        for row in rows
        if row.cell.state != NOT_APPLICABLE
    )


def sheet_url(department: Department, period: ReportingPeriod) -> str:
    address = reverse("departments:entry", args=[department.code, period.code])
    return f"{address}?{urlencode({'plan': period.plan.code})}"
