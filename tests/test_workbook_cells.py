"""What one cell of a workbook means: every way in which people and their programs write a number or a day."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.workbook_reading import ReadCell
from departments.workbooks.cell_values import CellRefused, choice_in, day_in, number_in, words_in


def cell(kind, text, number_format="", *, is_formula=False):
    return ReadCell(row=8, column=7, kind=kind, text=text, number_format=number_format, is_formula=is_formula)


NUMBERS = {
    "plain": (cell("n", "35.2"), "35.2", ""),
    "zero": (cell("n", "0"), "0", ""),
    "full-width digits": (cell("s", "４１２．３"), "412.3", "文本“４１２．３”读作 412.3"),
    "thousands": (cell("s", "1,234.5"), "1234.5", "读作 1234.5"),
    "spaces around": (cell("s", " 35.2 "), "35.2", ""),
    "noise of a sum": (cell("n", "0.30000000000000004"), "0.3", ""),
    "many decimals": (cell("n", "0.3333333333333333"), "0.33333333", "小数超过 8 位"),
    "large": (cell("n", "12345678.9"), "12345678.9", ""),
    "negative": (cell("s", "－3"), "-3", "读作 -3"),
    "formula": (cell("n", "35.2", is_formula=True), "35.2", "该格是公式，按计算结果读取"),
    "percent": (cell("n", "0.958", "0.0%"), "95.8", "按显示的 95.8% 读作 95.8"),
    "percent sign as text": (cell("n", "95.8", '0.0"%"'), "95.8", ""),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_are_read_as_they_are_seen(case):
    given, number, hint = NUMBERS[case]
    meant = number_in(given, unit="%")
    assert meant.value == Decimal(number)
    assert hint in meant.hint
    assert bool(meant.hint) == bool(hint)


REFUSED = {
    "words": (cell("s", "无"), "不是数字"),
    "unit": (cell("s", "35.2万亩"), "不带单位"),
    "percent sign": (cell("s", "95.8%"), "百分号"),
    "percent of a quantity": (cell("n", "0.5", "0%"), "百分比格式（显示为 50%），而单位是“万吨”"),
    "day": (cell("d", "2023-10-01"), "该格是日期（2023-10-01），不是数字"),
    "boolean": (cell("b", "TRUE"), "逻辑值 TRUE"),
    "too large": (cell("n", "1e+20"), "数字过大"),
    "more digits than fit": (cell("n", "1e+16"), "小数点前最多 16 位"),
    "infinite": (cell("n", "inf"), "数字过大或不是有效的数"),
    "no number": (cell("n", "nan"), "数字过大或不是有效的数"),
    "reference": (cell("e", "#REF!"), "#REF!（引用的单元格已被删除）"),
    "not available": (cell("e", "#N/A"), "查找不到对应的数"),
    "division": (cell("e", "#DIV/0!", is_formula=True), "除数为 0"),
    "formula never computed": (cell("", "", is_formula=True), "没有保存计算结果"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_number_is_refused_with_the_reason_and_the_way_out(case):
    given, words = REFUSED[case]
    with pytest.raises(CellRefused) as refused:
        number_in(given, unit="万吨")
    assert words in str(refused.value)
    assert "请" in str(refused.value)


def test_a_number_that_was_written_in_comes_back_with_all_its_digits():
    before = Decimal("1234567890123456.12345678")
    for text in (repr(float(before)), "1234567890123460.0"):  # as written, and with the fifteen digits of a program
        assert number_in(cell("n", text), unit="万吨", before=before).value == before


DAYS = ["2023-12-20", "2023/12/20", "2023.12.20", "2023年12月20日", "20231220"]


@pytest.mark.parametrize("text", DAYS)
def test_days_are_read_in_every_way_people_write_them(text):
    assert day_in(cell("s", text)).value == dt.date(2023, 12, 20)
    assert day_in(cell("d", "2023-12-20T08:00:00")).value == dt.date(2023, 12, 20)


def test_a_count_of_days_is_a_day_with_a_hint_and_nonsense_is_none():
    meant = day_in(cell("n", "45280"))
    assert (meant.value, meant.hint) == (dt.date(2023, 12, 20), "数字 45280 按日期序号读作 2023-12-20")
    for nonsense in (cell("s", "五月"), cell("s", "2023-13-40"), cell("n", "7"), cell("s", "1900-01-01")):
        with pytest.raises(CellRefused, match="不是有效日期"):
            day_in(nonsense)


def test_choices_and_words_forgive_blanks_and_nothing_else():
    choices = {"number": "数值", "not_compiled": "未统计"}
    assert choice_in(cell("s", " 未 统计 "), choices, column="状态").value == "not_compiled"
    with pytest.raises(CellRefused, match="请从下拉列表中选择“数值”、“未统计”之一"):
        choice_in(cell("s", "没有"), choices, column="状态")
    assert words_in(cell("n", "2023.0")).value == "2023"
    assert words_in(cell("s", " 第一行\r\n第二行\x07 ")).value == "第一行\n第二行"
