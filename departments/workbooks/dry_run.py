"""What an uploaded workbook would change, as a value that is kept until its person confirms it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils import timezone

from departments.sheets import AnyCell, Sheet, SheetRow, TaskRow, cell_in_words
from departments.workbooks.assembling import Assembled, Fault
from departments.workbooks.keys import cell_of_text


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of a sheet that would change. Cells are kept as `as_text`."""

    period: str
    period_name: str
    key: str
    name: str
    places: str
    was: str
    """When the workbook was made."""
    stored: str
    """When the workbook was read: what a colleague did in between."""
    cell: str
    """As the workbook has it."""
    old: str
    new: str
    hints: tuple[str, ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    """[level, sentence] each: what is odd about the figure."""
    changed_by: str = ""
    changed_at: str = ""

    @property
    def id(self) -> str:
        return f"{self.period}/{self.key}"

    @property
    def is_conflict(self) -> bool:
        return self.was != self.stored

    def as_cell(self) -> AnyCell:
        return cell_of_text(self.cell)


@dataclass(frozen=True, slots=True)
class DryRun:
    """All that a workbook says: what would change, what could not be taken, and what a person should know."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def conflicts(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_conflict)

    @property
    def plain_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_conflict)

    def as_json(self) -> dict[str, Any]:
        return {
            "lines": [asdict(line) for line in self.lines],
            "faults": [asdict(fault) for fault in self.faults],
            "notices": list(self.notices),
            "unchanged": self.unchanged,
        }

    @classmethod
    def of_json(cls, contents: Mapping[str, Any]) -> "DryRun":
        return cls(
            lines=tuple(
                Line(
                    **line
                    | {
                        "hints": tuple(line["hints"]),
                        "findings": tuple((level, sentence) for level, sentence in line["findings"]),
                    }
                )
                for line in contents["lines"]
            ),
            faults=tuple(Fault(**fault) for fault in contents["faults"]),
            notices=tuple(contents["notices"]),
            unchanged=contents["unchanged"],
        )


@dataclass(slots=True)
class Comparison:
    """Compares cells of a workbook with those of one sheet, and gathers what comes of it."""

    sheet: Sheet
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0
    emptied: int = 0
    moved_on: int = 0
    """Cells that a colleague changed after the workbook was made, and that the workbook leaves alone."""

    def take(self, row: SheetRow | TaskRow, before: AnyCell, made: Assembled) -> None:
        self.faults += made.faults
        self.emptied += len(made.emptied)
        if made.cell is None:
            return
        was, mine, stored = before.as_text(), made.cell.as_text(), row.cell.as_text()
        if mine in (was, stored):
            self.unchanged += 1
            self.moved_on += mine == was != stored
            return
        if not self.sheet.is_open(row.key):
            place = str(made.places[0]) if made.places else ""
            self.faults.append(
                Fault(place, row.name, cell_in_words(made.cell)[:60], "这一格不在本次重新开放的范围内，不能修改。")
            )
            return
        self.lines.append(
            line_of(self.sheet, row, was=was, cell=made.cell, places=places_in_words(made), hints=tuple(made.hints))
        )

    def finish(self) -> None:
        """Adds to each line what would be odd about its figure, with all lines stored."""
        after = self.sheet.with_cells({line.key: line.as_cell() for line in self.lines})
        for number, line in enumerate(self.lines):
            row = after.row_of(line.key)
            if isinstance(row, SheetRow):
                found = tuple((finding.level.value, finding.sentence) for finding in row.findings)
                self.lines[number] = replace(line, findings=found)


def line_of(
    sheet: Sheet, row: SheetRow | TaskRow, *, was: str, cell: AnyCell, places: str, hints: tuple[str, ...] = ()
) -> Line:
    kept = row.entry if isinstance(row, SheetRow) else row.report
    is_conflict = was != row.cell.as_text()
    by, at = (kept.changed_by, kept.changed_at) if kept is not None and is_conflict else (None, None)
    return Line(
        period=sheet.period.code,
        period_name=sheet.period.name,
        key=row.key,
        name=row.name,
        places=places,
        was=was,
        stored=row.cell.as_text(),
        cell=cell.as_text(),
        old=cell_in_words(row.cell),
        new=cell_in_words(cell),
        hints=hints,
        changed_by="" if by is None else str(by),
        changed_at="" if at is None else timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
    )


def places_in_words(made: Assembled) -> str:
    """Where a cell's parts stand: “填报”G7、G8."""
    if not made.places:
        return ""
    return f"“{made.places[0].sheet}”" + "、".join(dict.fromkeys(place.reference for place in made.places[:2]))
