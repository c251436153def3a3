"""The course from a baseline to a target: progress, expected value, what is still required and where the trend leads.

Exact fractions for everything linear, so that a share of exactly 0.95 is not decided by the 28th digit; 40 digits
where a logarithm is needed. Formulas: docs/method.md, “计算公式”. Pure.
"""

import math
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

GEOMETRIC_DIGITS = 40


def logarithm(number: Fraction) -> Fraction:
    """The natural logarithm of a positive number, to 40 digits."""
    with localcontext() as context:
        context.prec = GEOMETRIC_DIGITS
        return Fraction((Decimal(number.numerator) / Decimal(number.denominator)).ln())


def power(number: Fraction, exponent: Fraction) -> Fraction:
    """A positive number to any power, to 40 digits."""
    if exponent == 1:
        return number
    if exponent == 0:
        return Fraction(1)
    with localcontext() as context:
        context.prec = GEOMETRIC_DIGITS
        share = Decimal(exponent.numerator) / Decimal(exponent.denominator)
        logged = (Decimal(number.numerator) / Decimal(number.denominator)).ln()
        return Fraction((logged * share).exp())


def chained(annual_changes: list[Decimal]) -> Decimal:
    """The change over several years from yearly changes, as fractions: Π(1 + r) − 1. Yearly rates are never added."""
    product = math.prod((1 + Fraction(change) for change in annual_changes), start=Fraction(1)) - 1
    with localcontext() as context:
        context.prec = 28
        return Decimal(product.numerator) / Decimal(product.denominator)


@dataclass(frozen=True, slots=True)
class Point:
    """A value that is promised for an instant, `months` after the start."""

    months: int
    value: Fraction


@dataclass(frozen=True, slots=True)
class Course:
    """The way from `start` (None: unknown) to `goal` in `months` months, through the plan's own interim targets.

    `geometric` follows B·(T/B)^e, `offset` is added before ratios are taken (100 where percent changes themselves are
    reported), `two_sided` measures the distance to the goal from both sides, `lumpy` counts whole things.
    """

    start: Fraction | None
    goal: Fraction
    months: int
    geometric: bool = False
    offset: Fraction = Fraction(0)
    interim: tuple[Point, ...] = ()
    two_sided: bool = False
    lumpy: bool = False

    def progress(self, value: Fraction) -> Fraction | None:
        """The share of the promised change that `value` has done; None without a start or without a change."""
        if self.start is None or self.start == self.goal:
            return None
        if self.geometric and value + self.offset > 0:
            share = logarithm(self._ratio(value, self.start)) / logarithm(self._ratio(self.goal, self.start))
            return 1 - abs(1 - share) if self.two_sided else share
        return self.plain_progress(value)

    def plain_progress(self, value: Fraction) -> Fraction | None:
        """The same as a plain ratio, whatever the path: what tolerance and overshoot are measured with."""
        if self.start is None or self.start == self.goal:
            return None
        share = (value - self.start) / (self.goal - self.start)
        return 1 - abs(1 - share) if self.two_sided else share

    def expected(self, months: int) -> Fraction | None:
        """The value that the course passes through; None where no point before it is known."""
        points = [*self.interim, Point(self.months, self.goal)]
        if self.start is not None:
            points.insert(0, Point(0, self.start))
        before = [point for point in points if point.months <= months]
        after = [point for point in points if point.months > months]
        if not before:
            return None
        value = self._between(before[-1], after[0], months) if after else before[-1].value
        return Fraction(math.floor(value)) if self.lumpy else value

    def required(self, value: Fraction, months: int) -> Fraction | None:
        """What each year left has to bring: in the unit, or as a yearly rate on a geometric course."""
        years = Fraction(self.months - months, 12)
        return None if years <= 0 else self._yearly(value, self.goal, years)

    def observed(self, value: Fraction, months: int) -> Fraction | None:
        """What a year brought so far, on the average."""
        years = Fraction(months, 12)
        return None if years <= 0 or self.start is None else self._yearly(self.start, value, years)

    def at_share(self, share: Fraction) -> Fraction | None:
        """The value at which so much of the promise is reached."""
        if self.start is None:
            return None
        if self.geometric:
            grown = power(self._ratio(self.goal, self.start), share)
            return (self.start + self.offset) * grown - self.offset
        return self.start + (self.goal - self.start) * share

    def _ratio(self, value: Fraction, base: Fraction) -> Fraction:
        return (value + self.offset) / (base + self.offset)

    def _yearly(self, since: Fraction, until: Fraction, years: Fraction) -> Fraction:
        if self.geometric and since + self.offset > 0 and until + self.offset > 0:
            return power(self._ratio(until, since), 1 / years) - 1
        return (until - since) / years

    def _between(self, before: Point, after: Point, months: int) -> Fraction:
        share = Fraction(months - before.months, after.months - before.months)
        low, high = before.value + self.offset, after.value + self.offset
        if self.geometric and low > 0 and high > 0:
            return low * power(high / low, share) - self.offset
        return before.value + (after.value - before.value) * share
