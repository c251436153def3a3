"""What a person may type for a number, and the sentence for what is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.number_input import NumberRefused, parse_decimal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", "0"),
        ("412.3", "412.3"),
        ("  412.3 ", "412.3"),
        ("\u3000412.3\u3000", "412.3"),
        ("４１２．３", "412.3"),
        ("412。3", "412.3"),
        ("1,234,567.5", "1234567.5"),
        ("１，２３４．５", "1234.5"),
        ("1 234 567", "1234567"),
        ("1\u2009234", "1234"),
        ("-3.2", "-3.2"),
        ("－３.２", "-3.2"),
        ("−3.2", "-3.2"),
        ("—3.2", "-3.2"),
        ("- 3.2", "-3.2"),
        ("-1,234", "-1234"),
        ("+7", "7"),
        (".5", "0.5"),
        ("007", "7"),
        ("\ufeff5", "5"),
        ("9999999999999999.99999999", "9999999999999999.99999999"),
        ("0009999999999999999.5", "9999999999999999.5"),
        ("1.50000000000000", "1.5"),
    ],
)
def test_it_reads_what_has_one_meaning_only(typed, number):
    assert parse_decimal(typed) == Decimal(number)


def test_it_keeps_the_decimals_as_typed():
    assert str(parse_decimal("5.10")) == "5.10"


def test_minus_zero_is_zero():
    assert str(parse_decimal("-0.0")) == "0.0"


@pytest.mark.parametrize(
    ("typed", "sentence_has"),
    [
        ("", "没有填写"),
        (" \u3000\t", "没有填写"),
        ("95.5%", "百分号"),
        ("９５％", "百分号"),
        ("5‰", "百分号"),
        ("1,23", "千位分隔符"),
        ("12,34,567", "千位分隔符"),
        ("1,234 567", "千位分隔符"),
        ("1234,567", "千位分隔符"),
        ("1.2.3", "小数点"),
        ("12.", "小数点"),
        ("1e5", "科学记数法"),
        ("412万吨", "不带单位"),
        ("1\t2", "一格只能填一个数"),
        ("1\n2", "一格只能填一个数"),
        ("约412", "不是数字"),
        ("NaN", "不是数字"),
        ("Infinity", "不是数字"),
        ("(5)", "不是数字"),
        ("--5", "不是数字"),
        ("五", "不是数字"),
        ("٤", "不是数字"),
        ("3²", "不带单位"),
        ("=1+1", "不是数字"),
        ("12345678901234567", "数字过大"),
        ("0.123456789", "小数过长"),
    ],
)
def test_it_refuses_with_a_sentence_that_shows_the_way_out(typed, sentence_has):
    with pytest.raises(NumberRefused) as refused:
        parse_decimal(typed)
    assert sentence_has in str(refused.value)
    assert str(refused.value).endswith("。")


@given(st.text())
def test_any_text_gives_a_number_or_a_sentence_and_nothing_else(typed):
    try:
        number = parse_decimal(typed)
    except NumberRefused:
        return
    assert number.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=8))
def test_what_was_stored_reads_back_as_the_same_number(number):
    assert parse_decimal(f"{number:f}") == number
    assert parse_decimal(f"{number:,f}") == number
