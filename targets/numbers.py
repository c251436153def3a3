"""How a number is shown: rounded only here, by GB/T 8170 (half to even), and never into a promise that is not kept.

Pure. Comparison with a target uses the number as reported; what is shown must not contradict that comparison.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from targets.terms import HUNDRED, Direction

DIGITS = 28
SIGNIFICANT = 12


def as_decimal(number: Fraction) -> Decimal:
    """A fraction as a Decimal of 28 significant digits, exact where 28 digits suffice."""
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(number.numerator) / Decimal(number.denominator)


def plain(number: Decimal, significant: int = SIGNIFICANT) -> str:
    """A number for machines: no exponent, no trailing zeros, at most so many significant digits."""
    if not number:
        return "0"
    with localcontext() as context:
        context.prec = significant
        context.rounding = ROUND_HALF_EVEN
        text = f"{+number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(
    value: Decimal,
    decimals: int,
    target: Decimal | None = None,
    *,
    direction: Direction | None = None,
    percent: bool = False,
) -> str:
    """A number for readers, rounded half to even (GB/T 8170 进舍规则) to `decimals` places.

    A value short of `target` is never shown as the target: 99.96 against 100 is 99.9. `direction` says on which side
    “short” lies (below for an increase, above for a decrease); without it both sides are kept apart. With `percent`
    the same holds for 100, whatever the target.
    """
    with localcontext() as context:
        context.prec = 80
        unit = Decimal(1).scaleb(-decimals)
        rounded = value.quantize(unit, rounding=ROUND_HALF_EVEN)
        if target is not None:
            if value < target <= rounded and direction is not Direction.DECREASE:
                rounded = value.quantize(unit, rounding=ROUND_FLOOR)
            elif rounded <= target < value and direction is not Direction.INCREASE:
                rounded = value.quantize(unit, rounding=ROUND_CEILING)
        if percent and value < HUNDRED <= rounded:
            rounded = value.quantize(unit, rounding=ROUND_FLOOR)
        return f"{rounded if rounded else abs(rounded):f}"
