"""Samples in, figures and the rows of a table out: nothing here looks at a clock, a server or a database."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

BEGIN = "<!-- written by make bench: begin -->"
END = "<!-- written by make bench: end -->"
COLUMNS = ("what", "figure", "beside it", "ratio", "goal", "outcome")
NONE = "–"


class Outcome(StrEnum):
    HELD = "held"
    MISSED = "missed"
    NO_GOAL = "no goal"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a figure, the floor or peer measured in the same run, their ratio, the goal."""

    what: str
    figure: str
    beside: str = NONE
    ratio: str = NONE
    goal: str = NONE
    outcome: Outcome = Outcome.NO_GOAL

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, self.figure, self.beside, self.ratio, self.goal, self.outcome.value)


def percentile(samples: Iterable[float], share: float) -> float:
    """The value below which a share (0 to 1) of the samples lies, between two samples in proportion.

    Hyndman and Fan's definition 7, the one of spreadsheets and numpy. Raises ValueError without samples or for another
    share.
    """
    ordered = sorted(samples)
    if not ordered:
        raise ValueError("no samples")
    if not 0 <= share <= 1:
        raise ValueError(f"not a share: {share}")
    place = share * (len(ordered) - 1)
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(samples: Iterable[float]) -> float:
    return percentile(samples, 0.5)


def ratio(figure: float, floor: float) -> float:
    """How many times the floor; raises ValueError for a floor that is not above 0."""
    if floor <= 0:
        raise ValueError(f"not a floor: {floor}")
    return figure / floor


def outcome(*, is_held: bool) -> Outcome:
    return Outcome.HELD if is_held else Outcome.MISSED


def at_most(figure: float, limit: float) -> Outcome:
    """Judged by what was measured, not by what is printed: 12.04 is more than 12, though both print as 12.0."""
    return outcome(is_held=figure <= limit)


def milliseconds(seconds: float) -> str:
    """Three digits: 0.912 ms, 9.12 ms, 91.2 ms, 912 ms."""
    value = seconds * 1000
    decimals = 0 if value >= 99.95 else 1 if value >= 9.995 else 2 if value >= 0.9995 else 3
    return f"{value:.{decimals}f} ms"


def times(value: float) -> str:
    """A ratio: 0.87 ×, 3.1 ×, 240 ×."""
    return f"{value:.{2 if value < 1 else 1 if value < 99.95 else 0}f} ×"


def kilobytes(count: int) -> str:
    """1 KB is 1,000 bytes."""
    return f"{count / 1000:.1f} KB"


def table(rows: Sequence[Row]) -> str:
    """A Markdown table whose columns also stand in line on a terminal; ends with a line break."""
    lines = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(columns_of(line[place]) for line in lines) for place in range(len(COLUMNS))]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    printed = [
        "| "
        + " | ".join(cell + " " * (width - columns_of(cell)) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    return "\n".join([printed[0], rule, *printed[1:]]) + "\n"


def columns_of(text: str) -> int:
    """How wide a terminal shows it: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def verdict(rows: Sequence[Row]) -> str:
    """One sentence on the goals, the missed ones by name."""
    judged = [row for row in rows if row.outcome is not Outcome.NO_GOAL]
    missed = [row.what for row in judged if row.outcome is Outcome.MISSED]
    if not missed:
        return f"All {len(judged)} goals are held."
    return f"{len(missed)} of {len(judged)} goals are missed: {'; '.join(missed)}."


def with_results(page: str, results: str) -> str:
    """The page with the part between its two marks replaced; raises ValueError where they do not stand there once."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"the page lacks the marks {BEGIN} and {END}")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{results.strip()}\n\n{END}{after}"
