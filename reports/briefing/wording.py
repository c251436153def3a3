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
from targets.terms import Flag, Status

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

_MINUS = re.compile(r"(?<![0-9A-Za-z])-(?=[0-9])")
_SPACE_BESIDE_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")


def closed_up(text: str) -> str:
    """Without the spaces that a web page sets between Chinese and Latin, and with a real minus sign before a number."""
    return _MINUS.sub("−", _SPACE_BESIDE_CHINESE.sub("", text.strip()))


def sentence(text: str) -> str:
    """The text with a full stop at its end, and no two of them."""
    return text.rstrip("。；，、 ") + "。" if text.strip() else ""


def listed(words: Iterable[str], *, at_most: int = 6, counted_as: str = "项") -> str:
    """甲、乙、丙; where there are more than `at_most`, 甲、乙等5项."""
    every = list(words)
    if len(every) <= at_most:
        return "、".join(every)
    return f"{'、'.join(every[:at_most])}等{len(every)}{counted_as}"


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def as_of(on: date) -> str:
    """The end of a period in words: 2025年底, 2025年9月底."""
    return f"{on.year}年底" if on.month == 12 else f"{on.year}年{on.month}月底"


# --- What was promised -----------------------------------------------------------------------------------------------


def promise(row: IndicatorRow) -> str:
    """The target as it is read aloud: ≥92% is 达到92%, ＞30% is 超过30%, 力争 stands in front of all."""
    return read_aloud(row.target_text)


def read_aloud(text: str) -> str:
    """The text of a table cell with its signs in words, before a number only."""
    words = closed_up(text)
    for sign, word in _SIGNS.items():
        words = re.sub(f"{sign} ?(?=[0-9−])", word, words)
    # A bracket within the brackets of a sentence reads badly: 累计 goes in front.
    return re.sub(r"^(力争)?(.*)（累计）$", r"\1累计\2", words)


_SIGNS = {"≥": "达到", "[＞>]": "超过", "≤": "不高于", "[＜<]": "低于"}


# --- How one indicator stands ----------------------------------------------------------------------------------------


def standing(row: IndicatorRow) -> str:
    """One sentence on an indicator: value, target, gap, progress, lead or lag; or what is missing, and why."""
    return sentence(_STANDING[row.status](row))


def _value(row: IndicatorRow) -> str:
    """As in “2024年，农用薄膜回收率为91.2%（快报数）”; a lower bound is said as one."""
    when = ""
    if row.datum_text:
        when = f"{row.datum_text}，" if row.datum_text.endswith("年") else f"截至{row.datum_text}，"
    actual = closed_up(row.actual_text)
    if actual.startswith("≥"):
        actual = f"不低于{actual[1:]}（累计数缺期）"
    hurried = "（快报数）" if has_flag(row, Flag.PROVISIONAL) else ""
    return f"{when}{row.name}为{actual}{hurried}"


def _target(row: IndicatorRow) -> str:
    return f"目标（{promise(row)}）"


def _gap(row: IndicatorRow) -> str:
    """距目标还差0.8个百分点, 高于目标1.2个百分点; of a figure that is exactly the target, 恰为目标值."""
    text = closed_up(row.gap_text)
    if text == NONE:
        return ""
    if text == "在区间内":
        return f"在{_target(row)}之内"
    if text.startswith("余量"):
        return f"{_target(row)}尚有{text}"
    if row.assessment.gap == 0:
        return f"恰为目标数值（{promise(row)}）"
    for verb in ("高于目标", "低于目标", "超出控制数", "偏离区间"):
        if text.startswith(verb):
            return f"{verb[:2]}{_target(row)}{text.removeprefix(verb)}"
    return f"距{_target(row)}{text}"


def timing(row: IndicatorRow) -> str:
    """As in “完成进度70.0%，欠时序进度25.0个百分点”; without a word on what is not computed."""
    if row.is_budget:
        return f"已用去目标数的{closed_up(row.progress_text)}"
    parts = [f"完成进度{closed_up(row.progress_text)}"] if row.progress_text != NONE else []
    if row.lead_text != NONE:
        parts.append(closed_up(row.lead_text))
    return "，".join(parts)


def is_behind(row: IndicatorRow) -> bool:
    """Behind its schedule and not at its target yet."""
    pace, lead = row.assessment.pace, row.assessment.lead_points
    if row.status is Status.ACHIEVED or lead is None or row.is_budget:
        return False
    return lead < 0 if pace is None else pace < 1


def _achieved(row: IndicatorRow) -> str:
    early = "提前" if has_flag(row, Flag.EARLY) else ""
    words = [_value(row), f"{early}达到{_target(row)}"]
    if row.assessment.excess is not None and row.assessment.excess > 0:
        words.append(f"超额{decimal_text(row.assessment.excess * 100, 1)}%")
    if has_flag(row, Flag.TOLERANCE_USED):
        words.append("系按系统设定的容差判定，按严格口径未达")
    if _years_not_held(row):
        words.append(f"但{_years_not_held(row)}未稳定")
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
        return f"{_value(row)}，恰为目标数值，而目标为{promise(row)}，判定为未达标"
    years = _years_not_held(row)
    if years and row.assessment.gap is not None and row.assessment.gap < 0:
        return f"{_value(row)}，但目标（{promise(row)}）须逐年保持，{years}未达到，判定为未达标"
    return "，".join(part for part in (_value(row), _gap(row), "判定为未达标") if part)


def _years_not_held(row: IndicatorRow) -> str:
    """2022、2023年; empty where none is flagged."""
    years = [str(note.year) for note in row.assessment.flags if note.flag is Flag.NOT_HELD and note.year is not None]
    return f"{'、'.join(years)}年" if years else ""


def _no_final_figure(row: IndicatorRow) -> str:
    words = [f"{row.name}缺终期数"]
    if row.datum_text:
        words.append(f"最新数据为{row.datum_text}的{closed_up(row.actual_text)}")
    return "，".join(part for part in (*words, _gap(row), "不作终期判定") if part)


def _too_early(row: IndicatorRow) -> str:
    if row.actual_text == NONE:
        return f"{row.name}暂不评价（{_reason(row) or '时间尚早'}）"
    return f"{_value(row)}，暂不评价（{_reason(row) or '时间尚早'}）"


def _baseline_missing(row: IndicatorRow) -> str:
    value = f"，现值为{closed_up(row.actual_text)}" if row.actual_text != NONE else "，也没有实际值"
    return f"{row.name}缺基期值，目标（{promise(row)}）须以基期值计算，暂不能评价{value}"


def _no_data(row: IndicatorRow) -> str:
    why = f"（{ABSENCE_LABELS[row.absence]}）" if row.absence is not None else ""
    old = "，已有数据过旧，不再据以判定" if has_flag(row, Flag.WITHDRAWN) else ""
    return f"{row.name}缺数{why}{old}，不能评价"


def _not_assessed(row: IndicatorRow) -> str:
    value = f"，现值为{closed_up(row.actual_text)}" if row.actual_text != NONE else ""
    return f"{row.name}不作评价（{_reason(row) or '未定数值目标'}）{value}"


def _reason(row: IndicatorRow) -> str:
    return closed_up(row.assessment.reason).rstrip("。").removesuffix("，不作评价")


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
    if row.required_text == NONE:
        return ""
    words = f"剩余时间须{_yearly(row.required_text)}"
    if row.observed_text != NONE:
        words += f"，此前{_yearly(row.observed_text)}"
        ratio = row.assessment.effort_ratio
        if ratio is not None and ratio > 0:
            words += f"，前者为后者的{decimal_text(ratio, 1)}倍"
    return sentence(words)


def _yearly(text: str) -> str:
    """每年升0.5个百分点 in full words: 每年提高0.5个百分点."""
    return closed_up(text).replace("每年升", "每年提高").replace("每年降", "每年下降")


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
