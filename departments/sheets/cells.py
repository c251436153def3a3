"""What one cell of a sheet says, the key by which it is named everywhere, and its words.

Keys are strings: `c<indicator>` for the city's figure, `c<indicator>a<area>` for a county's, `t<task>` for a report.
"""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal

from departments import plausibility
from departments.models import Entry, TaskReport
from departments.plausibility import Measure
from targets.models import Area, Observation

NOTE_LIMIT = 1000
REPORT_LIMIT = 2000
"""Characters of a note, and of the report on a task."""


def figure_key(indicator_id: int, area: Area) -> str:
    """The key of a figure: the city's, or a county's."""
    return f"c{indicator_id}" if area.parent_id is None else f"c{indicator_id}a{area.pk}"


def task_key(task_id: int) -> str:
    return f"t{task_id}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a number, or two parts, or the state that explains why there is none."""

    state: str = "number"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_provisional: bool = False
    note: str = ""

    @classmethod
    def of(cls, entry: Entry) -> "Cell":
        return cls(
            state=entry.state,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            is_provisional=entry.is_provisional,
            note=entry.note,
        )

    @property
    def measure(self) -> Measure:
        return Measure(value=self.value, numerator=self.numerator, denominator=self.denominator)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in, not even why there is no number."""
        return self == Cell()

    def as_text(self) -> str:
        """The cell as one line, equal for equal cells: a form carries it to tell what its reader changed."""
        numbers = [
            None if number is None else plausibility.plain(number)
            for number in (self.value, self.numerator, self.denominator)
        ]
        return json.dumps([self.state, *numbers, self.is_provisional, self.note], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class TaskCell:
    """What a bureau says of a task: its words, and the days on which dated steps (by milestone id) were reached."""

    text: str = ""
    reached: tuple[tuple[int, dt.date], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "reached", tuple(sorted(self.reached)))

    @classmethod
    def of(cls, report: TaskReport) -> "TaskCell":
        """Needs `milestones` to be prefetched."""
        return cls(
            text=report.text, reached=tuple((each.milestone_id, each.reached_on) for each in report.milestones.all())
        )

    @property
    def is_empty(self) -> bool:
        return self == TaskCell()

    def as_text(self) -> str:
        """The cell as one line, equal for equal cells."""
        return json.dumps([self.text, [[i, day.isoformat()] for i, day in self.reached]], ensure_ascii=False)


AnyCell = Cell | TaskCell


def cell_in_words(cell: AnyCell) -> str:
    """A cell as one line, for the event log and for comparing two versions."""
    if isinstance(cell, TaskCell):
        days = "、".join(day.isoformat() for _, day in cell.reached)
        return (cell.text or "（空）") + (f"（节点完成日：{days}）" if days else "")
    if cell.state != "number":
        words = dict(Observation.STATES)[cell.state]
    elif cell.numerator is not None or cell.denominator is not None:
        words = f"{_number_in_words(cell.numerator)} / {_number_in_words(cell.denominator)}"
    else:
        words = _number_in_words(cell.value)
    extra = ("，快报数" if cell.is_provisional else "") + (f"，说明：{cell.note}" if cell.note else "")
    return words + extra


def _number_in_words(number: Decimal | None) -> str:
    return "（空）" if number is None else plausibility.plain(number)
