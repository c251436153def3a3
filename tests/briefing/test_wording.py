"""Sentences on one indicator: each status, each form of a target, and what is missing said as missing."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from reports import phrases
from reports.briefing import wording
from targets.terms import Absence, Accumulation, Comparison, Direction, Flag, FlagNote, Form, Status
from tests.briefing.row_factory import make_row, replace_assessment
from tests.briefing.sample_rows import make_rows

CELL = {
    "accumulation": Accumulation.LATEST,
    "direction": Direction.INCREASE,
    "lower": None,
    "upper": None,
    "value": None,
    "due_on": dt.date(2025, 12, 31),
    "baseline_year": 2020,
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"form": Form.VALUE, "comparison": Comparison.AT_LEAST, "value": "92", "unit": "%"}, "达到92%"),
        ({"form": Form.VALUE, "comparison": Comparison.MORE_THAN, "value": "30", "unit": "%"}, "超过30%"),
        ({"form": Form.VALUE, "comparison": Comparison.AT_MOST, "value": "0.4", "unit": "系数"}, "不高于0.4"),
        ({"form": Form.VALUE, "comparison": Comparison.LESS_THAN, "value": "5", "unit": "吨"}, "低于5吨"),
        ({"form": Form.VALUE, "comparison": Comparison.ABOUT, "value": "13", "unit": "%"}, "13%左右"),
        (
            {
                "form": Form.VALUE,
                "comparison": Comparison.AT_LEAST,
                "value": "20",
                "unit": "座",
                "is_aspirational": True,
            },
            "力争达到20座",
        ),
        (
            {
                "form": Form.VALUE,
                "comparison": Comparison.AT_LEAST,
                "value": "4500",
                "unit": "万平方米",
                "accumulation": Accumulation.SUM,
            },
            "累计达到4500万平方米",
        ),
        (
            {"form": Form.CHANGE_PERCENT, "comparison": Comparison.ABOUT, "value": "-6", "unit": "%"},
            "较2020年下降6%左右",
        ),
        ({"form": Form.CHANGE_PERCENT, "comparison": Comparison.AT_LEAST, "value": "3", "unit": "%"}, "较2020年增长3%"),
        (
            {"form": Form.CHANGE_ABSOLUTE, "comparison": Comparison.AT_LEAST, "value": "22", "unit": "万亩"},
            "较2020年新增22万亩",
        ),
        (
            {"form": Form.CHANGE_POINTS, "comparison": Comparison.AT_LEAST, "value": "10", "unit": "个百分点"},
            "较2020年提高10个百分点",
        ),
        ({"form": Form.HOLD, "comparison": Comparison.AT_LEAST, "value": "95", "unit": "%"}, "稳定在95%以上"),
        (
            {"form": Form.BAND, "comparison": Comparison.AT_LEAST, "lower": "15", "upper": "20", "unit": "%"},
            "15%—20%",
        ),
        ({"form": Form.CEILING, "comparison": Comparison.AT_MOST, "value": "100", "unit": "吨"}, "控制在100吨以内"),
        ({"form": Form.DIRECTION, "comparison": Comparison.AT_LEAST, "unit": "%"}, "进一步提高（未定量）"),
        ({"form": Form.MILESTONE, "comparison": Comparison.AT_LEAST, "unit": ""}, "2025年12月31日前完成"),
        ({"form": Form.YEARLY_MILESTONE, "comparison": Comparison.AT_LEAST, "unit": ""}, "每年12月31日前完成"),
    ],
)
def test_it_reads_every_form_of_a_target_aloud(changes, words):
    numbers = {key: Decimal(changes[key]) for key in ("value", "lower", "upper") if key in changes}
    assert wording.read_aloud(phrases.target_text(**{**CELL, **changes, **numbers})) == words


SAID = {
    "LY-01": "截至2025年三季度，非化石能源消费比重为12.6%，提前达到目标（13%左右），"
    "系按系统设定的容差判定，按严格口径未达。",
    "LY-02": "截至2025年三季度，可再生能源电量占比为21.0%，距目标（超过30%）还差9.0个百分点，"
    "完成进度35.7%，欠时序进度59.3个百分点，判定为明显滞后。",
    "LY-03": "截至2025年三季度，具备条件的园区循环化改造实施比例为97.5%（快报数），距目标（达到100%）还差2.5个百分点，"
    "完成进度95.8%，超时序进度0.8个百分点，判定为符合时序进度。",
    "LY-05": "截至2025年三季度，单位耕地面积化肥施用量为25.90千克/亩，基期（2020年）为25.50千克/亩，高于基期，"
    "与目标方向相反，距目标（较2020年下降6%左右）还差1.93千克/亩。",
    "LY-06": "单位农作物种植面积化学农药使用量不作评价（2024年农业病虫害平稳的条件不成立），现值为0.098千克/亩。",
    "LY-08": "截至2025年三季度，农作物秸秆综合利用率为96.2%，达到目标（稳定在95%以上），但2022年未稳定。",
    "LY-09": "截至2025年三季度，农用薄膜回收率为88.4%，距目标（达到92%）还差3.6个百分点，"
    "完成进度70.0%，欠时序进度25.0个百分点，判定为略滞后。",
    "LY-10": "截至2025年三季度，农田灌溉水有效利用系数为0.640，距目标（达到0.642）还差0.002，"
    "尚未达到目标，无基期值，不计算时序进度。",
    "LY-13": "截至2025年三季度，累计新增绿色建筑面积为3980.25万平方米，距目标（累计达到4500万平方米）"
    "还差519.75万平方米，判定为未达标。",
    "LY-15": "新开工装配式建筑占新建建筑比例缺终期数，最新数据为2025年三季度的38.5%，距目标（达到40%）"
    "还差1.5个百分点，不作终期判定。",
    "LY-18": "截至2025年三季度，高速公路服务区充电站为3座，暂不评价（规划期刚开始）。",
    "LY-19": "营运车辆单位运输周转量二氧化碳排放缺基期值，目标（较2020年下降3%）须以基期值计算，暂不能评价，"
    "现值为4.1210千克/百吨公里。",
    "LY-22": "数据报送率缺数（尚未公布），不能评价。",
}


@pytest.mark.parametrize("row", [row for row in make_rows() if row.code in SAID], ids=lambda row: row.code)
def test_it_says_how_an_indicator_of_each_status_stands(row):
    assert wording.standing(row) == SAID[row.code]


def test_the_cases_above_cover_every_status():
    assert {row.status for row in make_rows() if row.code in SAID} == set(Status)


def test_a_figure_that_is_exactly_a_target_to_be_exceeded_is_said_to_be_that():
    row = make_row(status=Status.MISSED, target_text="＞30%", target="30", actual="30.0", base=None, progress=None)
    assert "恰为目标数值，而目标为超过30%，判定为未达标" in wording.standing(row)


def test_a_broken_yearly_hold_names_the_year_and_not_a_surplus():
    row = make_row(
        status=Status.MISSED,
        target_text="稳定在80%以上",
        target="80",
        base=None,
        flags=(FlagNote(Flag.NOT_HELD, 2022),),
    )
    assert "须逐年保持，2022年未达到，判定为未达标。" in wording.standing(row)
    assert "超出" not in wording.standing(row)


def test_an_overshoot_is_said_with_its_number():
    row = replace_assessment(make_row(status=Status.ACHIEVED, actual="94"), excess=Decimal("0.0217"))
    assert wording.standing(row).endswith("超额2.2%。")


def test_a_lower_bound_is_never_said_as_the_sum():
    row = make_row(status=Status.NO_FINAL_FIGURE, flags=(FlagNote(Flag.PARTIAL_SUM),))
    on_the_way = dataclasses.replace(row, status=Status.ON_TRACK, status_label="符合时序进度")
    assert "为不低于88.4%（累计数缺期）" in wording.standing(on_the_way)


def test_a_year_is_named_as_a_year():
    assert wording.standing(make_row(datum_text="2024年")).startswith("2024年，农用薄膜回收率为88.4%")


def test_lead_of_nought_is_said_to_be_level():
    row = make_row(status=Status.ON_TRACK, progress="0.8", expected="0.8")
    assert "与时序进度持平" in wording.standing(row)


def test_withdrawn_data_is_said_to_be_too_old():
    row = make_row(status=Status.NO_DATA, actual=None, flags=(FlagNote(Flag.WITHDRAWN),))
    assert wording.standing(row) == "农用薄膜回收率缺数，已有数据过旧，不再据以判定，不能评价。"


@pytest.mark.parametrize("absence", list(Absence))
def test_each_reason_for_a_missing_figure_is_named(absence):
    assert {"尚未公布", "未统计", "不适用"} & {
        wording.standing(make_row(status=Status.NO_DATA, actual=None, absence=absence)).split("（")[1].split("）")[0]
    }


def test_the_pace_needed_stands_beside_the_pace_so_far():
    row = next(row for row in make_rows() if row.code == "LY-09")
    assert wording.pace(row) == "剩余时间须每年提高3.6个百分点，此前每年提高1.8个百分点，前者为后者的2.0倍。"


def test_a_pace_against_the_target_gets_no_multiple():
    row = make_row(
        assessment={
            "required_per_year": Decimal("3.6"),
            "observed_per_year": Decimal("-0.5"),
            "effort_ratio": Decimal("-7.2"),
        }
    )
    assert wording.pace(row) == "剩余时间须每年提高3.6个百分点，此前每年下降0.5个百分点。"


def test_without_a_pace_nothing_is_said_of_it():
    assert wording.pace(make_row()) == ""


@pytest.mark.parametrize(
    ("before", "now", "unit", "words"),
    [
        ("80", "80.5", "%", "比上期提高0.5个百分点"),
        ("80.5", "80", "%", "比上期下降0.5个百分点"),
        ("80", "80", "%", "与上期持平"),
        ("80", "80.01", "%", "与上期相差不到0.1个百分点"),
        ("0", "3", "座", "比上期提高3.0座"),
        ("0.6", "0.7", "系数", "比上期提高0.1"),
        (None, "80", "%", "上期缺数，无从比较"),
        ("80", None, "%", "本期缺数"),
    ],
)
def test_a_change_is_said_in_the_unit_of_a_difference(before, now, unit, words):
    def number(text):
        return None if text is None else Decimal(text)

    assert wording.change(number(before), number(now), decimals=1, unit=unit) == words


def test_the_bureaus_own_words_are_marked_as_its_own():
    assert wording.explanation(make_row(note="网点\n不足。")) == "市农业农村局说明：网点 不足。"
    assert wording.explanation(make_row(note=" ")) == "市农业农村局未作说明。"


def test_spaces_of_the_web_are_closed_up_and_minus_is_a_minus():
    assert wording.closed_up("还差 0.8 个百分点") == "还差0.8个百分点"
    assert wording.closed_up("-26.1%") == "−26.1%"
    assert wording.closed_up("2025-06-30 A-1") == "2025-06-30 A-1"
