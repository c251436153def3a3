"""Every cell of a sheet by its key, named and in words: for lists to choose from, and for remarks on single cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from departments.sheets import Sheet, cell_in_words


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: its key, what it is called, what it says now."""

    key: str
    name: str
    words: str


def cells_of(sheet: Sheet) -> tuple[SheetCell, ...]:
    """The figures of the city, each followed by its counties', then the reports on tasks."""
    return tuple(_cells(sheet))


def _cells(sheet: Sheet) -> Iterator[SheetCell]:
    for row in sheet.rows:
        yield SheetCell(row.key, row.name, cell_in_words(row.cell) if row.is_filled else "未填")
        for area_row in sheet.area_rows.get(row.indicator.pk, ()):
            words = cell_in_words(area_row.cell) if area_row.is_filled else "未填"
            yield SheetCell(area_row.key, area_row.name, words)
    for task_row in sheet.task_rows:
        if task_row.is_owed or task_row.is_filled:
            words = cell_in_words(task_row.cell) if task_row.is_filled else "未填"
            yield SheetCell(task_row.key, f"{task_row.name} {task_row.task.text}", words)
