"""What the server says of rows of a sheet to a page that is being filled in, as plain values for JSON."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from departments.actions import CellConflict
from departments.forms import Typed, TypedCell, TypedReport
from departments.sheets import Sheet, SheetRow, TaskRow, cell_in_words
from departments.trials import Trial, trials_of
from targets.models import ReportingPeriod


def checked(rows: Collection[Typed], period: ReportingPeriod) -> dict[str, dict[str, Any]]:
    """By row key: errors by field, findings, quotient, resulting status, and whether the row is filled."""
    trials = trials_of((typed for typed in rows if isinstance(typed, TypedCell)), period, today=timezone.localdate())
    return {typed.key: _checked(typed, trials.get(typed.key)) for typed in rows}


def _checked(typed: Typed, trial: Trial | None) -> dict[str, Any]:
    return {
        "errors": dict(typed.errors),
        "findings": [
            {"level": finding.level.value, "field": finding.field, "sentence": finding.sentence}
            for finding in typed.findings
        ],
        "quotient": typed.quotient_text,
        "trial": None if trial is None else {"label": trial.label, "tone": trial.tone, "words": trial.words},
        "filled": typed.is_filled,
    }


def after_saving(
    sheet: Sheet, sent: Iterable[Typed], conflicts: Mapping[str, CellConflict], seen: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """By row key, against the sheet as it is stored now.

    A row that was sent says whether it is stored, or what stands against it; of the rows that the page saw (`seen`:
    `as_text` by key) those that somebody else changed meanwhile come with their contents.
    """
    sent = list(sent)
    answers = checked(sent, sheet.period)
    for typed in sent:
        answers[typed.key] |= {"stored": not typed.errors and typed.key not in conflicts, "was": typed.cell.as_text()}
    changed = [
        row
        for key, was in seen.items()
        if (row := sheet.row_of(key)) is not None and key not in answers and row.cell.as_text() != was
    ]
    against = [row for key in conflicts if (row := sheet.row_of(key)) is not None]
    shown = [_as_stored(row) for row in (*changed, *against)]
    contents = checked(shown, sheet.period)
    for typed in shown:
        contents[typed.key] |= {"fields": typed.as_sent(), "was": typed.cell.as_text()}
    for row in changed:
        answers[row.key] = contents[row.key] | {"by": _changed_by(row)}
    mine = {typed.key: typed.in_words() for typed in sent}
    for key, conflict in conflicts.items():
        answers[key]["conflict"] = contents[key] | {
            "by": _name_of(conflict.by),
            "at": "" if conflict.at is None else moment(conflict.at),
            "words": cell_in_words(conflict.stored),
            "mine": mine[key],
        }
    return answers


def conflicts_with(sheet: Sheet, sent: Iterable[Typed]) -> dict[str, CellConflict]:
    """The rows that say something else in the sheet than what was sent: after a save that was carried out before."""
    found = {}
    for typed in sent:
        row = sheet.row_of(typed.key)
        if row is not None and not typed.errors and row.cell != typed.cell:
            found[typed.key] = CellConflict(typed.key, row.cell, _last_hand(row), _last_time(row))
    return found


def _as_stored(row: SheetRow | TaskRow) -> Typed:
    return TypedReport.of(row, row.cell) if isinstance(row, TaskRow) else TypedCell.of(row, row.cell)


def _last_hand(row: SheetRow | TaskRow) -> User | None:
    kept = row.report if isinstance(row, TaskRow) else row.entry
    return None if kept is None else kept.changed_by


def _last_time(row: SheetRow | TaskRow) -> dt.datetime | None:
    kept = row.report if isinstance(row, TaskRow) else row.entry
    return None if kept is None else kept.changed_at


def _changed_by(row: SheetRow | TaskRow) -> str:
    return _name_of(_last_hand(row))


def _name_of(user: User | None) -> str:
    return "他人" if user is None else str(user)


def moment(at: dt.datetime) -> str:
    """An instant as a clock shows it; with the day where it is not today's."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%m-%d %H:%M}"
