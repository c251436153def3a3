"""Saves what was typed on a page that holds a part of a sheet, cell by cell: what another person changed stands."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from departments import actions
from departments.actions import CellConflict, Change
from departments.forms import EntryForm
from departments.sheets import cell_in_words


@dataclass(frozen=True, slots=True)
class Against:
    """A cell that somebody else changed in between: what this person typed, and what is stored."""

    key: str
    name: str
    mine: str
    stored: str
    by: User | None


@transaction.atomic
def save_typed(form: EntryForm, *, by: User) -> tuple[Against, ...]:
    """Stores the rows that the person changed; returns those that he did not get, now with what is stored as seen.

    Raises PermissionDenied or targets.actions.Refused.
    """
    changed = {typed.key: typed for typed in form.rows if typed.is_changed and not typed.errors}
    if not changed:
        return ()
    sheet = form.sheet
    submission = actions.open_submission(department=sheet.department, period=sheet.period, by=by)
    saved = actions.save_cells(
        submission=submission,
        changes={key: Change(was=typed.was, cell=typed.cell) for key, typed in changed.items()},
        by=by,
        on_behalf_reason=form.on_behalf_reason,
    )
    return tuple(_against(form, conflict) for conflict in saved.conflicts)


def _against(form: EntryForm, conflict: CellConflict) -> Against:
    typed = next(one for one in form.rows if one.key == conflict.key)
    typed.was = conflict.stored.as_text()  # a second save is a decision: the person has read what is stored
    return Against(
        key=conflict.key,
        name=typed.row.name,
        mine=typed.in_words(),
        stored=cell_in_words(conflict.stored),
        by=conflict.by,
    )
