"""Short ways to write a promise and its figures down, for the tests of the calculus."""

from datetime import date
from decimal import Decimal
from typing import Any

from targets.periods import quarter_end, year_end
from targets.progress import assess
from targets.terms import (
    Accumulation,
    Assessment,
    Baseline,
    Comparison,
    Direction,
    Figure,
    Form,
    Terms,
)

START = date(2020, 12, 31)
END = date(2025, 12, 31)


def number(value: object) -> Decimal:
    return Decimal(str(value))


def promise(**words: Any) -> Terms:
    """A promise of the years 2021 to 2025; numbers may be written as they come, `baseline` as a bare number."""
    for name in ("value", "lower", "upper", "tolerance_percent", "natural_lower", "natural_upper", "factor"):
        if words.get(name) is not None:
            words[name] = number(words[name])
    if words.get("baseline") is not None and not isinstance(words["baseline"], Baseline):
        words["baseline"] = Baseline(number(words["baseline"]))
    if words.get("direction", Direction.INCREASE) is Direction.DECREASE and "comparison" not in words:
        words["comparison"] = Comparison.AT_MOST
    known: dict[str, Any] = {
        "starts_on": START,
        "ends_on": END,
        "accumulation": Accumulation.LATEST,
        "form": Form.VALUE,
        "comparison": Comparison.AT_LEAST,
        "direction": Direction.INCREASE,
    }
    return Terms(**(known | words))


def falling(**words: Any) -> Terms:
    return promise(direction=Direction.DECREASE, **words)


def day_of(when: object) -> date:
    """2023 is its last day, "2023Q2" that of a quarter, a date is itself."""
    if isinstance(when, date):
        return when
    if isinstance(when, int):
        return year_end(when)
    year, quarter = str(when).split("Q")
    return quarter_end(int(year), int(quarter))


def figures_of(by_day: dict[Any, object]) -> list[Figure]:
    """Figures by year, quarter or day: a number, a pair (numerator, denominator), or a Figure's own words."""
    made = []
    for when, value in by_day.items():
        day = day_of(int(when) if isinstance(when, str) and when.isdecimal() else when)
        if isinstance(value, tuple):
            made.append(Figure(day, numerator=number(value[0]), denominator=number(value[1])))
        elif isinstance(value, dict):
            made.append(Figure(day, **value))
        else:
            made.append(Figure(day, value=number(value)))
    return made


def stands(terms: Terms, by_day: dict[Any, object], as_of: object = None) -> Assessment:
    """The assessment, on the day of the newest figure unless another day is given."""
    made = figures_of(by_day)
    newest = max((one.period_end for one in made), default=terms.ends_on)
    return assess(terms, made, as_of=newest if as_of is None else day_of(as_of))


def flags_of(result: Assessment) -> set[str]:
    return {str(flag) for flag in result.flags}
