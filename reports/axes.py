"""PURE: round numbers for an axis, the unit that keeps them short, and how they are read."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


def nice_ticks(low: Decimal, high: Decimal, wanted: int = 5) -> list[Decimal]:
    """Round numbers that enclose low and high, about `wanted` of them, at steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if span == 0:
        span = abs(high) / 5 if high != 0 else Decimal(1)
        low, high = low - span / 2, high + span / 2
    rough = span / (wanted - 1)
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * number for number in range(int(first), int(last) + 1)]


def scaled_unit(unit: str, peak: Decimal) -> tuple[Decimal, str]:
    """The divisor and the unit that keep an axis short: 250 000 吨 is read as 25 万吨, 120 000 万元 as 12 亿元."""
    if unit in ("%", "系数", "个百分点") or "/" in unit:
        return Decimal(1), unit
    if peak >= Decimal(100_000):
        if unit.startswith("万"):
            return Decimal(10_000), f"亿{unit[1:]}"
        if not unit.startswith("亿"):
            return (Decimal(100_000_000), f"亿{unit}") if peak >= 10**8 else (Decimal(10_000), f"万{unit}")
    return Decimal(1), unit


def alike(ticks: Sequence[Decimal]) -> list[str]:
    """The ticks as text with the same number of decimals, as few as they need."""
    places = max((-int(tick.normalize().as_tuple().exponent) for tick in ticks), default=0)
    return [f"{tick:.{max(places, 0)}f}".replace("-", "−") for tick in ticks]
