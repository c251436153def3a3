"""A bureau's sheet as a form: what was typed in its rows, against what is stored; nothing typed is lost."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from departments.forms.typed_cells import TypedCell
from departments.forms.typed_reports import TypedReport
from departments.problems import Problem, row_name
from departments.sheets import AnyCell, Sheet, SheetRow, TaskRow, cell_in_words

Typed = TypedCell | TypedReport


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that two people filled in differently."""

    row: SheetRow | TaskRow
    name: str
    mine: str
    stored: str


@dataclass(slots=True)
class EntryForm:
    """The figures and task reports of a form: made from what is stored, or from what was sent.

    Without `rows` these are the city's figures; a page of counties names its own.
    """

    sheet: Sheet
    typed: list[TypedCell]
    lock_version: int
    reports: list[TypedReport] = field(default_factory=list)
    on_behalf_reason: str = ""

    @classmethod
    def of(cls, sheet: Sheet, rows: Collection[SheetRow] | None = None) -> "EntryForm":
        return cls(
            sheet=sheet,
            typed=[TypedCell.of(row, row.cell) for row in (sheet.rows if rows is None else rows)],
            reports=[TypedReport.of(row, row.cell) for row in (sheet.task_rows if rows is None else ())],
            lock_version=sheet.lock_version,
            on_behalf_reason="" if sheet.submission is None else sheet.submission.on_behalf_reason,
        )

    @classmethod
    def sent(cls, sheet: Sheet, data: Mapping[str, str], rows: Collection[SheetRow] | None = None) -> "EntryForm":
        """Reads the fields `<key>-…`; a row that was not sent, or may not change, stays as it is stored."""
        form = cls.of(sheet, rows)
        try:
            form.lock_version = int(data.get("lock_version", ""))
        except ValueError:
            form.lock_version = -1  # a form without its version conflicts with every version
        form.typed = [
            TypedCell.sent(typed.row, data) if f"{typed.key}-state" in data and sheet.is_open(typed.key) else typed
            for typed in form.typed
        ]
        form.reports = [
            TypedReport.sent(typed.row, data) if f"{typed.key}-text" in data and sheet.is_open(typed.key) else typed
            for typed in form.reports
        ]
        form.on_behalf_reason = data.get("on_behalf_reason", form.on_behalf_reason).strip()
        return form

    @classmethod
    def sent_by_cell(cls, sheet: Sheet, data: Mapping[str, str]) -> "EntryForm":
        """Only the rows whose fields were sent, whichever page of the sheet they are on."""
        rows = [row for row in sheet.figure_rows() if f"{row.key}-state" in data and sheet.is_open(row.key)]
        form = cls.sent(sheet, data, rows)
        form.reports = [
            TypedReport.sent(row, data)
            for row in sheet.task_rows
            if f"{row.key}-text" in data and sheet.is_open(row.key)
        ]
        return form

    @property
    def rows(self) -> list[Typed]:
        """Figures and reports, in the order of the page."""
        return [*self.typed, *self.reports]

    @property
    def is_valid(self) -> bool:
        return not any(typed.errors for typed in self.rows)

    @property
    def cells(self) -> dict[str, AnyCell]:
        return {typed.key: typed.cell for typed in self.rows}

    @property
    def changed_cells(self) -> dict[str, AnyCell]:
        """What the person changed since the form was made: a row that he left alone is nothing he says."""
        return {typed.key: typed.cell for typed in self.rows if typed.is_changed}

    @property
    def is_stale(self) -> bool:
        """Whether somebody else changed a row since this person saw it, which he changed as well."""
        return any(
            typed.was and typed.is_changed and typed.was != typed.row.cell.as_text() and typed.cell != typed.row.cell
            for typed in self.rows
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what was typed, in the order of the rows."""
        return tuple(
            Problem(typed.key, name, f"{name_of(typed)}：{sentence}")
            for typed in self.rows
            for name, sentence in typed.errors.items()
        )

    def merged(self) -> tuple["EntryForm", tuple[Difference, ...]]:
        """After somebody else saved: the form as it should be shown now, and the rows that both people changed.

        Rows that this person left alone take what is stored now; rows that he changed keep what he typed.
        """
        form = replace(
            self,
            lock_version=self.sheet.lock_version,
            typed=[
                replace(mine, was=mine.row.cell.as_text()) if _is_his(mine) else TypedCell.of(mine.row, mine.row.cell)
                for mine in self.typed
            ],
            reports=[
                replace(mine, was=mine.row.cell.as_text()) if _is_his(mine) else TypedReport.of(mine.row, mine.row.cell)
                for mine in self.reports
            ],
        )
        both = [mine for mine in self.rows if _is_his(mine) and mine.row.cell.as_text() != mine.was]
        return form, tuple(difference(mine) for mine in both)

    def as_differences(self) -> tuple[Difference, ...]:
        """What this person changed, beside what is stored, where it can no longer be saved."""
        return tuple(difference(mine) for mine in self.rows if _is_his(mine))

    @property
    def says_what_is_stored(self) -> bool:
        """Whether nothing would be lost by throwing the form away: the same was sent twice."""
        return self.is_valid and all(typed.cell == typed.row.cell for typed in self.rows)

    def mark(self, problems: tuple[Problem, ...]) -> None:
        """Puts problems found elsewhere beside their fields."""
        by_key = {typed.key: typed for typed in self.rows}
        for problem in problems:
            typed = by_key.get(problem.key)
            if typed is not None:
                typed.errors.setdefault(problem.field, problem.sentence.partition("：")[2])


def name_of(typed: Typed) -> str:
    return row_name(typed.row) if isinstance(typed, TypedCell) else typed.row.name


def difference(mine: Typed) -> Difference:
    return Difference(row=mine.row, name=name_of(mine), mine=mine.in_words(), stored=cell_in_words(mine.row.cell))


def _is_his(mine: Typed) -> bool:
    """Whether the person changed the row, and to something else than what is stored now."""
    return mine.is_changed and (bool(mine.errors) or mine.cell != mine.row.cell)
