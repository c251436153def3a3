"""PURE: figures into Chinese sentences. No adjective without a number, and nothing the table does not show.

Every sentence is put together from what the overview holds: numbers arrive there as text that is already rounded, so
sentence, table and page say the same. What is missing is said as missing: 缺数, 缺基期值, 条件不成立, 待审, 持平.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reports.overview_values import IndicatorRow
from targets.labels import ABSENCE_LABELS
from targets.numbers import shown
from targets.terms import Comparison, Direction, Flag, Form, Status, Terms

NONE = "—"
LAGGING = (Status.MISSED, Status.MOVING_AWAY, Status.OFF_TRACK, Status.AT_RISK, Status.NOT_YET_MET)
"""The statuses of section 滞后与预警, the gravest first."""

WITHOUT_JUDGEMENT = (
    Status.NO_FINAL_FIGURE,
    Status.TOO_EARLY,
    Status.BASELINE_MISSING,
    Status.NO_DATA,
    Status.NOT_ASSESSED,
)

_SPACE_BESIDE_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")


def closed_up(text: str) -> str:
    """Without the spaces that a web page sets between Chinese and Latin: paper spaces by itself."""
    return _SPACE_BESIDE_CHINESE.sub("", text.strip())


def sentence(text: str) -> str:
    """The text with a full stop at its end, and no two of them."""
    return text.rstrip("。；，、 ") + "。" if text.strip() else ""


def listed(words: Iterable[str], *, at_most: int = 6) -> str:
    """甲、乙、丙; where there are more than `at_most`, 甲、乙等5项."""
    every = list(words)
    if len(every) <= at_most:
        return "、".join(every)
    return f"{'、'.join(every[:at_most])}等{len(every)}项"


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def as_of(on: date) -> str:
    """The end of a period in words: 2025年底, 2025年9月底."""
    return f"{on.year}年底" if on.month == 12 else f"{on.year}年{on.month}月底"


def plain(number: Decimal) -> str:
    """A promised number as the plan wrote it: no exponent, no trailing noughts."""
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


def with_unit(number: Decimal, unit: str) -> str:
    """92%, 4500万平方米; a coefficient stands alone."""
    return plain(number) + ("" if unit in ("", "系数") else unit)


# --- What was promised -----------------------------------------------------------------------------------------------


def promised(terms: Terms, *, unit: str, baseline_year: int) -> str:
    """The target in the words of the plan: 力争达到20座, 超过30%, 较2020年下降6%左右, 稳定在95%以上.

    `unit` is the unit of the number in the text: % for a relative change, 个百分点 for points.
    """
    words = _promised(terms, unit, baseline_year)
    return f"力争{words}" if terms.aspirational else words


def _promised(terms: Terms, unit: str, baseline_year: int) -> str:
    if terms.form is Form.DIRECTION:
        return "进一步提高（未定数值）" if terms.direction is Direction.INCREASE else "进一步降低（未定数值）"
    if terms.form is Form.MILESTONE:
        return f"{day(terms.due)}前完成"
    if terms.form is Form.YEARLY_MILESTONE:
        return f"每年{terms.due.month}月{terms.due.day}日前完成"
    if terms.form is Form.BAND:
        return f"保持在{with_unit(_given(terms.lower), '')}—{with_unit(_given(terms.upper), unit)}"
    number = _given(terms.value)
    if terms.form in (Form.CHANGE_PERCENT, Form.CHANGE_ABSOLUTE, Form.CHANGE_POINTS):
        return f"较{baseline_year}年{_change(terms, number, unit)}"
    if terms.form is Form.HOLD:
        every = "每年" if terms.strict else ""
        return f"{every}稳定在{_level(terms.comparison, with_unit(number, unit))}"
    if terms.form is Form.CEILING:
        return f"控制在{with_unit(number, unit)}以内"
    if terms.comparison is Comparison.AT_LEAST:
        return f"达到{with_unit(number, unit)}"
    return _level(terms.comparison, with_unit(number, unit))


def _level(comparison: Comparison, number: str) -> str:
    """A level with its comparison; 以上 and 以下 include the number, 超过 and 低于 do not."""
    return {
        Comparison.AT_LEAST: f"{number}以上",
        Comparison.MORE_THAN: f"超过{number}",
        Comparison.AT_MOST: f"{number}以下",
        Comparison.LESS_THAN: f"低于{number}",
        Comparison.ABOUT: f"{number}左右",
    }[comparison]


def _change(terms: Terms, number: Decimal, unit: str) -> str:
    falls = number < 0 or (number == 0 and terms.direction is Direction.DECREASE)
    if terms.form is Form.CHANGE_ABSOLUTE:
        verb = "减少" if falls else "新增"
    elif terms.form is Form.CHANGE_POINTS:
        verb = "下降" if falls else "提高"
    else:
        verb = "下降" if falls else "增长"
    size = with_unit(abs(number), unit)
    if terms.comparison is Comparison.ABOUT:
        return f"{verb}{size}左右"
    # Of a fall, “at most −6” means a fall of at least 6.
    strict = terms.comparison in (Comparison.MORE_THAN, Comparison.LESS_THAN)
    at_least = (terms.comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN)) is not falls
    if at_least:
        return f"{verb}超过{size}" if strict else f"{verb}{size}"
    return f"{verb}不满{size}" if strict else f"{verb}不超过{size}"


def _given(number: Decimal | None) -> Decimal:
    if number is None:
        raise ValueError("目标没有数值。")
    return number


# --- How one indicator stands ----------------------------------------------------------------------------------------


def standing(row: IndicatorRow) -> str:
    """One sentence on an indicator: value, target, gap, progress, lead or lag; or what is missing, and why."""
    return sentence(_STANDING[row.status](row))


def _value(row: IndicatorRow) -> str:
    """截至2025年9月底，农用薄膜回收率为91.2%（快报数）."""
    when = f"截至{as_of(row.assessment.datum_on)}，" if row.assessment.datum_on else ""
    hurried = "（快报数）" if has_flag(row, Flag.PROVISIONAL) else ""
    return f"{when}{row.name}为{closed_up(row.actual_text)}{hurried}"


def _target(row: IndicatorRow) -> str:
    return f"目标（{closed_up(row.target_text)}）"


def _gap(row: IndicatorRow) -> str:
    """距目标还差0.8个百分点; of a figure that is exactly the target, 恰为目标值."""
    if row.assessment.gap == 0:
        return f"恰为目标值（{closed_up(row.target_text)}）"
    if row.gap_text == NONE:
        return ""
    ahead = row.assessment.gap is not None and row.assessment.gap < 0
    return f"{'比' if ahead else '距'}{_target(row)}{closed_up(row.gap_text)}"


def timing(row: IndicatorRow) -> str:
    parts = []
    if row.progress_text != NONE:
        parts.append(f"完成进度{closed_up(row.progress_text)}")
    if row.assessment.lead_points == 0:
        parts.append("与时序进度持平")
    elif row.lead_text != NONE:
        parts.append(closed_up(row.lead_text))
    return "，".join(parts)


def _achieved(row: IndicatorRow) -> str:
    early = "提前" if has_flag(row, Flag.EARLY) else ""
    words = [_value(row), f"{early}达到{_target(row)}"]
    if row.assessment.excess is not None and row.assessment.excess > 0:
        words.append(f"超额{decimal_text(row.assessment.excess * 100, 1)}%")
    if has_flag(row, Flag.TOLERANCE_USED):
        words.append("系按系统设定的容差判定，按严格口径未达")
    years = [str(note.year) for note in row.assessment.flags if note.flag is Flag.NOT_HELD and note.year is not None]
    if years:
        words.append(f"但{'、'.join(years)}年未稳定")
    return "，".join(words)


def _on_the_way(row: IndicatorRow) -> str:
    return "，".join(part for part in (_value(row), _gap(row), timing(row), f"判定为{row.status_label}") if part)


def _moving_away(row: IndicatorRow) -> str:
    words = [_value(row)]
    if row.baseline is not None:
        base, actual = row.baseline.value, row.assessment.actual
        turned = ""
        if actual is not None and actual != base:
            turned = "，高于基期" if actual > base else "，低于基期"
        words.append(f"基期（{row.baseline.year}年）为{closed_up(row.baseline.value_text)}{turned}，与目标方向相反")
    else:
        words.append("与目标方向相反")
    return "，".join(part for part in (*words, _gap(row)) if part)


def _missed(row: IndicatorRow) -> str:
    if row.assessment.gap == 0:
        return f"{_value(row)}，恰为目标数值，而目标为{closed_up(row.target_text)}，判定为未达标"
    return "，".join(part for part in (_value(row), _gap(row), "判定为未达标") if part)


def _no_final_figure(row: IndicatorRow) -> str:
    words = [f"{row.name}缺终期数"]
    if row.assessment.datum_on is not None:
        words.append(f"最新数据截至{as_of(row.assessment.datum_on)}，为{closed_up(row.actual_text)}")
    return "，".join(part for part in (*words, _gap(row), "不作终期判定") if part)


def _too_early(row: IndicatorRow) -> str:
    return f"{_value(row)}，{closed_up(row.assessment.reason).rstrip('。') or '时间尚早'}，暂不评价"


def _baseline_missing(row: IndicatorRow) -> str:
    value = f"，现值为{closed_up(row.actual_text)}" if row.actual_text != NONE else "，也没有实际值"
    return f"{row.name}缺基期值，目标（{closed_up(row.target_text)}）须以基期值计算，暂不能评价{value}"


def _no_data(row: IndicatorRow) -> str:
    why = f"（{ABSENCE_LABELS[row.absence]}）" if row.absence is not None else ""
    old = "，已有数据过旧，不再据以判定" if has_flag(row, Flag.WITHDRAWN) else ""
    return f"{row.name}缺数{why}{old}，不能评价"


def _not_assessed(row: IndicatorRow) -> str:
    reason = closed_up(row.assessment.reason).rstrip("。")
    value = f"，现值为{closed_up(row.actual_text)}" if row.actual_text != NONE else ""
    return f"{row.name}不作评价（{reason or '未定数值目标'}）{value}"


def _not_yet_met(row: IndicatorRow) -> str:
    return "，".join(part for part in (_value(row), _gap(row), "尚未达到目标，无基期值，不计算时序进度") if part)


_STANDING = {
    Status.ACHIEVED: _achieved,
    Status.ON_TRACK: _on_the_way,
    Status.AT_RISK: _on_the_way,
    Status.OFF_TRACK: _on_the_way,
    Status.MOVING_AWAY: _moving_away,
    Status.MISSED: _missed,
    Status.NO_FINAL_FIGURE: _no_final_figure,
    Status.TOO_EARLY: _too_early,
    Status.BASELINE_MISSING: _baseline_missing,
    Status.NO_DATA: _no_data,
    Status.NOT_ASSESSED: _not_assessed,
    Status.NOT_YET_MET: _not_yet_met,
}


def pace(row: IndicatorRow) -> str:
    """What each remaining year asks for against what the years so far brought; empty where neither is known."""
    if row.required_text == NONE or row.assessment.required_per_year is None:
        return ""
    if row.observed_text == NONE:
        return f"剩余时间年均需{_moved(row.required_text)}。"
    words = f"剩余时间年均需{_moved(row.required_text)}，已过时间年均为{_moved(row.observed_text)}"
    ratio = row.assessment.effort_ratio
    if ratio is not None and ratio > 0:
        words += f"，前者为后者的{decimal_text(ratio, 1)}倍"
    return sentence(words)


def _moved(text: str) -> str:
    """A yearly change in words: +0.5个百分点 is 提高0.5个百分点, −0.5 is 下降."""
    closed = closed_up(text)
    if closed[:1] in ("+", "＋"):
        return f"提高{closed[1:]}"
    if closed[:1] in ("-", "−"):
        return f"下降{closed[1:]}"
    return closed


def change(before: Decimal | None, now: Decimal | None, *, decimals: int, unit: str) -> str:
    """Against the period before: 比上期提高0.5个百分点, 与上期持平, 上期缺数. A difference of percentages is points."""
    if now is None:
        return "本期缺数"
    if before is None:
        return "上期缺数，无从比较"
    difference = now - before
    if difference == 0:
        return "与上期持平"
    size = decimal_text(abs(difference), decimals)
    if Decimal(size) == 0:
        return f"与上期相差不到{decimal_text(Decimal(1).scaleb(-decimals), decimals)}{_of_difference(unit)}"
    return f"比上期{'提高' if difference > 0 else '下降'}{size}{_of_difference(unit)}"


def _of_difference(unit: str) -> str:
    return "个百分点" if unit == "%" else "" if unit == "系数" else unit


def has_flag(row: IndicatorRow, flag: Flag) -> bool:
    return any(note.flag is flag for note in row.assessment.flags)


def decimal_text(number: Decimal, decimals: int) -> str:
    """A number with a fixed count of decimals and a real minus sign."""
    return shown(number, decimals).replace("-", "−")


def explanation(row: IndicatorRow) -> str:
    """The bureau's own words, marked as its own; that there are none is said."""
    who = row.department or "责任单位"
    note = " ".join(row.note.split())
    return f"{who}说明：{sentence(note)}" if note else f"{who}未作说明。"
