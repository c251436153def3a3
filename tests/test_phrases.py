"""What a table cell says of a gap, for every form: never rounded away, never the wrong way round."""

import datetime as dt
from decimal import Decimal

import pytest

from reports import phrases
from targets.terms import Accumulation, Assessment, Comparison, Direction, Flag, FlagNote, Form, Path, Status


def gap(number, *, met=False, decimals=1, unit="%", **words):
    found = Assessment(status=Status.ON_TRACK, reason="", gap=None if number is None else Decimal(number), met=met)
    return phrases.gap_text(found, decimals=decimals, unit=unit, **words)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"number": None}, "—"),
        ({"number": "4.5"}, "还差4.5个百分点"),
        ({"number": "-0.8", "met": True}, "高于目标0.8个百分点"),
        ({"number": "-1.1"}, "高于目标1.1个百分点"),
        ({"number": "0.06", "direction": Direction.DECREASE, "decimals": 2, "unit": "千克/亩"}, "还差0.06千克/亩"),
        (
            {"number": "-0.02", "direction": Direction.DECREASE, "decimals": 2, "unit": "千克/亩", "met": True},
            "低于目标0.02千克/亩",
        ),
        ({"number": "0", "met": True}, "持平"),
        ({"number": "0"}, "持平，须超过"),
        ({"number": "0.1", "met": True}, "差0.1个百分点（容差内）"),
        ({"number": "0.0004"}, "还差0.0004个百分点"),
        ({"number": "-20.7", "is_budget": True, "met": True, "unit": "吨"}, "余量20.7吨"),
        ({"number": "24", "is_budget": True, "unit": "吨"}, "超出控制数24.0吨"),
        ({"number": "0", "is_band": True, "met": True}, "在区间内"),
        ({"number": "1.5", "is_band": True}, "偏离区间1.5个百分点"),
        ({"number": "0.001", "decimals": 3, "unit": "系数"}, "还差0.001"),
    ],
)
def test_a_gap_is_said_in_the_indicators_own_unit(words, text):
    assert gap(**words) == text


def promise(form, value=None, *, comparison=Comparison.AT_LEAST, unit="%", **fields):
    words = {
        "direction": Direction.INCREASE,
        "accumulation": Accumulation.LATEST,
        "lower": None,
        "upper": None,
        "due_on": dt.date(2025, 12, 31),
        "baseline_year": 2020,
    } | fields
    return phrases.target_text(
        form=form, comparison=comparison, value=None if value is None else Decimal(value), unit=unit, **words
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (promise(Form.VALUE, "92"), "≥92%"),
        (promise(Form.VALUE, "30", comparison=Comparison.MORE_THAN), "＞30%"),
        (promise(Form.VALUE, "13", comparison=Comparison.ABOUT), "13%左右"),
        (promise(Form.VALUE, "0.642", unit="系数"), "≥0.642"),
        (promise(Form.VALUE, "4500", unit="万平方米", accumulation=Accumulation.SUM), "≥4500万平方米（累计）"),
        (promise(Form.VALUE, "20", unit="座", is_aspirational=True), "力争≥20座"),
        (promise(Form.HOLD, "95"), "稳定在95%以上"),
        (promise(Form.HOLD, "98", is_strict=True), "每年稳定在98%以上"),
        (promise(Form.CHANGE_PERCENT, "-6", comparison=Comparison.ABOUT), "较2020年下降6%左右"),
        (promise(Form.CHANGE_PERCENT, "3"), "较2020年增长3%"),
        (promise(Form.CHANGE_ABSOLUTE, "22", unit="万亩"), "较2020年新增22万亩"),
        (promise(Form.CHANGE_POINTS, "10", unit="个百分点"), "较2020年提高10个百分点"),
        (promise(Form.BAND, lower=Decimal(15), upper=Decimal(20)), "15%—20%"),
        (promise(Form.CEILING, "500", unit="吨"), "控制在500吨以内"),
        (promise(Form.DIRECTION), "进一步提高（未定量）"),
        (promise(Form.MILESTONE), "2025年12月31日前完成"),
        (promise(Form.YEARLY_MILESTONE), "每年12月31日前完成"),
    ],
)
def test_a_promise_is_worded_as_the_plan_words_it(text, expected):
    assert text == expected


def test_a_share_short_of_all_is_never_shown_as_all():
    assert phrases.share_text(Decimal("0.99996")) == "99.9%"
    assert phrases.share_text(Decimal(1)) == "100.0%"


def test_a_lower_bound_is_shown_as_one():
    found = Assessment(status=Status.NOT_ASSESSED, reason="", actual=Decimal(40), flags=(FlagNote(Flag.PARTIAL_SUM),))
    assert phrases.actual_text(found, decimals=0, unit="家", direction=Direction.INCREASE) == "≥40家"


def test_a_yearly_effort_is_a_rate_on_a_geometric_path():
    rate = phrases.yearly_text(Decimal("-0.06591"), path=Path.GEOMETRIC, decimals=2, unit="吨标准煤/万元")
    assert rate == "每年降6.59%"
    assert phrases.yearly_text(Decimal("4.4"), path=Path.LINEAR, decimals=2, unit="万亩") == "每年升4.40万亩"


def test_using_up_a_budget_slowly_is_not_called_a_lag():
    assert phrases.lead_text(Decimal("-12.5"), is_budget=True) == "用量慢于时序12.5个百分点"
    assert phrases.lead_text(Decimal("-12.5")) == "欠时序进度12.5个百分点"


def test_flags_name_their_year():
    assert phrases.flag_texts((FlagNote(Flag.NOT_HELD, 2022), FlagNote(Flag.PROVISIONAL))) == ("2022年未稳定", "快报数")
