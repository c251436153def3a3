"""PURE: the short texts of a table cell: what was promised, how far, how far to go. Sentences are the briefing's.

The promise is worded by `targets.promise_words`, how it stands by `targets.standing_words`; both are passed on here.
Every text takes the calculus' own values; rounding happens here and nowhere before, never upwards to the target.
"""

from collections.abc import Sequence
from decimal import Decimal

from targets.labels import FLAG_LABELS
from targets.numbers import shown
from targets.periods import is_year_end, period_name
from targets.promise_words import NONE as NONE
from targets.promise_words import number_text as number_text
from targets.promise_words import target_text as target_text
from targets.promise_words import with_unit as with_unit
from targets.standing_words import actual_text as actual_text
from targets.standing_words import gap_text as gap_text
from targets.standing_words import points_unit as points_unit
from targets.standing_words import value_text as value_text
from targets.terms import (
    HUNDRED,
    Assessment,
    FlagNote,
    Frequency,
    Path,
)


def share_text(share: Decimal | None, decimals: int = 1) -> str:
    """A fraction as a percentage; a share short of one is never shown as 100 %."""
    if share is None:
        return NONE
    return f"{shown(share * HUNDRED, decimals, HUNDRED)}%"


def lead_text(points: Decimal | None, *, is_budget: bool = False) -> str:
    """Ahead of or behind the schedule in points; of a budget, whether it is used up faster than time passes."""
    if points is None:
        return NONE
    amount = shown(abs(points), 1)
    if is_budget and Decimal(amount):
        return f"用量{'快于' if points > 0 else '慢于'}时序{amount}个百分点"
    if Decimal(amount) == 0:
        return "与时序进度持平"
    return f"超时序进度{amount}个百分点" if points > 0 else f"欠时序进度{amount}个百分点"


def yearly_text(per_year: Decimal | None, *, path: Path, decimals: int, unit: str) -> str:
    """A yearly effort: a rate where the path is geometric, an amount in the unit otherwise."""
    if per_year is None:
        return NONE
    amount = (
        f"{shown(abs(per_year) * HUNDRED, 2)}%"
        if path is Path.GEOMETRIC
        else with_unit(shown(abs(per_year), max(decimals, 1)), points_unit(unit))
    )
    if Decimal(shown(abs(per_year) * HUNDRED, 2)) == 0:
        return "每年持平"
    return f"每年升{amount}" if per_year > 0 else f"每年降{amount}"


def datum_text(assessment: Assessment, *, reported_every: Frequency, is_yearly: bool) -> str:
    """Which time the assessed figure speaks of: a year where years are judged, else its quarter or half-year."""
    if assessment.datum_on is None:
        return ""
    if is_yearly and is_year_end(assessment.datum_on):
        return period_name(assessment.datum_on, Frequency.YEAR)
    return period_name(assessment.datum_on, reported_every)


def flag_texts(flags: Sequence[FlagNote]) -> tuple[str, ...]:
    """The flags in words, with the year in front where one is named: 2022年未稳定."""
    return tuple(
        FLAG_LABELS[note.flag] if note.year is None else f"{note.year}年{FLAG_LABELS[note.flag]}" for note in flags
    )


def counts_sentence(counts: Sequence[tuple[str, int]], total: int, without_judgement: int) -> str:
    """The sentence of the quarter: how many promises stand how; those without a judgement are said aloud."""
    if total == 0:
        return "没有定量指标。"
    named = "、".join(f"{label}{count}项" for label, count in counts if count)
    sentence = f"{total}项定量指标中，{named}"
    if without_judgement:
        sentence += f"；其中{without_judgement}项暂无评价结论，不计入分母"
    return f"{sentence}。"
