"""Reads a filled-in history workbook against the sheets of its periods: the same rules as for one sheet."""

from collections.abc import Sequence

from accounts.guards import WorkbookRefused
from accounts.workbook_reading import ReadCell, ReadSheet
from departments.models import Department
from departments.sheets import Cell, Sheet, SheetRow
from departments.workbooks.assembling import STATES, Fault, Input, figure_of
from departments.workbooks.dry_run import Comparison, DryRun, Line
from departments.workbooks.entry_reading import (
    cell_before,
    check_owner,
    counts_in_words,
    doubts,
    present,
    stray_faults,
)
from departments.workbooks.history_writing import FIGURES, NOTES, column_key
from departments.workbooks.keys import DOWNLOAD_AGAIN, HISTORY, WorkbookKeys, keys_in
from departments.workbooks.tables import KeyedTable, keyed_tables

WORDS = {label for state, label in STATES.items() if state != "number"}


def read_history_workbook(sheets_read: Sequence[ReadSheet], department: Department, sheets: Sequence[Sheet]) -> DryRun:
    """Compares an uploaded workbook with the sheets that can be filled in now. Raises WorkbookRefused."""
    keys = keys_in(sheets_read)
    check_owner(keys, HISTORY, department.code, department.name, sheets[0].period.plan.code)
    tables = keyed_tables(sheets_read)
    table = tables.get(FIGURES)
    if table is None:
        raise WorkbookRefused("no_tables", f"文件里找不到“历史数据”表，隐藏的标识行可能已被删除：{DOWNLOAD_AGAIN}")
    lines: list[Line] = []
    faults: list[Fault] = _doubts(table, sheets)
    doubted = {fault.name for fault in faults}
    unchanged = moved_on = emptied = 0
    for sheet in sheets:
        comparison = Comparison(sheet)
        for row in sheet.rows:
            if row.name not in doubted:
                _take(comparison, table, tables.get(NOTES), row, keys)
        comparison.finish()
        lines += comparison.lines
        faults += comparison.faults
        unchanged += comparison.unchanged
        moved_on += comparison.moved_on
        emptied += comparison.emptied
    return DryRun(
        lines=tuple(lines),
        faults=(*faults, *stray_faults(tables.values())),
        notices=(*counts_in_words(moved_on, emptied), *_closed_since(keys, sheets), *_absent(table, keys, sheets)),
        unchanged=unchanged,
    )


def _doubts(table: KeyedTable, sheets: Sequence[Sheet]) -> list[Fault]:
    found: dict[str, list[Fault]] = {}
    for sheet in sheets:
        for row in sheet.rows:
            lines = [f"{row.key}:{field}" for field in row.rules.fields]
            found.setdefault(row.key, doubts(table, row.name, lines, code=row.indicator.code))
    return [fault for faults in found.values() for fault in faults]


def _take(
    comparison: Comparison, table: KeyedTable, notes: KeyedTable | None, row: SheetRow, keys: WorkbookKeys
) -> None:
    """One figure of one period: its number, or the word that says why there is none."""
    period = comparison.sheet.period
    column = column_key(period)
    stored = cell_before(keys, f"{period.code}/{row.key}")
    before = stored if isinstance(stored, Cell) else row.cell
    inputs = present(table, {field: (f"{row.key}:{field}", column) for field in row.rules.fields})
    if not inputs:
        return
    inputs = _with_state(inputs, before)
    if notes is not None:
        inputs |= present(notes, {"note": (row.key, column)})
    comparison.take(row, before, figure_of(row, before, inputs))


def _with_state(inputs: dict[str, Input], before: Cell) -> dict[str, Input]:
    """A word in the place of a number is the figure's state; a number in the place of the word is a number again."""
    for name, given in inputs.items():
        if given.cell is not None and given.cell.kind == "s" and given.cell.text.strip() in WORDS:
            return inputs | {name: Input(given.place, None), "state": given}
    numbers = [given for given in inputs.values() if given.cell is not None]
    if numbers and before.state != "number":
        said = ReadCell(row=1, column=1, kind="s", text=STATES["number"])
        return inputs | {"state": Input(numbers[0].place, said)}
    return inputs


def _closed_since(keys: WorkbookKeys, sheets: Sequence[Sheet]) -> list[str]:
    """Periods of the workbook that nobody can fill in any more."""
    known = {sheet.period.code for sheet in sheets}
    gone = sorted({key.partition("/")[0] for key in keys.was} - known)
    if not gone:
        return []
    return [f"以下填报期现在不能填报（已提交、已通过或已关闭），文件中这些列没有读取：{'、'.join(gone)}。"]


def _absent(table: KeyedTable, keys: WorkbookKeys, sheets: Sequence[Sheet]) -> list[str]:
    in_workbook = {key.partition("/")[0] for key in keys.was}
    lost = [s.period.name for s in sheets if s.period.code in in_workbook and column_key(s.period) not in table.columns]
    rows = {row.key: row for sheet in sheets for row in sheet.rows}
    names = [row.name for row in rows.values() if not any(f"{row.key}:{f}" in table.rows for f in row.rules.fields)]
    notices = []
    if lost:
        notices.append(f"文件里没有以下填报期的列（可能已被删除），系统中的内容保持不变：{'、'.join(lost)}。")
    if names:
        shown = "、".join(names[:5]) + ("等" if len(names) > 5 else "")
        notices.append(f"文件里没有以下 {len(names)} 项所在的行（可能已被删除），系统中的内容保持不变：{shown}。")
    return notices
