"""Writes the figures that a bureau still owes for past periods as one workbook: indicators by periods."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.models import Department, Submission
from departments.sheets import NOTE_LIMIT, Sheet, SheetRow, build_sheet
from departments.workbooks.assembling import STATES
from departments.workbooks.entry_writing import basis_of, units_of
from departments.workbooks.instructions import history_instructions
from departments.workbooks.keys import HISTORY, WorkbookKeys
from departments.workbooks.layout import Check, Column, Content, WorkbookWriter
from targets.models import Plan, ReportingPeriod

FIGURES, NOTES = "history", "history-notes"
ROW_COLUMNS = (
    Column("code", "编号", 8),
    Column("name", "指标", 26, wraps=True),
    Column("what", "填报项", 20, wraps=True),
    Column("unit", "单位", 10, wraps=True),
    Column("basis", "口径", 9),
)
NUMBER = Check(is_number=True, only_warns=True, hint="请填数字；没有数时可写“尚未公布”“未统计”或“不适用”。")


def column_key(period: ReportingPeriod) -> str:
    return f"p{period.code}"


def sheets_to_make_up(user: User, department: Department, plan: Plan) -> list[Sheet]:
    """The sheets of past periods that somebody may fill in now, oldest first: open, and not yet sent or approved.

    Raises PermissionDenied with the sentence why there is none.
    """
    on_behalf = permissions.fills_on_behalf(user)
    periods = list(ReportingPeriod.objects.filter(plan=plan).select_related("plan").order_by("ends_on"))
    current = {
        submission.period_id: submission
        for submission in Submission.objects.current()
        .filter(department=department, period__plan=plan)
        .select_related("department", "period", "period__plan")
    }
    sheets, refusal = [], "该方案还没有设置填报期。"
    for period in periods:
        submission = current.get(period.pk)
        try:
            if submission is None:
                permissions.check_can_fill(user, department, period, on_behalf=on_behalf)
            else:
                permissions.check_can_save(user, submission, on_behalf=on_behalf)
        except PermissionDenied as denied:
            refusal = str(denied)
            continue
        sheet = build_sheet(department, period, submission)
        if sheet.rows:
            sheets.append(sheet)
        else:
            refusal = f"{department.name}没有可以补录的填报期。"
    if not sheets:
        raise PermissionDenied(refusal)
    return sheets


def history_workbook(department: Department, sheets: Sequence[Sheet]) -> bytes:
    """The workbook of several sheets of one bureau, filled with what is stored."""
    periods = [sheet.period for sheet in sheets]
    title = f"{department.name} 历史数据表"
    book = WorkbookWriter(title=title)
    subtitle = f"{periods[0].plan.title}　　{periods[0].name}至{periods[-1].name}"
    by_period = [{row.key: row for row in sheet.rows} for sheet in sheets]
    rows: dict[str, SheetRow] = {}
    for found in by_period:
        rows |= found
    ordered = sorted(rows.values(), key=lambda row: (row.indicator.position, row.indicator.code))
    columns = tuple(Column(column_key(period), period.name, 15, wraps=True) for period in periods)
    hint = "只填浅黄色的格；某期没有数时，可直接写“尚未公布”“未统计”或“不适用”，不要填 0。"
    table = book.add_table(
        "历史数据", kind=FIGURES, heading=(title, subtitle, hint), columns=(*ROW_COLUMNS, *columns), frozen=3
    )
    for row in ordered:
        for field in row.rules.fields:
            contents: dict[str, Content] = {
                "code": row.indicator.code,
                "name": row.indicator.name,
                "what": row.rules.name_of(field) if row.indicator.is_two_part else "数值",
                "unit": units_of(row)[field],
                "basis": basis_of(row, field),
            }
            checks = {}
            for sheet, found in zip(sheets, by_period, strict=True):
                if row.key in found:
                    contents[column_key(sheet.period)] = _content(found[row.key], field)
                    if sheet.is_open(row.key):
                        checks[column_key(sheet.period)] = NUMBER
            table.add_row(f"{row.key}:{field}", contents, checks=checks)
    table.finish()
    hint = "与前后期差距较大的数，请在这里写明原因。"
    notes = book.add_table(
        "情况说明",
        kind=NOTES,
        heading=(f"{title}：情况说明", subtitle, hint),
        columns=(*ROW_COLUMNS[:2], *columns),
        frozen=2,
    )
    for row in ordered:
        here = {
            column_key(s.period): found[row.key] for s, found in zip(sheets, by_period, strict=True) if row.key in found
        }
        open_here = {column_key(s.period) for s in sheets if s.is_open(row.key)}
        notes.add_row(
            row.key,
            {
                "code": row.indicator.code,
                "name": row.indicator.name,
                **{key: each.cell.note or None for key, each in here.items()},
            },
            checks={key: Check(longest=NOTE_LIMIT) for key in here if key in open_here},
        )
    notes.finish()
    book.add_words("填写说明", history_instructions(department.name, periods))
    book.add_keys(
        WorkbookKeys(
            kind=HISTORY,
            plan=periods[0].plan.code,
            department=department.code,
            department_name=department.name,
            made_at=timezone.now().isoformat(timespec="seconds"),
            was={f"{sheet.period.code}/{row.key}": row.cell.as_text() for sheet in sheets for row in sheet.rows},
        )
    )
    return book.finish()


def _content(row: SheetRow, field: str) -> Content:
    """The number of a cell; the state, where there is none, stands in the first of its lines."""
    if row.cell.state == "number":
        return row.cell.measure.part(field)
    return STATES[row.cell.state] if field == row.rules.fields[0] else None
