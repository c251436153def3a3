"""PURE: what the counties' figures add up to, and how far the city's own figure is from it.

A value is summed; a rate of two parts is the sum of the numerators over the sum of the denominators. A rate as
published cannot be rolled up. Areas that do not count toward the total are shown beside it, not summed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from departments.plausibility import DENOMINATOR, NUMERATOR, VALUE, CellRules, Measure, quotient
from targets.terms import Kind


@dataclass(frozen=True, slots=True)
class AreaPart:
    """What one area reported; `measure` is None where nothing was. An area without the thing at all is left out."""

    name: str
    measure: Measure | None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class RollUp:
    """What the areas add up to.

    measure: Σ of the values, or Σ numerator and Σ denominator, of the areas that reported (empty when none did).
    missing: names of the areas that count and have not reported. difference: the areas' figure minus the city's, in
    the indicator's unit; None where either cannot be told.
    """

    measure: Measure
    missing: tuple[str, ...]
    figure: Decimal | None
    city: Decimal | None

    @property
    def is_complete(self) -> bool:
        """Whether every area that counts has reported."""
        return not self.missing and self.figure is not None

    @property
    def difference(self) -> Decimal | None:
        if self.figure is None or self.city is None:
            return None
        return self.figure - self.city


def rolls_up(rules: CellRules) -> bool:
    return rules.is_two_part or rules.value_kind in (Kind.FLOW, Kind.STOCK)


def roll_up(rules: CellRules, parts: Iterable[AreaPart], city: Measure | None = None) -> RollUp | None:
    """The areas' figures put together, beside the city's; None for a rate as published."""
    if not rolls_up(rules):
        return None
    counted = [part for part in parts if part.counts]
    reported = [part.measure for part in counted if part.measure is not None and _is_whole(rules, part.measure)]
    missing = tuple(part.name for part in counted if part.measure is None or not _is_whole(rules, part.measure))
    measure = Measure() if not reported else _summed(rules, reported)
    return RollUp(
        measure=measure,
        missing=missing,
        figure=quotient(rules, measure),
        city=None if city is None else quotient(rules, city),
    )


def _is_whole(rules: CellRules, measure: Measure) -> bool:
    return all(measure.part(field) is not None for field in rules.fields)


def _summed(rules: CellRules, measures: list[Measure]) -> Measure:
    sums = {
        field: sum((number for m in measures if (number := m.part(field)) is not None), Decimal(0))
        for field in rules.fields
    }
    return Measure(value=sums.get(VALUE), numerator=sums.get(NUMERATOR), denominator=sums.get(DENOMINATOR))
