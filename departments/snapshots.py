"""What is written down of a sheet when it is sent, so that later readers see what its judges saw."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from departments.models import SubmissionSnapshot
from departments.plausibility import plain
from departments.sheets import AnyCell, Cell, Sheet, SheetRow, TaskCell, TaskRow
from departments.sheets.rows import findings_kept

Contents = Mapping[str, Any]
"""figures, tasks and evidence of one sending, each a list of plain values; numbers are texts."""

NUMBERS = ("value", "numerator", "denominator")


def contents_of(sheet: Sheet) -> dict[str, Any]:
    """The whole sheet in plain values: codes and names as they were, numbers as text, findings, reports, evidence."""
    submission = sheet.submission
    return {
        "plan": sheet.period.plan.code,
        "period": sheet.period.code,
        "department": {"code": sheet.department.code, "name": sheet.department.name},
        "version": 1 if submission is None else submission.version,
        "on_behalf_reason": "" if submission is None else submission.on_behalf_reason,
        "figures": [_figure(row) for row in sheet.figure_rows() if row.is_city or row.entry is not None],
        "tasks": [_report(row) for row in sheet.task_rows if row.is_owed or row.report is not None],
        "evidence": [
            {
                "id": each.pk,
                "key": key,
                "kind": each.kind,
                "title": each.title,
                "url": each.url,
                "sha256": each.sha256,
                "size": each.size,
            }
            for key in sorted(sheet.evidence)
            for each in sheet.evidence[key]
        ],
    }


def _figure(row: SheetRow) -> dict[str, Any]:
    cell = row.cell
    return {
        "key": row.key,
        "code": row.indicator.code,
        "name": row.indicator.name,
        "unit": row.indicator.unit,
        "area": {"code": row.area.code, "name": row.area.name},
        "is_city": row.is_city,
        "state": cell.state,
        **{name: None if (number := getattr(cell, name)) is None else plain(number) for name in NUMBERS},
        "is_provisional": cell.is_provisional,
        "note": cell.note,
        "findings": findings_kept(row),
        "is_on_behalf": row.is_on_behalf,
    }


def _report(row: TaskRow) -> dict[str, Any]:
    due_days = {milestone.pk: milestone.due_on.isoformat() for milestone in row.milestones}
    return {
        "key": row.key,
        "code": row.task.code,
        "task": row.task.text,
        "text": row.cell.text,
        "reached": [
            {"milestone": milestone, "due_on": due_days.get(milestone, ""), "reached_on": day.isoformat()}
            for milestone, day in row.cell.reached
        ],
        "is_owed": row.is_owed,
        "is_on_behalf": row.is_on_behalf,
    }


def cells_of_contents(contents: Contents) -> dict[str, AnyCell]:
    """The cells that a snapshot holds, by key."""
    cells: dict[str, AnyCell] = {}
    for figure in contents["figures"]:
        numbers = {name: None if figure[name] is None else Decimal(figure[name]) for name in NUMBERS}
        cells[figure["key"]] = Cell(
            state=figure["state"], is_provisional=figure["is_provisional"], note=figure["note"], **numbers
        )
    for report in contents["tasks"]:
        reached = tuple((each["milestone"], dt.date.fromisoformat(each["reached_on"])) for each in report["reached"])
        cells[report["key"]] = TaskCell(text=report["text"], reached=reached)
    return cells


def names_of_contents(contents: Contents) -> dict[str, str]:
    """What the cells of a snapshot are called, by key."""
    names = {}
    for figure in contents["figures"]:
        words = f"{figure['code']} {figure['name']}"
        names[figure["key"]] = words if figure["is_city"] else f"{words}（{figure['area']['name']}）"
    return names | {report["key"]: f"任务 {report['code']}" for report in contents["tasks"]}


def digest_of(contents: Contents) -> str:
    """SHA-256 of the contents as JSON with sorted keys: the same whatever a database does to their order."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(snapshot: SubmissionSnapshot) -> bool:
    """Whether a snapshot still is what its digest was taken of."""
    return digest_of(snapshot.contents) == snapshot.sha256
