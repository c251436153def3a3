"""What a bureau owes in a period: its figures, the counties behind them, its tasks, and what was reported before."""

from departments.sheets.building import build_sheet, key_of, reported_indicators, reported_tasks, root_area
from departments.sheets.cells import (
    NOTE_LIMIT,
    REPORT_LIMIT,
    AnyCell,
    Cell,
    TaskCell,
    cell_in_words,
    figure_key,
    task_key,
)
from departments.sheets.rows import PastFigure, SheetRow, TaskRow, basis_label, figure_text, rules_of, signed
from departments.sheets.sheet import Sheet, sheet_url

__all__ = [
    "NOTE_LIMIT",
    "REPORT_LIMIT",
    "AnyCell",
    "Cell",
    "PastFigure",
    "Sheet",
    "SheetRow",
    "TaskCell",
    "TaskRow",
    "basis_label",
    "build_sheet",
    "cell_in_words",
    "figure_key",
    "figure_text",
    "key_of",
    "reported_indicators",
    "reported_tasks",
    "root_area",
    "rules_of",
    "sheet_url",
    "signed",
    "task_key",
]
