"""Finds the tables of an uploaded workbook by their hidden keys, wherever rows, columns and sheets have moved to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.guards import WorkbookRefused
from accounts.workbook_reading import ReadCell, ReadSheet, column_letters
from departments.workbooks.keys import TABLE_MARK


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of an uploaded workbook, for a person to find it."""

    sheet: str
    reference: str

    def __str__(self) -> str:
        return f"“{self.sheet}”{self.reference}"


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """One table: its filled cells by row key and column key. `rows` and `columns` say where each key stands."""

    kind: str
    sheet: str
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    cells: Mapping[tuple[str, str], ReadCell]
    doubled: frozenset[str]
    """Row keys that stand in several rows (whole rows were copied): nobody can say which one counts."""
    without_key: tuple[ReadCell, ...]
    """What was written below the head, in columns of the table, but in rows that have no key."""

    def place(self, row_key: str, column_key: str) -> Place:
        row, column = self.rows.get(row_key), self.columns.get(column_key)
        if row is None or column is None:
            return Place(self.sheet, f"第 {row} 行" if row else "")
        return Place(self.sheet, f"{column_letters(column)}{row}")

    def cell(self, row_key: str, column_key: str) -> ReadCell | None:
        """The cell, if anything is in it; blanks alone are nothing."""
        found = self.cells.get((row_key, column_key))
        return None if found is None or (found.kind == "s" and not found.text.strip()) else found

    def has(self, row_key: str, column_key: str) -> bool:
        """Whether the row and the column are still there."""
        return row_key in self.rows and column_key in self.columns


def keyed_tables(sheets: Sequence[ReadSheet]) -> dict[str, KeyedTable]:
    """The tables by their kind. Raises WorkbookRefused where one is there twice, or a column of one."""
    tables: dict[str, KeyedTable] = {}
    for sheet in sheets:
        for mark in _marks(sheet):
            table = _table(sheet, mark)
            if table.kind in tables:
                raise WorkbookRefused(
                    "doubled_sheet",
                    f"工作簿里有两张同样的表：“{tables[table.kind].sheet}”和“{sheet.name}”，无法判断以哪张为准，"
                    "请删去不用的一张后再上传。",
                )
            tables[table.kind] = table
    return tables


def _marks(sheet: ReadSheet) -> Iterator[ReadCell]:
    return (cell for cell in sheet.cells if cell.kind == "s" and cell.text.startswith(TABLE_MARK))


def _table(sheet: ReadSheet, mark: ReadCell) -> KeyedTable:
    heads = [cell for cell in sheet.cells if cell.row == mark.row and cell.kind == "s" and cell != mark]
    columns: dict[str, int] = {}
    for head in heads:
        if head.text in columns:
            first, second = column_letters(columns[head.text]), column_letters(head.column)
            raise WorkbookRefused(
                "doubled_column",
                f"“{sheet.name}”的 {first} 列和 {second} 列是同一列（整列复制过），无法判断以哪列为准："
                "请删去多余的一列后再上传。",
            )
        columns[head.text] = head.column
    keys_by_row = {
        cell.row: cell.text for cell in sheet.cells if cell.column == mark.column and cell.row > mark.row and cell.text
    }
    counts = Counter(keys_by_row.values())
    key_of_column = {column: key for key, column in columns.items()}
    cells, without_key = {}, []
    for cell in sheet.cells:
        if cell.row <= mark.row or cell.column not in key_of_column:
            continue
        if cell.row in keys_by_row:
            cells[keys_by_row[cell.row], key_of_column[cell.column]] = cell
        elif cell.row > mark.row + 1:  # the row below the keys is the head that people read
            without_key.append(cell)
    return KeyedTable(
        kind=mark.text.removeprefix(TABLE_MARK),
        sheet=sheet.name,
        rows={key: row for row, key in keys_by_row.items()},
        columns=columns,
        cells=cells,
        doubled=frozenset(key for key, count in counts.items() if count > 1),
        without_key=tuple(without_key),
    )
