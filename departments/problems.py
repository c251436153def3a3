"""Decides whether a sheet can be sent: what is missing, wrong, or odd without an explanation, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from departments.plausibility import DENOMINATOR, NUMERATOR, Level
from departments.sheets import NOTE_LIMIT, REPORT_LIMIT, Sheet, SheetRow, TaskRow

NAMED_AT_MOST = 6
"""Counties named in one remark."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a sheet from being sent: the cell's key, the field in it, what it is, and the way out."""

    key: str
    field: str
    sentence: str


def problems_of(sheet: Sheet) -> tuple[Problem, ...]:
    """What keeps a sheet from being sent, in the order of its rows; empty when it can go.

    Cells that this version may not change are taken as they were approved.
    """
    return tuple(_problems(sheet))


def remarks_of(sheet: Sheet) -> tuple[str, ...]:
    """What the people of a sheet should know though it does not keep the sheet back: counties without a figure."""
    remarks = []
    for row in sheet.rows:
        together = row.roll_up
        if together is None or not together.missing or not row.is_filled:
            continue
        names = "、".join(together.missing[:NAMED_AT_MOST])
        more = f"等 {len(together.missing)} 个县区" if len(together.missing) > NAMED_AT_MOST else ""
        remarks.append(f"{row.name}：{names}{more}尚未填数，汇总数不完整。")
    return tuple(remarks)


def _problems(sheet: Sheet) -> Iterator[Problem]:
    for row in sheet.figure_rows():
        if sheet.is_open(row.key):
            yield from _problems_of_row(row)
            yield from _evidence_missing(sheet, row)
    for task_row in sheet.task_rows:
        if sheet.is_open(task_row.key):
            yield from _problems_of_task(task_row)
            yield from _evidence_missing(sheet, task_row)


def _problems_of_row(row: SheetRow) -> list[Problem]:
    problems = [Problem(row.key, field, f"{row.name}：{sentence}") for field, sentence in _missing(row)]
    needs_note = None
    for finding in row.findings:
        if finding.level is Level.ERROR:
            problems.append(Problem(row.key, finding.field, f"{row.name}：{finding.sentence}"))
        elif not row.cell.note.strip():
            needs_note = needs_note or finding
    if needs_note is not None:
        problems.append(Problem(row.key, "note", f"{row.name}：{needs_note.sentence}（“说明”一栏尚未填写。）"))
    if len(row.cell.note) > NOTE_LIMIT:
        problems.append(Problem(row.key, "note", f"{row.name}：“说明”最多 {NOTE_LIMIT} 字，请缩短。"))
    return problems


def _missing(row: SheetRow) -> list[tuple[str, str]]:
    """A city's figure is always owed; a county's may be left out, but not half filled in, nor taken back in silence."""
    cell, way_out = row.cell, "请填写；没有数时请在“状态”中选明原因。"
    if not row.is_city and cell.is_empty and row.entry is not None and row.approved is not None:
        return [(row.rules.fields[0], f"该地区本期已有审核通过的数，不能清空，{way_out}")]
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


def _problems_of_task(row: TaskRow) -> list[Problem]:
    problems = []
    if not row.is_filled and (row.is_owed or row.cell.reached):
        problems.append(
            Problem(row.key, "text", f"{row.name}：进展未填，请写明本期进展；如无进展请写“本期无进展”，并说明原因。")
        )
    if len(row.cell.text) > REPORT_LIMIT:
        problems.append(Problem(row.key, "text", f"{row.name}：“进展”最多 {REPORT_LIMIT} 字，请缩短。"))
    today = timezone.localdate()
    due_days = {milestone.pk: milestone.due_on for milestone in row.milestones}
    for milestone, reached_on in row.cell.reached:
        step = f"应于 {due_days[milestone]:%Y-%m-%d} 完成的节点" if milestone in due_days else "节点"
        if reached_on > today:
            sentence = f"{step}，完成日 {reached_on:%Y-%m-%d} 晚于今天，请改为实际完成的那一天。"
        elif reached_on < row.task.plan.starts_on:
            sentence = (
                f"{step}，完成日 {reached_on:%Y-%m-%d} 早于方案起始日 {row.task.plan.starts_on:%Y-%m-%d}，请核对。"
            )
        else:
            continue
        problems.append(Problem(row.key, f"m{milestone}", f"{row.name}：{sentence}"))
    return problems


def _evidence_missing(sheet: Sheet, row: SheetRow | TaskRow) -> list[Problem]:
    """Evidence stands behind every cell that was filled in for the bureau, and where the indicator asks for it."""
    if not row.is_filled or sheet.evidence_of(row.key):
        return []
    if row.is_on_behalf:
        why = "该格由统筹协调员代填"
    elif isinstance(row, SheetRow) and row.is_city and row.indicator.evidence_required and row.cell.state == "number":
        why = "该指标须附佐证材料"
    else:
        return []
    return [Problem(row.key, "evidence", f"{row.name}：{why}，请上传文件或填写链接。")]


def row_name(row: SheetRow) -> str:
    return row.name
