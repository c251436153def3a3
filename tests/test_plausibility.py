"""What is odd about one figure is found and said before anybody looks at it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from departments.plausibility import CellRules, Level, Measure, Past, findings, quotient
from targets.terms import Basis, Kind

SHARE = CellRules(
    unit="%",
    is_two_part=True,
    numerator_name="利用量",
    denominator_name="可收集量",
    numerator_kind=Kind.FLOW,
    denominator_kind=Kind.FLOW,
    basis=Basis.YEAR_TO_DATE,
    factor=Decimal(100),
    natural_lower=Decimal(0),
    natural_upper=Decimal(100),
)
AREA = CellRules(unit="万亩", value_name="面积", value_kind=Kind.STOCK, natural_lower=Decimal(0))
RATE = CellRules(
    unit="%", value_name="比重", value_kind=Kind.RATE, natural_lower=Decimal(0), natural_upper=Decimal(100)
)
COUNT = CellRules(unit="家", value_name="家数", value_kind=Kind.STOCK, natural_lower=Decimal(0), whole_units=True)
NOTHING = Past()


def parts(numerator, denominator):
    return Measure(numerator=Decimal(numerator), denominator=Decimal(denominator))


def value(number):
    return Measure(value=Decimal(number))


def codes(rules, measure, past=NOTHING):
    return [(f.level, f.code) for f in findings(rules, measure, past)]


def test_an_ordinary_figure_has_no_findings():
    past = Past(last=parts("300", "310"), last_is_of_this_year=True, same_last_year=parts("400", "425"))
    assert findings(SHARE, parts("412.3", "428.1"), past) == ()
    assert findings(AREA, value("35"), Past(last=value("34"), same_last_year=value("30"))) == ()


def test_zero_is_a_number_and_not_odd_by_itself():
    assert findings(AREA, value("0"), NOTHING) == ()
    assert findings(SHARE, parts("0", "10"), NOTHING) == ()


def test_what_is_missing_is_not_looked_at():
    assert findings(AREA, Measure(), NOTHING) == ()
    assert findings(SHARE, Measure(numerator=Decimal(5)), NOTHING) == ()


@pytest.mark.parametrize(("number", "code"), [("100.1", "above_limit"), ("-0.1", "negative")])
def test_outside_the_natural_limits_is_an_error(number, code):
    assert codes(RATE, value(number)) == [(Level.ERROR, code)]


def test_the_limits_themselves_are_inside():
    assert findings(RATE, value("100"), NOTHING) == ()
    assert findings(RATE, value("0"), NOTHING) == ()


def test_a_part_larger_than_the_whole_is_one_error():
    assert codes(SHARE, parts("430", "428.1")) == [(Level.ERROR, "part_exceeds_whole")]
    assert findings(SHARE, parts("428.1", "428.1"), NOTHING) == ()


def test_a_ratio_without_an_upper_limit_may_exceed_one():
    intensity = replace(SHARE, factor=Decimal("0.1"), natural_upper=None, unit="千克/亩")
    assert findings(intensity, parts("300000", "1200"), NOTHING) == ()


def test_a_ratio_outside_its_own_limit_is_an_error():
    capped = replace(SHARE, natural_upper=Decimal(50))
    assert codes(capped, parts("60", "100")) == [(Level.ERROR, "above_limit")]


@pytest.mark.parametrize(("numerator", "denominator"), [("-1", "10"), ("1", "-10"), ("-1", "-10")])
def test_a_negative_part_is_an_error(numerator, denominator):
    assert all(code == (Level.ERROR, "negative") for code in codes(SHARE, parts(numerator, denominator)))
    assert codes(SHARE, parts(numerator, denominator))


def test_a_ratio_of_nothing_is_a_warning_and_something_of_nothing_an_error():
    assert codes(SHARE, parts("0", "0")) == [(Level.WARNING, "ratio_of_nothing")]
    assert codes(SHARE, parts("3", "0")) == [(Level.ERROR, "zero_denominator")]
    assert "不作评价" in findings(SHARE, parts("0", "0"), NOTHING)[0].sentence


def test_a_year_to_date_that_falls_is_a_warning():
    past = Past(last=parts("300", "310"), last_name="2023年三季度", last_is_of_this_year=True)
    found = findings(SHARE, parts("299", "320"), past)
    assert [(f.code, f.field) for f in found] == [("total_falls", "numerator")]
    assert "2023年三季度" in found[0].sentence


def test_a_new_year_starts_again_from_nothing():
    past = Past(last=parts("412", "428"), last_is_of_this_year=False)
    assert findings(SHARE, parts("90", "95"), past) == ()


def test_a_total_since_the_start_never_falls():
    rules = replace(AREA, value_kind=Kind.FLOW, basis=Basis.SINCE_START)
    assert codes(rules, value("39"), Past(last=value("40"))) == [(Level.WARNING, "total_falls")]


@pytest.mark.parametrize(("now", "odd"), [("45", False), ("45.1", True), ("15", False), ("14.9", True)])
def test_a_change_of_more_than_half_is_a_jump(now, odd):
    past = Past(last=value("30"), last_name="2023年三季度")
    assert codes(AREA, value(now), past) == ([(Level.WARNING, "jump")] if odd else [])


def test_a_running_total_is_compared_with_the_same_period_of_last_year_only():
    past = Past(last=parts("100", "110"), last_is_of_this_year=True, same_last_year=parts("400", "425"))
    assert findings(SHARE, parts("412", "428"), past) == ()
    assert codes(SHARE, parts("180", "425"), past) == [(Level.WARNING, "jump")]


@pytest.mark.parametrize(
    ("now", "words"), [("350", "10 倍"), ("3500", "100 倍"), ("350000", "1万 倍"), ("3.5", "10 分之一")]
)
def test_a_wrong_unit_is_suspected_at_ten_a_hundred_and_ten_thousand_times(now, words):
    past = Past(last=value("35"), last_name="2023年三季度")
    (finding,) = findings(AREA, value(now), past)
    assert finding.code == "unit_slip"
    assert words in finding.sentence


@pytest.mark.parametrize(("now", "odd"), [("79", False), ("80", True), ("120000", True)])
def test_a_running_total_that_leaps_in_a_first_year_is_suspected_of_a_wrong_unit(now, odd):
    rules = replace(AREA, value_kind=Kind.FLOW, basis=Basis.YEAR_TO_DATE)
    past = Past(last=value("10"), last_is_of_this_year=True)
    assert codes(rules, value(now), past) == ([(Level.WARNING, "unit_slip")] if odd else [])
    assert codes(rules, value(now), replace(past, last_is_of_this_year=False)) == []
    assert codes(rules, value(now), replace(past, same_last_year=value(now))) == []


def test_there_is_no_jump_from_nothing():
    assert findings(AREA, value("12"), Past(last=value("0"), same_last_year=Measure())) == ()


def test_few_whole_units_more_are_no_jump():
    assert findings(COUNT, value("3"), Past(last=value("1"))) == ()
    assert codes(COUNT, value("31"), Past(last=value("12"))) == [(Level.WARNING, "jump")]


def test_a_ratio_that_jumps_is_a_warning_even_when_its_parts_move_gently():
    past = Past(same_last_year=parts("30", "100"))
    assert codes(SHARE, parts("42", "80"), past) == [(Level.WARNING, "jump")]


def test_counts_are_whole():
    assert codes(COUNT, value("3.5")) == [(Level.ERROR, "not_whole")]
    assert findings(COUNT, value("3.0"), NOTHING) == ()


def test_what_the_database_cannot_hold_is_an_error():
    assert codes(AREA, value("0.123456789")) == [(Level.ERROR, "too_many_decimals")]
    assert findings(AREA, value("0.12345678"), NOTHING) == ()
    assert codes(AREA, value("1" + "0" * 16)) == [(Level.ERROR, "too_large")]


def test_an_error_is_not_compared_with_the_past():
    assert codes(RATE, value("950"), Past(last=value("95"))) == [(Level.ERROR, "above_limit")]


def test_the_quotient_is_in_the_unit_of_the_indicator():
    assert quotient(SHARE, parts("96", "100")) == 96
    assert quotient(SHARE, parts("0", "0")) is None
    assert quotient(AREA, value("0")) == 0


@pytest.mark.parametrize("measure", [parts("3", "0"), parts("430", "428"), parts("0", "0"), parts("-1", "2")])
def test_every_sentence_names_the_field_and_ends(measure):
    for finding in findings(SHARE, measure, NOTHING):
        assert "量" in finding.sentence
        assert finding.sentence.endswith("。")
