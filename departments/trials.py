"""The status that a sheet's figures would give, beside each row while it is filled in; nothing is stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from departments.forms import TypedCell
from targets import terms
from targets.labels import STATUS_LABELS, STATUS_TONES
from targets.models import Indicator, ReportingPeriod
from targets.standing_words import actual_text, gap_text, value_text
from targets.trial import Tried, trial_assessments


@dataclass(frozen=True, slots=True)
class Trial:
    """The status that would result, its tone for colour, and figure and gap (or the reason) in words."""

    label: str
    tone: str
    words: str


def trials_of(rows: Iterable[TypedCell], period: ReportingPeriod, *, today: dt.date) -> dict[str, Trial]:
    """By row key; a row that is unfinished or wrong has none. The same queries however many rows."""
    tried: dict[tuple[int, int], TypedCell] = {}
    figures: dict[tuple[int, int], terms.Figure | None] = {}
    found: dict[str, Trial] = {}
    for typed in rows:
        if not typed.is_filled or any(finding.level == "error" for finding in typed.findings):
            continue
        key = (typed.row.indicator.pk, typed.row.area.pk)
        try:
            figures[key] = _figure(typed, period)
        except terms.FiguresError as error:
            found[typed.key] = Trial("不能试算", "none", str(error))
        else:
            tried[key] = typed
    if not figures:
        return found
    for key, result in trial_assessments(figures, period, today=today).items():
        found[tried[key].key] = _worded(tried[key].row.indicator, period, result)
    return found


def _figure(typed: TypedCell, period: ReportingPeriod) -> terms.Figure:
    cell = typed.cell
    return terms.Figure(
        period_end=period.ends_on,
        value=cell.value,
        numerator=cell.numerator,
        denominator=cell.denominator,
        provisional=cell.is_provisional,
        absence=None if cell.state == "number" else terms.Absence(cell.state),
    )


def _worded(indicator: Indicator, period: ReportingPeriod, tried: Tried) -> Trial:
    if tried.assessment is None or tried.promise is None:
        return Trial("不能试算", "none", tried.refusal)
    result, promise = tried.assessment, tried.promise
    direction = terms.Direction(indicator.direction)
    parts = []
    if result.actual is not None:
        of_another_day = result.datum_on is not None and result.datum_on != period.ends_on
        day = f"（{result.datum_on:%Y-%m-%d}）" if of_another_day else ""
        actual = actual_text(result, decimals=indicator.decimals, unit=indicator.unit, direction=direction)
        parts.append(f"按 {actual}{day}")
    if result.gap is not None:
        parts.append(
            gap_text(
                result,
                decimals=indicator.decimals,
                unit=indicator.unit,
                direction=direction,
                is_budget=promise.is_budget,
                is_band=promise.form is terms.Form.BAND,
            )
        )
    else:
        parts.append(result.reason.rstrip("。"))
    if result.part_year_on == period.ends_on and result.part_year_actual is not None:
        part = value_text(result.part_year_actual, decimals=indicator.decimals, unit=indicator.unit)
        parts.append(f"本期 {part} 是年内数，年末再评价")
    return Trial(STATUS_LABELS[result.status], STATUS_TONES[result.status], "，".join(parts))
