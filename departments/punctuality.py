"""PURE: whether figures came in time: green on time, yellow made up late, red missing; nothing before they are due.

This light speaks of the sending only. How far a promise is kept is the other light, `targets.terms.Status`: a bureau
may report in time that it lags behind. Days are plain dates in the city's own time zone.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Punctuality(StrEnum):
    """How a sheet, or a figure of it, came. Each has its own shape, colour and words."""

    ON_TIME = "on_time"
    MADE_UP = "made_up"
    MISSING = "missing"
    NOT_DUE = "not_due"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def short(self) -> str:
        """The words where there is room for two or three characters."""
        return SHORT_LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its colour: ok, warn, bad or none."""
        return TONES[self]


LABELS = {
    Punctuality.ON_TIME: "按时报送",
    Punctuality.MADE_UP: "逾期补报",
    Punctuality.MISSING: "逾期未报",
    Punctuality.NOT_DUE: "未到期",
}
SHORT_LABELS = {
    Punctuality.ON_TIME: "按时",
    Punctuality.MADE_UP: "补报",
    Punctuality.MISSING: "未报",
    Punctuality.NOT_DUE: "未到期",
}
TONES = {
    Punctuality.ON_TIME: "ok",
    Punctuality.MADE_UP: "warn",
    Punctuality.MISSING: "bad",
    Punctuality.NOT_DUE: "none",
}


def punctuality(
    *,
    due_on: dt.date,
    first_sent_on: dt.date | None,
    is_in: bool,
    today: dt.date,
    due_when_sent: dt.date | None = None,
) -> Punctuality:
    """How a sheet came, seen from a day.

    due_on: the last day on which it is in time, an extension included. first_sent_on: the day on which it was sent for
    the first time, if ever. due_when_sent: what `due_on` was then, where that is known: more time that is given after
    a late sheet came does not make it punctual. is_in: whether it is with those who check it, or approved; half a sheet
    is not in. What was sent in time once and came back for correction stays in time; what was sent late and came back
    is missing until it is sent again.
    """
    if first_sent_on is not None and first_sent_on <= (due_when_sent or due_on):
        return Punctuality.ON_TIME
    if is_in:
        return Punctuality.MADE_UP if due_on < today or first_sent_on is not None else Punctuality.ON_TIME
    return Punctuality.MISSING if due_on < today else Punctuality.NOT_DUE


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sheets of a bureau came how."""

    on_time: int = 0
    made_up: int = 0
    missing: int = 0
    not_due: int = 0

    @property
    def due(self) -> int:
        """Those that were due."""
        return self.on_time + self.made_up + self.missing

    @property
    def words(self) -> str:
        """The counts of those that were due; none is left out, so that rows can be compared."""
        return f"按时{self.on_time}期、补报{self.made_up}期、未报{self.missing}期"


def tally(lights: Iterable[Punctuality]) -> Tally:
    """Counts each kind."""
    found = list(lights)
    return Tally(
        on_time=found.count(Punctuality.ON_TIME),
        made_up=found.count(Punctuality.MADE_UP),
        missing=found.count(Punctuality.MISSING),
        not_due=found.count(Punctuality.NOT_DUE),
    )
