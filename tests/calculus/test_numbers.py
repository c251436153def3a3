"""Numbers as they are shown."""

from decimal import Decimal
from fractions import Fraction

import pytest

from targets.numbers import as_decimal, plain, shown
from targets.terms import Direction


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("12.25", 1, "12.2"),  # half to even
        ("12.35", 1, "12.4"),
        ("12.250001", 1, "12.3"),
        ("-0.04", 1, "0.0"),
        ("-12.25", 1, "-12.2"),
        ("1E+3", 0, "1000"),
        ("0", 2, "0.00"),
    ],
)
def test_numbers_are_rounded_half_to_even(value: str, decimals: int, text: str) -> None:
    assert shown(Decimal(value), decimals) == text


def test_nearly_a_hundred_is_not_shown_as_a_hundred() -> None:
    assert shown(Decimal("99.96"), 1, percent=True) == "99.9"
    assert shown(Decimal("99.96"), 1, Decimal(100)) == "99.9"
    assert shown(Decimal(100), 1, Decimal(100), percent=True) == "100.0"
    assert shown(Decimal("100.04"), 1, percent=True) == "100.0"


def test_what_falls_short_of_the_target_is_not_shown_as_the_target() -> None:
    assert shown(Decimal("91.96"), 1, Decimal(92), direction=Direction.INCREASE) == "91.9"
    assert shown(Decimal("0.4004"), 2, Decimal("0.40"), direction=Direction.DECREASE) == "0.41"
    assert shown(Decimal("0.3996"), 2, Decimal("0.40"), direction=Direction.DECREASE) == "0.40"
    assert shown(Decimal("92.04"), 1, Decimal(92), direction=Direction.INCREASE) == "92.0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+20", "100000000000000000000"),
        ("0.000000123456789012345", "0.000000123456789012"),
        ("2.50", "2.5"),
        ("-0.0", "0"),
        ("100", "100"),
        ("0.8333333333333333333", "0.833333333333"),
    ],
)
def test_numbers_for_machines_have_no_exponent_and_twelve_digits(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_a_fraction_that_ends_is_exact() -> None:
    assert as_decimal(Fraction(7, 10)) == Decimal("0.7")
