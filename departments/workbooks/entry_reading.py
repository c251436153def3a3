"""Reads a bureau's filled-in workbook against its sheet as it is stored now: what would change, and what is wrong."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.guards import WorkbookRefused
from accounts.workbook_reading import ReadSheet
from departments.sheets import Cell, Sheet, SheetRow, TaskCell, TaskRow
from departments.workbooks.assembling import Fault, Input, figure_of, report_of
from departments.workbooks.dry_run import Comparison, DryRun
from departments.workbooks.entry_writing import AREAS, FIGURES, TASKS
from departments.workbooks.keys import DOWNLOAD_AGAIN, ENTRY, KIND_NAMES, WorkbookKeys, cell_of_text, keys_in
from departments.workbooks.tables import KeyedTable, keyed_tables

MOST_STRAY = 20
"""Cells in rows without a key that are listed one by one."""


def read_entry_workbook(sheets: Sequence[ReadSheet], sheet: Sheet) -> DryRun:
    """Compares an uploaded workbook with a sheet. Raises WorkbookRefused where it is not this sheet's workbook."""
    keys = keys_in(sheets)
    _check_identity(keys, sheet)
    tables = keyed_tables(sheets)
    if not tables:
        raise WorkbookRefused("no_tables", f"文件里找不到填报的表，隐藏的标识行可能已被删除：{DOWNLOAD_AGAIN}")
    comparison = Comparison(sheet)
    missing: list[str] = []
    figures = tables.get(FIGURES)
    for row in sheet.rows:
        before = _before(keys, row)
        if figures is None or not any(f"{row.key}:{field}" in figures.rows for field in row.rules.fields):
            missing.append(row.name)
        elif not _is_doubtful(comparison, figures, row.name, _lines_of(row), code=row.indicator.code):
            comparison.take(row, before, figure_of(row, before, _figure_inputs(figures, row)))
        for county in sheet.area_rows.get(row.indicator.pk, ()):
            before = _before(keys, county)
            table = tables.get(f"{AREAS}{row.indicator.pk}")
            if table is None or county.key not in table.rows:
                missing.append(county.name)
            elif not _is_doubtful(comparison, table, county.name, [county.key], code=county.area.name):
                names = (*county.rules.fields, "state", "provisional", "note")
                inputs = present(table, {name: (county.key, name) for name in names})
                comparison.take(county, before, figure_of(county, before, inputs))
    tasks = tables.get(TASKS)
    for task in sheet.task_rows:
        if tasks is None or task.key not in tasks.rows:
            missing.append(task.name)
        else:
            _take_task(comparison, tasks, task, keys)
    comparison.finish()
    return DryRun(
        lines=tuple(comparison.lines),
        faults=(*comparison.faults, *stray_faults(tables.values())),
        notices=(*_notices(keys, sheet, comparison), *absent(missing, tables.values())),
        unchanged=comparison.unchanged,
    )


def _check_identity(keys: WorkbookKeys, sheet: Sheet) -> None:
    """Whether the workbook is of this bureau, plan, period and version."""
    check_owner(keys, ENTRY, sheet.department.code, sheet.department.name, sheet.period.plan.code)
    if keys.period != sheet.period.code:
        raise WorkbookRefused(
            "another_period",
            f"这是{keys.period_name}的填报表，不能当作{sheet.period.name}的上传：请到{keys.period_name}的填报页上传，"
            f"或下载{sheet.period.name}的空表重新填写。",
        )
    version = 1 if sheet.submission is None else sheet.submission.version
    if keys.version != version:
        raise WorkbookRefused(
            "old_version",
            f"这张表按填报单第 {keys.version} 版下载，现已是第 {version} 版（审核后重新打开过）：{DOWNLOAD_AGAIN}",
        )


def check_owner(keys: WorkbookKeys, kind: str, department_code: str, department_name: str, plan_code: str) -> None:
    """Whether the workbook is of this kind, bureau and plan."""
    if keys.kind != kind:
        raise WorkbookRefused(
            "another_kind",
            f"这是{KIND_NAMES[keys.kind]}，不是{KIND_NAMES[kind]}：请到{KIND_NAMES[keys.kind]}的上传页上传。",
        )
    if keys.department != department_code:
        raise WorkbookRefused(
            "another_bureau",
            f"这是{keys.department_name}的表，不能在{department_name}名下上传：请选本部门的文件，或重新下载本部门的空表。",
        )
    if keys.plan != plan_code:
        raise WorkbookRefused(
            "another_plan", f"这张表属于另一个方案（{keys.plan}），不是当前方案（{plan_code}）：{DOWNLOAD_AGAIN}"
        )


def _before(keys: WorkbookKeys, row: SheetRow) -> Cell:
    cell = cell_before(keys, row.key)
    return cell if isinstance(cell, Cell) else row.cell


def cell_before(keys: WorkbookKeys, key: str) -> Cell | TaskCell | None:
    """The cell as it was when the workbook was made; None for one that it did not have."""
    text = keys.was.get(key)
    try:
        return None if text is None else cell_of_text(text)
    except ValueError as error:
        raise WorkbookRefused("no_keys", f"表中隐藏的标识被改动过，不能确定原来的内容：{DOWNLOAD_AGAIN}") from error


def _lines_of(row: SheetRow) -> list[str]:
    return [f"{row.key}:{field}" for field in row.rules.fields]


def _figure_inputs(table: KeyedTable, row: SheetRow) -> dict[str, Input]:
    first = f"{row.key}:{row.rules.fields[0]}"
    numbers = {field: (f"{row.key}:{field}", "number") for field in row.rules.fields}
    return present(table, numbers | {name: (first, name) for name in ("state", "provisional", "note")})


def present(table: KeyedTable, wanted: Mapping[str, tuple[str, str]]) -> dict[str, Input]:
    """By name the cells whose row and column are still there."""
    return {name: Input(table.place(*at), table.cell(*at)) for name, at in wanted.items() if table.has(*at)}


def _is_doubtful(comparison: Comparison, table: KeyedTable, name: str, lines: Iterable[str], *, code: str) -> bool:
    found = doubts(table, name, lines, code=code)
    comparison.faults += found
    return bool(found)


def doubts(table: KeyedTable, name: str, lines: Iterable[str], *, code: str) -> list[Fault]:
    """Why the lines of a figure cannot be trusted: copied rows, or rows whose key and code no longer agree."""
    for line in lines:
        if line in table.doubled:
            place = str(table.place(line, ""))
            return [Fault(place, name, "", "这一行被整行复制过，同一项有几行，无法判断以哪行为准：请删去多余的行。")]
        shown = table.cell(line, "code")
        if shown is not None and shown.text.strip() != code:
            sentence = f"这一行写的是“{shown.text.strip()[:30]}”，与隐藏的标识不符，可能只对部分列排了序："
            sentence += "请撤销排序，或重新下载后再填。"
            return [Fault(str(table.place(line, "code")), name, "", sentence)]
    return []


def _take_task(comparison: Comparison, table: KeyedTable, row: TaskRow, keys: WorkbookKeys) -> None:
    stored = cell_before(keys, row.key)
    before = stored if isinstance(stored, TaskCell) else row.cell
    known = dict(before.reached)
    steps = {each.pk: f"{row.key}:{each.pk}" for each in row.milestones if each.pk in known or each.reached_on is None}
    if _is_doubtful(comparison, table, row.name, [row.key, *steps.values()], code=row.task.code):
        return
    days = {
        milestone: Input(table.place(line, "reached"), table.cell(line, "reached"))
        for milestone, line in steps.items()
        if table.has(line, "reached")
    }
    text = present(table, {"text": (row.key, "text")}).get("text")
    comparison.take(row, before, report_of(row, before, text, days))


def stray_faults(tables: Iterable[KeyedTable]) -> list[Fault]:
    """What was written into rows that have no key: rows that somebody put in."""
    found = []
    for table in tables:
        found += [
            Fault(
                f"“{table.sheet}”{cell.reference}",
                "",
                cell.text.strip()[:60],
                "这一行没有隐藏的标识（可能是新插入的行），其中的内容没有读取：请填在原有的行里。",
            )
            for cell in table.without_key[:MOST_STRAY]
        ]
    return found


def absent(missing: Sequence[str], tables: Iterable[KeyedTable]) -> list[str]:
    """Says which rows and columns are no longer in the workbook: they stay as they are."""
    notices = []
    if missing:
        names = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
        notices.append(f"文件里没有以下 {len(missing)} 项所在的行（可能已被删除），系统中的内容保持不变：{names}。")
    for table in tables:
        lost = {"number", "state", "note", "text"} & COLUMNS.get(table.kind, frozenset()) - set(table.columns)
        if lost:
            notices.append(f"“{table.sheet}”中有 {len(lost)} 个填写列已被删除，这些列的内容保持不变。")
    return notices


COLUMNS = {FIGURES: frozenset({"number", "state", "note"}), TASKS: frozenset({"text"})}


def _notices(keys: WorkbookKeys, sheet: Sheet, comparison: Comparison) -> list[str]:
    notices = []
    if keys.lock_version != sheet.lock_version:
        notices.append("下载这张表以后，系统中的填报单又有改动；没有动过的格不受影响，双方都改了的格列在下面。")
    return notices + counts_in_words(comparison.moved_on, comparison.emptied)


def counts_in_words(moved_on: int, emptied: int) -> list[str]:
    notices = []
    if moved_on:
        notices.append(f"有 {moved_on} 格同事在您下载之后改过，而文件里没有动：保持系统中的最新内容。")
    if emptied:
        notices.append(f"有 {emptied} 处在文件里被清空：按“不改动”处理，系统中的内容保留；要删除请在网页上操作。")
    return notices
