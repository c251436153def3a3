"""PURE: the Chinese words for every choice of the calculus, in one place, so that page, briefing and form agree."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from targets.terms import (
    Absence,
    Accumulation,
    AssessedOn,
    Basis,
    Comparison,
    Direction,
    Flag,
    Form,
    Kind,
    Path,
    Status,
)

Choice = TypeVar("Choice", bound=StrEnum)

STATUS_LABELS: Mapping[Status, str] = {
    Status.ACHIEVED: "已达标",
    Status.ON_TRACK: "符合时序进度",
    Status.AT_RISK: "略滞后",
    Status.OFF_TRACK: "明显滞后",
    Status.MOVING_AWAY: "与目标反向",
    Status.MISSED: "未达标",
    Status.NOT_YET_MET: "尚未达到",
    Status.NO_FINAL_FIGURE: "缺终期数",
    Status.TOO_EARLY: "暂不评价",
    Status.BASELINE_MISSING: "缺基期值",
    Status.NO_DATA: "暂无数据",
    Status.NOT_ASSESSED: "不作评价",
}
"""In the order in which a summary counts them: kept, then in danger, then without a judgement."""

STATUS_TONES: Mapping[Status, str] = {
    Status.ACHIEVED: "ok",
    Status.ON_TRACK: "ok",
    Status.AT_RISK: "warn",
    Status.OFF_TRACK: "bad",
    Status.MOVING_AWAY: "bad",
    Status.MISSED: "bad",
    Status.NOT_YET_MET: "warn",
    Status.NO_FINAL_FIGURE: "none",
    Status.TOO_EARLY: "none",
    Status.BASELINE_MISSING: "none",
    Status.NO_DATA: "none",
    Status.NOT_ASSESSED: "none",
}
"""Four tones for colour and icon; what has no judgement is grey, never green and never red."""

FORM_LABELS: Mapping[Form, str] = {
    Form.VALUE: "达到数值",
    Form.CHANGE_PERCENT: "较基期升降（%）",
    Form.CHANGE_ABSOLUTE: "较基期新增",
    Form.CHANGE_POINTS: "较基期升降（百分点）",
    Form.HOLD: "稳定保持",
    Form.BAND: "区间",
    Form.CEILING: "总量控制",
    Form.DIRECTION: "只定方向",
    Form.MILESTONE: "时间节点",
    Form.YEARLY_MILESTONE: "每年节点",
}

COMPARISON_LABELS: Mapping[Comparison, str] = {
    Comparison.AT_LEAST: "不低于（≥）",
    Comparison.MORE_THAN: "超过（>）",
    Comparison.AT_MOST: "不高于（≤）",
    Comparison.LESS_THAN: "低于（<）",
    Comparison.ABOUT: "左右（≈）",
}

DIRECTION_LABELS: Mapping[Direction, str] = {Direction.INCREASE: "越高越好", Direction.DECREASE: "越低越好"}

ACCUMULATION_LABELS: Mapping[Accumulation, str] = {
    Accumulation.LATEST: "取最新值",
    Accumulation.SUM: "规划期累计",
    Accumulation.RATIO: "当年比值",
    Accumulation.RATIO_OF_SUMS: "规划期累计比值",
}

KIND_LABELS: Mapping[Kind, str] = {Kind.FLOW: "流量", Kind.STOCK: "存量", Kind.RATE: "比率"}

BASIS_LABELS: Mapping[Basis, str] = {
    Basis.PERIOD: "本期数",
    Basis.YEAR_TO_DATE: "本年累计",
    Basis.SINCE_START: "规划期累计",
}

PATH_LABELS: Mapping[Path, str] = {Path.LINEAR: "匀速（线性）", Path.GEOMETRIC: "等比（对数）"}

ASSESSED_ON_LABELS: Mapping[AssessedOn, str] = {AssessedOn.YEAR: "按年评价", AssessedOn.PERIOD: "按期评价"}

ABSENCE_LABELS: Mapping[Absence, str] = {
    Absence.NOT_YET_PUBLISHED: "尚未公布",
    Absence.NOT_COMPILED: "未统计",
    Absence.NOT_APPLICABLE: "不适用",
}

FLAG_LABELS: Mapping[Flag, str] = {
    Flag.STALE: "数据较旧",
    Flag.WITHDRAWN: "数据过旧，状态撤回",
    Flag.PROVISIONAL: "快报数",
    Flag.TOLERANCE_USED: "按容差达标，按严格口径未达",
    Flag.ASPIRATIONAL: "力争目标",
    Flag.SUBSTITUTE_BASELINE: "替代基期",
    Flag.PARTIAL_SUM: "累计数缺期，为下限",
    Flag.PERIODS_MISSING: "有填报期缺数",
    Flag.NOT_HELD: "未稳定",
    Flag.DEFINITION_CHANGED: "口径有变",
    Flag.YEAR_MISSING: "缺数",
    Flag.EARLY: "提前实现",
    Flag.LATE: "逾期完成",
    Flag.LINEAR_ONLY: "改按线性路径",
    Flag.CONDITION_UNKNOWN: "前提条件未登记",
    Flag.PART_YEAR: "含年内数，暂不评价",
}


def as_choices(labels: Mapping[Choice, str]) -> list[tuple[str, str]]:
    """The labels as Django's choices: pairs of stored value and Chinese word, in the order of the mapping."""
    return [(choice.value, label) for choice, label in labels.items()]
