"""Writes a bureau's sheet of a period as a workbook to be filled in: figures, counties, tasks, how to fill it in."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from departments import plausibility
from departments.labels import MISSING_LABEL
from departments.planned import planned_values
from departments.sheets import NOTE_LIMIT, REPORT_LIMIT, PastFigure, Sheet, SheetRow, TaskRow
from departments.workbooks.assembling import STATES
from departments.workbooks.instructions import entry_instructions
from departments.workbooks.keys import ENTRY, WorkbookKeys
from departments.workbooks.layout import Check, Column, Content, Formula, TableWriter, WorkbookWriter
from targets.models import Target

FIGURES, TASKS, AREAS = "figures", "tasks", "areas-"
STATE_LABELS = tuple(STATES.values())

FIGURE_COLUMNS = (
    Column("code", "编号", 8),
    Column("name", "指标", 26, wraps=True),
    Column("what", "填报项", 20, wraps=True),
    Column("unit", "单位", 10, wraps=True),
    Column("basis", "口径", 9),
    Column("number", "本期数", 14),
    Column("quotient", "比值（自动）", 10),
    Column("state", "状态", 10),
    Column("provisional", "快报数", 7),
    Column("note", "说明", 30, wraps=True),
    Column("last", "上期数", 12),
    Column("last_period", "上期", 13),
    Column("same", "上年同期数", 12),
    Column("planned", "本期计划值", 11),
    Column("target", "目标", 18, wraps=True),
)
TASK_COLUMNS = (
    Column("code", "编号", 8),
    Column("name", "任务或节点", 50, wraps=True),
    Column("due", "到期日", 12),
    Column("owed", "是否须报", 9),
    Column("last", "上次进展", 40, wraps=True),
    Column("text", "本期进展", 50, wraps=True),
    Column("reached", "节点完成日", 13),
)


def entry_workbook(sheet: Sheet, *, today: dt.date) -> bytes:
    """The workbook of a sheet, filled with what is stored."""
    title = f"{sheet.department.name} {sheet.period.name}填报表"
    book = WorkbookWriter(title=title)
    planned = planned_values(sheet, today=today)
    targets = _targets(sheet)
    hint = "只填浅黄色的格；没有数时留空，并在“状态”中选明原因，不要填 0。填法见“填写说明”。"
    subtitle = f"{sheet.period.plan.title}　　截止日：{sheet.due_on:%Y-%m-%d}"
    if sheet.rows:  # a bureau that has tasks only gets no empty table
        table = book.add_table("填报", kind=FIGURES, heading=(title, subtitle, hint), columns=FIGURE_COLUMNS, frozen=2)
        for row in sheet.rows:
            _add_figure(table, sheet, row, planned.get(row.indicator.pk), targets.get(row.indicator.pk, ""))
        table.finish()
    for row in sheet.rows:
        if row.indicator.pk in sheet.area_rows:
            _add_areas(book, sheet, row, subtitle)
    if sheet.task_rows:
        _add_tasks(book, sheet, title, subtitle)
    book.add_words("填写说明", entry_instructions(sheet))
    submission = sheet.submission
    rows: list[SheetRow | TaskRow] = [*sheet.figure_rows(), *sheet.task_rows]
    book.add_keys(
        WorkbookKeys(
            kind=ENTRY,
            plan=sheet.period.plan.code,
            department=sheet.department.code,
            department_name=sheet.department.name,
            period=sheet.period.code,
            period_name=sheet.period.name,
            version=1 if submission is None else submission.version,
            lock_version=sheet.lock_version,
            made_at=timezone.now().isoformat(timespec="seconds"),
            was={row.key: row.cell.as_text() for row in rows},
        )
    )
    return book.finish()


def _targets(sheet: Sheet) -> dict[int, str]:
    targets = Target.objects.filter(
        indicator__in=[row.indicator.pk for row in sheet.rows],
        area__parent__isnull=True,
        superseded_at__isnull=True,
    ).select_related("indicator", "indicator__plan")
    return {target.indicator_id: target.words for target in targets}


def units_of(row: SheetRow) -> dict[str, str]:
    i = row.indicator
    return {"value": i.unit, "numerator": i.numerator_unit, "denominator": i.denominator_unit}


def basis_of(row: SheetRow, field: str) -> str:
    is_flow = row.rules.kind_of(field) == "flow"
    return row.basis_label if is_flow or not row.indicator.is_two_part else "期末数"


def figure_checks(row: SheetRow, *fields: str) -> dict[str, Check]:
    """The open cells of a figure: its numbers under the given column keys, its state, provisional mark and note."""
    return {
        **{field: Check(is_number=True) for field in fields},
        "state": Check(choices=STATE_LABELS),
        "provisional": Check(choices=("是", "否"), hint="先报的快报数选“是”，核定后改为“否”。"),
        "note": Check(longest=NOTE_LIMIT),
    }


def _past(figure: PastFigure | None, field: str) -> Content:
    """A past number, or the state that explains why there is none."""
    if figure is None:
        return None
    observation = figure.observation
    return getattr(observation, field) if observation.state == "number" else STATES[observation.state]


def _add_figure(table: TableWriter, sheet: Sheet, row: SheetRow, planned: Decimal | None, target: str) -> None:
    """One line a number; state, note and the rest stand in the first."""
    i, cell = row.indicator, row.cell
    for line, field in enumerate(row.rules.fields):
        contents: dict[str, Content] = {
            "code": i.code,
            "name": f"{i.name}（{i.unit}）" if i.is_two_part else i.name,
            "what": row.rules.name_of(field) if i.is_two_part else "数值",
            "unit": units_of(row)[field],
            "basis": basis_of(row, field),
            "number": cell.measure.part(field),
            "last": _past(row.last, field),
            "last_period": None if row.last is None else row.last.period_name,
            "same": _past(row.same_last_year, field),
        }
        checks = figure_checks(row, "number") if line == 0 else {"number": Check(is_number=True)}
        if line == 0:
            contents |= {
                "quotient": _quotient(table, row) if i.is_two_part else None,
                "state": STATES[cell.state],
                "provisional": "是" if cell.is_provisional else "否",
                "note": cell.note or None,
                "planned": planned,
                "target": target,
            }
        places = i.decimals if not i.is_two_part else _decimals(row, field)
        table.add_row(
            f"{row.key}:{field}",
            contents,
            checks=checks if sheet.is_open(row.key) else {},
            decimals={"last": places, "same": places, "quotient": i.decimals, "planned": i.decimals},
            strong=("name",) if line == 0 else (),
        )


def _decimals(row: SheetRow, field: str) -> int:
    """As many places as the past numbers have, so that none of their digits is hidden."""
    numbers = [past.measure.part(field) for past in (row.last, row.same_last_year) if past is not None]
    texts = [plausibility.plain(number) for number in numbers if number is not None]
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def _quotient(table: TableWriter, row: SheetRow) -> Formula:
    """Numerator by denominator, as the page shows it; computed by the spreadsheet while somebody fills in."""
    letter, first = table.letter("number"), table.row + 1
    over, under = f"{letter}{first}", f"{letter}{first + 1}"
    factor = plausibility.plain(row.indicator.factor)
    return Formula(
        f'=IF(AND(ISNUMBER({over}),ISNUMBER({under})),IF({under}=0,"",{over}/{under}*{factor}),"")',
        plausibility.quotient(row.rules, row.cell.measure),
    )


def _add_areas(book: WorkbookWriter, sheet: Sheet, city: SheetRow, subtitle: str) -> None:
    """A sheet for one indicator: a line a county, and below what they add up to."""
    i, fields = city.indicator, city.rules.fields
    units = units_of(city)
    columns = (
        Column("code", "地区", 20, wraps=True),
        Column("counts", "计入合计", 9),
        *(Column(f, f"{city.rules.name_of(f) if i.is_two_part else '数值'}（{units[f]}）", 18) for f in fields),
        Column("state", "状态", 10),
        Column("provisional", "快报数", 7),
        Column("note", "说明", 36, wraps=True),
        *(Column(f"last-{f}", f"上期{city.rules.name_of(f) if i.is_two_part else ''}", 14) for f in fields),
        *(Column(f"same-{f}", f"上年同期{city.rules.name_of(f) if i.is_two_part else ''}", 14) for f in fields),
    )
    title = f"{i.code} {i.name}：{sheet.period.name}分地区填报"
    hint = f"口径：{city.basis_label}。“计入合计”为“否”的地区照填，不加进合计；合计与全市数不一致时请核对。"
    table = book.add_table(
        f"地区 {i.code}", kind=f"{AREAS}{i.pk}", heading=(title, subtitle, hint), columns=columns, frozen=1
    )
    first = table.row + 1
    for row in sheet.area_rows[i.pk]:
        cell = row.cell
        past: dict[str, Content] = {f"last-{f}": _past(row.last, f) for f in fields}
        past |= {f"same-{f}": _past(row.same_last_year, f) for f in fields}
        table.add_row(
            row.key,
            {
                "code": row.area.name,
                "counts": "是" if row.area.counts_toward_total else "否",
                **{f: cell.measure.part(f) for f in fields},
                "state": STATES[cell.state],
                "provisional": "是" if cell.is_provisional else "否",
                "note": cell.note or None,
                **past,
            },
            checks=figure_checks(row, *fields) if sheet.is_open(row.key) else {},
            decimals={key: _decimals(row, key[5:]) for key in past},
        )
    if i.rolls_up and sheet.area_rows[i.pk]:
        counts = f"{table.letter('counts')}{first}:{table.letter('counts')}{table.row}"
        sums: dict[str, Content] = {
            f: Formula(
                f'=SUMIF({counts},"是",{table.letter(f)}{first}:{table.letter(f)}{table.row})', _sum(sheet, i.pk, f)
            )
            for f in fields
        }
        table.add_row("total", {"code": "合计", **sums}, strong=("code", *fields))
    table.finish()


def _sum(sheet: Sheet, indicator_id: int, field: str) -> Decimal:
    numbers = [row.cell.measure.part(field) for row in sheet.area_rows[indicator_id] if row.area.counts_toward_total]
    return sum((number for number in numbers if number is not None), Decimal(0))


def _add_tasks(book: WorkbookWriter, sheet: Sheet, title: str, subtitle: str) -> None:
    hint = "须报的任务请写明本期进展；节点完成的，在该节点一行填写完成日（例如 2025-12-31）。"
    table = book.add_table("任务进展", kind=TASKS, heading=(title, subtitle, hint), columns=TASK_COLUMNS, frozen=2)
    for row in sheet.task_rows:
        _add_task(table, sheet, row)
    table.finish()


def _add_task(table: TableWriter, sheet: Sheet, row: TaskRow) -> None:
    is_open = sheet.is_open(row.key)
    table.add_row(
        row.key,
        {
            "code": row.task.code,
            "name": row.task.text,
            "due": row.task.due_on or (f"每年 {row.task.yearly_due}" if row.task.yearly_due else None),
            "owed": "须报" if row.is_owed else "可报",
            "last": MISSING_LABEL if row.last is None else f"{row.last.text}（{row.last.period.name}）",
            "text": row.cell.text or None,
        },
        checks={"text": Check(longest=REPORT_LIMIT)} if is_open else {},
        strong=("name",),
    )
    reached = dict(row.cell.reached)
    for milestone in row.milestones:
        is_reached = milestone.reached_on is not None and milestone.pk not in reached
        table.add_row(
            f"{row.key}:{milestone.pk}",
            {
                "code": row.task.code,
                "name": f"节点：{milestone.due_on:%Y-%m-%d} 前完成",
                "due": milestone.due_on,
                "last": f"已于 {milestone.reached_on:%Y-%m-%d} 完成" if is_reached else None,
                "reached": reached.get(milestone.pk),
            },
            checks={"reached": Check(is_day=True)} if is_open and not is_reached else {},
        )
