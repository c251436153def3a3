"""What a workbook of this system carries hidden: of which bureau, period and version it is, and every cell as it was.

The hidden sheet is found by its first cell, not by its name; it says in two columns what is what, then, key by key,
the cells as they were when the workbook was made. A table is found by the mark in its hidden row of column keys.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from accounts.guards import WorkbookRefused
from accounts.workbook_reading import ReadSheet
from departments.sheets import AnyCell, Cell, TaskCell
from targets.models import Observation

FORMAT = "1"
SHEET_NAME = "_keys"
MARK = "workbook-keys"
TABLE_MARK = "table:"
ENTRY, HISTORY = "entry", "history"
KIND_NAMES = {ENTRY: "填报表", HISTORY: "历史数据表"}
DOWNLOAD_AGAIN = "请在系统中重新下载空表，填好后再上传。"


@dataclass(frozen=True, slots=True)
class WorkbookKeys:
    """Whose workbook it is. `was` is by cell key (a history workbook: `<period code>/<cell key>`) the cell as text."""

    kind: str
    plan: str
    department: str
    department_name: str
    period: str = ""
    period_name: str = ""
    version: int = 1
    lock_version: int = 0
    made_at: str = ""
    was: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> list[tuple[str, str]]:
        """The hidden sheet's rows, as they are written."""
        return [
            (MARK, FORMAT),
            ("kind", self.kind),
            ("plan", self.plan),
            ("department", self.department),
            ("department_name", self.department_name),
            ("period", self.period),
            ("period_name", self.period_name),
            ("version", str(self.version)),
            ("lock_version", str(self.lock_version)),
            ("made_at", self.made_at),
            *((f"was:{key}", text) for key, text in self.was.items()),
        ]


def keys_in(sheets: Sequence[ReadSheet]) -> WorkbookKeys:
    """The hidden keys of an uploaded workbook. Raises WorkbookRefused where it has none, or none that can be used."""
    for sheet in sheets:
        texts = {(cell.row, cell.column): cell.text for cell in sheet.cells}
        if texts.get((1, 1)) == MARK:
            rows = max(row for row, _ in texts)
            return _keys({texts.get((row, 1), ""): texts.get((row, 2), "") for row in range(1, rows + 1)})
    raise WorkbookRefused(
        "no_keys",
        "这不是从本系统下载的表，或者隐藏的标识页已被删除（例如只复制了内容到新文件）：" + DOWNLOAD_AGAIN,
    )


def _keys(texts: Mapping[str, str]) -> WorkbookKeys:
    if texts.get(MARK) != FORMAT or texts.get("kind") not in KIND_NAMES:
        raise WorkbookRefused("old_format_of_keys", f"这张表是系统的另一个版本生成的，已不能使用：{DOWNLOAD_AGAIN}")
    try:
        version, lock_version = int(texts["version"]), int(texts["lock_version"])
        plan, department = texts["plan"], texts["department"]
    except (KeyError, ValueError) as error:
        raise WorkbookRefused("no_keys", f"表中隐藏的标识不完整，可能被改动过：{DOWNLOAD_AGAIN}") from error
    return WorkbookKeys(
        kind=texts["kind"],
        plan=plan,
        department=department,
        department_name=texts.get("department_name", department),
        period=texts.get("period", ""),
        period_name=texts.get("period_name", ""),
        version=version,
        lock_version=lock_version,
        made_at=texts.get("made_at", ""),
        was={name[4:]: text for name, text in texts.items() if name.startswith("was:")},
    )


# --- A cell as one line, and back -------------------------------------------------------------------------------------


def cell_of_text(text: str) -> AnyCell:
    """The cell that `as_text` wrote. Raises ValueError for anything else."""
    try:
        items = json.loads(text)
        if isinstance(items, list) and len(items) == 2:
            return _task_cell(items)
        state, value, numerator, denominator, is_provisional, note = items
        if state not in dict(Observation.STATES) or not isinstance(note, str):
            raise ValueError(text)
        return Cell(
            state=state,
            value=_number(value),
            numerator=_number(numerator),
            denominator=_number(denominator),
            is_provisional=bool(is_provisional),
            note=note,
        )
    except (TypeError, InvalidOperation, RecursionError) as error:
        raise ValueError(text) from error


def _task_cell(items: list[object]) -> TaskCell:
    words, days = items
    if not isinstance(words, str) or not isinstance(days, list):
        raise ValueError(items)
    return TaskCell(text=words, reached=tuple((int(each), dt.date.fromisoformat(day)) for each, day in days))


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,16}(\.[0-9]{1,8})?", text):
        raise ValueError(text)
    return Decimal(text)
