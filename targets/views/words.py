"""The settings that the plan's text leaves open, in words for the coordinator's pages."""

from targets import labels
from targets.models import Indicator
from targets.numbers import plain
from targets.terms import Accumulation, AssessedOn, Basis, Kind, Path

FREQUENCY_WORDS = {"quarter": "每季度", "half_year": "每半年", "year": "每年"}
WHOLE_UNITS_WORDS = {
    True: "是（只有整个的；目标不超过20个时，到本期应完成的个数舍去小数）",
    False: "否（可以有小数）",
}


def _kind_words(kind: str) -> str:
    return labels.KIND_LABELS[Kind(kind)]


def reported_words(indicator: Indicator) -> str:
    """In which quantities the indicator is reported."""
    if indicator.numerator_kind:
        numerator = f"{indicator.numerator_name}（{indicator.numerator_unit}，{_kind_words(indicator.numerator_kind)}）"
        denominator = (
            f"{indicator.denominator_name}（{indicator.denominator_unit}，{_kind_words(indicator.denominator_kind)}）"
        )
        factor = "" if indicator.factor == 1 else f" × {plain(indicator.factor)}"
        return f"{numerator} ÷ {denominator}{factor}"
    if indicator.value_kind:
        return f"一个数值（{indicator.unit}，{_kind_words(indicator.value_kind)}）"
    return "尚未设定"


def choice_words(indicator: Indicator, choice: str) -> tuple[str, str]:
    """One setting that the plan's text leaves open, by the name of its field: (what it is, how it is set)."""
    if choice == "reported":
        return "报送的数", reported_words(indicator)
    if choice == "reported_every":
        return "报送频率", FREQUENCY_WORDS[indicator.reported_every]
    if choice == "basis":
        return "报送口径", labels.BASIS_LABELS[
            Basis(indicator.basis)
        ] if indicator.basis else "按期末或当期的数，不累计"
    if choice == "path":
        return "时序路径", labels.PATH_LABELS[Path(indicator.path)]
    if choice == "whole_units":
        return "按整数单位", WHOLE_UNITS_WORDS[indicator.whole_units]
    if choice == "decimals":
        return "显示小数位", f"{indicator.decimals} 位"
    if choice == "accumulation":
        return "取数方式", labels.ACCUMULATION_LABELS[Accumulation(indicator.accumulation)]
    if choice == "assessed_on":
        return "评价时点", labels.ASSESSED_ON_LABELS[AssessedOn(indicator.assessed_on)]
    return choice, "见指标设定"
