"""The status that a sheet's figures would give, and where they should stand, beside each row; nothing is stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from departments.forms import TypedCell
from departments.planned import expected_at, stand_in
from targets import terms
from targets.labels import ACCUMULATION_LABELS, STATUS_LABELS, STATUS_TONES
from targets.models import Indicator, ReportingPeriod
from targets.standing_words import actual_text, gap_text, value_text
from targets.trial import Tried, trial_assessments


@dataclass(frozen=True, slots=True)
class Trial:
    """The status that would result, its tone for colour, and figure and gap (or the reason) in words."""

    label: str
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Where an indicator should stand by the period's end, in words; `basis` says what is added up for it."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """By row key: the status that would result, of rows that are filled in; and the planned value if there is one."""

    trials: dict[str, Trial]
    planned: dict[str, Planned]


def trials_of(rows: Iterable[TypedCell], period: ReportingPeriod, *, today: dt.date) -> dict[str, Trial]:
    """By row key; a row that is unfinished or wrong has none. The same queries however many rows."""
    return outlook_of((typed for typed in rows if _can_be_tried(typed)), period, today=today).trials


def outlook_of(rows: Iterable[TypedCell], period: ReportingPeriod, *, today: dt.date) -> Outlook:
    """Trials and planned values of a sheet together: the same queries however many rows."""
    asked: dict[tuple[int, int], TypedCell] = {}
    figures: dict[tuple[int, int], terms.Figure | None] = {}
    found = Outlook({}, {})
    tried = set()
    for typed in rows:
        key = (typed.row.indicator.pk, typed.row.area.pk)
        asked[key] = typed
        if not _can_be_tried(typed):
            figures[key] = stand_in(typed.row, period.ends_on)
            continue
        try:
            figures[key] = _figure(typed, period)
        except terms.FiguresError as error:
            found.trials[typed.key] = Trial("不能试算", "none", str(error))
        else:
            tried.add(key)
    if not figures:
        return found
    for key, result in trial_assessments(figures, period, today=today).items():
        typed = asked[key]
        if key in tried:
            found.trials[typed.key] = _worded(typed, period, result)
        planned = _planned(typed.row.indicator, period, result)
        if planned is not None:
            found.planned[typed.key] = planned
    return found


def _can_be_tried(typed: TypedCell) -> bool:
    return typed.is_filled and not any(finding.level == "error" for finding in typed.findings)


def _planned(indicator: Indicator, period: ReportingPeriod, tried: Tried) -> Planned | None:
    expected = expected_at(tried, period.ends_on)
    if expected is None:
        return None
    is_ceiling = tried.promise is not None and tried.promise.is_budget
    text = value_text(expected, decimals=indicator.decimals, unit=indicator.unit)
    return Planned(f"≤{text}" if is_ceiling else text, _summed(tried))


def _summed(tried: Tried) -> str:
    """On what basis figures of several years count together; empty where each speaks for itself."""
    accumulation = None if tried.promise is None else tried.promise.accumulation
    if accumulation in (terms.Accumulation.SUM, terms.Accumulation.RATIO_OF_SUMS):
        return ACCUMULATION_LABELS[accumulation]
    return ""


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


def _worded(typed: TypedCell, period: ReportingPeriod, tried: Tried) -> Trial:
    indicator = typed.row.indicator
    if tried.assessment is None or tried.promise is None:
        return Trial("不能试算", "none", tried.refusal)
    result, promise = tried.assessment, tried.promise
    direction = terms.Direction(indicator.direction)
    parts = []
    if result.actual is not None:
        of_another_day = result.datum_on is not None and result.datum_on != period.ends_on
        day = f"（{result.datum_on:%Y-%m-%d}）" if of_another_day else ""
        is_the_quotient = indicator.is_two_part and not of_another_day and not _summed(tried)
        actual = actual_text(result, decimals=indicator.decimals, unit=indicator.unit, direction=direction)
        if not is_the_quotient:  # which stands above it, and is not rounded against the target
            parts.append(f"按{_summed(tried)} {actual}{day}")
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
