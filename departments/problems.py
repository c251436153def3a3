"""Decides whether a sheet can be sent: what is missing, wrong, or odd without an explanation, field by field."""

from dataclasses import dataclass

from departments.plausibility import DENOMINATOR, NUMERATOR, Level
from departments.sheets import Sheet, SheetRow


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a sheet from being sent: where it is, what it is, and the way out."""

    key: str
    field: str
    sentence: str


def problems_of(sheet: Sheet) -> tuple[Problem, ...]:
    """What keeps a sheet from being sent, in the order of its rows; empty when it can go."""
    return tuple(problem for row in sheet.figure_rows() for problem in _problems_of_row(row))


def _problems_of_row(row: SheetRow) -> list[Problem]:
    problems = [Problem(row.key, field, f"{row_name(row)}：{sentence}") for field, sentence in _missing(row)]
    needs_note = None
    for finding in row.findings:
        if finding.level is Level.ERROR:
            problems.append(Problem(row.key, finding.field, f"{row_name(row)}：{finding.sentence}"))
        elif not row.cell.note.strip():
            needs_note = needs_note or finding
    if needs_note is not None:
        problems.append(Problem(row.key, "note", f"{row_name(row)}：{needs_note.sentence}（“说明”一栏尚未填写。）"))
    return problems


def _missing(row: SheetRow) -> list[tuple[str, str]]:
    cell, way_out = row.cell, "请填写；没有数时请在“状态”中选明原因。"
    if cell.state != "number" or (not row.is_city and cell.is_empty):
        return []
    if not row.indicator.is_two_part:
        return [] if cell.value is not None else [("value", f"“数值”未填，{way_out}")]
    missing = []
    if cell.numerator is None:
        missing.append((NUMERATOR, f"“{row.rules.numerator_name}”未填，{way_out}"))
    if cell.denominator is None:
        missing.append((DENOMINATOR, f"“{row.rules.denominator_name}”未填，{way_out}"))
    return missing


def row_name(row: SheetRow) -> str:
    return row.name
