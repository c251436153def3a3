"""PURE: which reminder is due on a day. Nothing is remembered here but the day up to which somebody has been reminded.

A rule names days around the due day: some days before it, the day itself, then every so many days after it; the
bureau's approver joins from some day on. A reminder is due when such a day has come since the last reminders were
sent: a run that comes late makes up for the days it missed with one reminder, which speaks of today, and a run that
comes twice finds nothing left.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

SENT = frozenset({"submitted", "endorsed", "approved"})
"""States of a sheet in which the bureau has done its part; a draft, however full, counts as missing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """days_before: how many days before the due day somebody is reminded, each at least 1. late_every: every how many
    days after it, at least 1. escalate_after: after how many days late the approver is reminded too; 0: never."""

    days_before: tuple[int, ...] = (7, 3, 1)
    late_every: int = 3
    escalate_after: int = 5


class Kind(StrEnum):
    BEFORE = "before"
    TODAY = "today"
    LATE = "late"
    CORRECTION = "correction"
    """Sent in time once, then returned, taken back or reopened, and due again."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """`days` until the due day (BEFORE), or since (LATE, CORRECTION: negative while the due day is still to come)."""

    kind: Kind
    days: int


def reminder_due(
    rule: Rule,
    *,
    state: str,
    due_on: dt.date,
    first_sent_on: dt.date | None,
    today: dt.date,
    told_on: dt.date | None,
) -> Reminder | None:
    """The reminder of a sheet for those who fill it in; None when there is none to send today.

    state: the sheet's, "missing" where there is no sheet yet. told_on: the last day on which they were reminded of
    anything; None when never.
    """
    offset = (today - due_on).days
    days = [-n for n in rule.days_before if n > 0] + [0]
    if offset >= rule.late_every:
        days.append(offset - offset % rule.late_every)
    if state in SENT or not _has_come(days, offset, due_on=due_on, told_on=told_on):
        return None
    return _reminder(offset, due_on=due_on, first_sent_on=first_sent_on)


def escalation_due(
    rule: Rule,
    *,
    state: str,
    due_on: dt.date,
    first_sent_on: dt.date | None,
    today: dt.date,
    told_on: dt.date | None,
) -> Reminder | None:
    """The reminder of the same sheet for the bureau's approver; the arguments are those of `reminder_due`."""
    offset = (today - due_on).days
    since = offset - rule.escalate_after
    if state in SENT or rule.escalate_after < 1 or since < 0:
        return None
    if not _has_come([offset - since % rule.late_every], offset, due_on=due_on, told_on=told_on):
        return None
    return _reminder(offset, due_on=due_on, first_sent_on=first_sent_on)


def _has_come(days: list[int], offset: int, *, due_on: dt.date, told_on: dt.date | None) -> bool:
    """Whether one of the days (counted from the due day) has come since the last reminders; a day's are sent once."""
    told = None if told_on is None else (told_on - due_on).days
    return any(day <= offset and (told is None or day > told) for day in days)


def _reminder(offset: int, *, due_on: dt.date, first_sent_on: dt.date | None) -> Reminder:
    if first_sent_on is not None and first_sent_on <= due_on:
        return Reminder(Kind.CORRECTION, offset)
    if offset < 0:
        return Reminder(Kind.BEFORE, -offset)
    return Reminder(Kind.TODAY, 0) if offset == 0 else Reminder(Kind.LATE, offset)
