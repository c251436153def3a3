"""One indicator row made by hand, with texts rounded and worded as the overview does it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from reports import phrases
from reports.overview_values import BaselineView, IndicatorRow, SeriesPoint
from targets.labels import STATUS_LABELS
from targets.terms import Assessment, Direction, FlagNote, Form, Path, Status

QUARTER_END = dt.date(2025, 9, 30)


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def make_row(
    code: str = "LY-09",
    name: str = "农用薄膜回收率",
    status: Status = Status.AT_RISK,
    *,
    sector: str = "农业",
    unit: str = "%",
    target_text: str = "≥92%",
    target: str | None = "92",
    actual: str | None = "88.4",
    base: str | None = "80",
    progress: str | None = "0.7",
    expected: str | None = "0.95",
    flags: tuple[FlagNote, ...] = (),
    series: tuple[tuple[int, str], ...] = ((2021, "82.1"), (2022, "84.0"), (2023, "86.2"), (2024, "88.4")),
    **changes: Any,
) -> IndicatorRow:
    done, due = number(progress), number(expected)
    falls = base is not None and target is not None and Decimal(target) < Decimal(base)
    lead = None if done is None or due is None else (done - due) * 100
    assessment_fields: dict[str, Any] = {
        "status": status,
        "reason": "",
        "datum_on": QUARTER_END if actual is not None else None,
        "actual": number(actual),
        "target": number(target),
        "baseline": number(base),
        "progress": done,
        "expected_progress": due,
        "lead_points": lead,
        "gap": None if actual is None or target is None else (Decimal(target) - Decimal(actual)) * (-1 if falls else 1),
        "flags": flags,
    }
    assessment_fields.update(changes.pop("assessment", {}))
    assessment_fields.setdefault("met", status is Status.ACHIEVED)
    assessed = Assessment(**assessment_fields)
    shape: dict[str, Any] = {"decimals": changes.get("decimals", 1), "unit": unit}
    direction = Direction.DECREASE if falls else Direction.INCREASE
    fields: dict[str, Any] = {
        "id": int(code[-2:]),
        "code": code,
        "name": name,
        "unit": unit,
        "unit_is_assumed": False,
        "decimals": 1,
        "sector": sector,
        "department": "市农业农村局",
        "departments": ("市农业农村局",),
        "clause_section": "2.2.1",
        "clause_text": "",
        "is_aspirational": False,
        "is_quantified": True,
        "is_budget": False,
        "form": Form.VALUE,
        "band": None,
        "condition": "",
        "target_text": target_text,
        "target_value_text": phrases.value_text(assessed.target, **shape),
        "baseline": None
        if base is None
        else BaselineView(
            2020,
            Decimal(base),
            phrases.value_text(Decimal(base), **shape),
            "统计年鉴",
            "",
            is_substitute=False,
            is_demonstration=True,
        ),
        "actual_text": phrases.actual_text(assessed, direction=direction, **shape),
        "gap_text": phrases.gap_text(assessed, direction=direction, **shape),
        "progress_text": phrases.share_text(assessed.progress),
        "lead_text": phrases.lead_text(assessed.lead_points),
        "required_text": phrases.yearly_text(assessed.required_per_year, path=Path.LINEAR, **shape),
        "observed_text": phrases.yearly_text(assessed.observed_per_year, path=Path.LINEAR, **shape),
        "datum_text": "" if actual is None else "2025年三季度",
        "status": status,
        "status_label": STATUS_LABELS[status],
        "flag_texts": (),
        "assessment": assessed,
        "series": tuple(
            SeriesPoint(
                dt.date(year, 12, 31),
                f"{year}Q4",
                Decimal(value),
                None
                if base is None or target is None
                else Decimal(base) + (Decimal(target) - Decimal(base)) * (year - 2020) / 5,
                status,
                is_provisional=False,
            )
            for year, value in series
        ),
        "absence": None,
        "note": "",
        "has_unconfirmed_choices": False,
    }
    fields.update(changes)
    return IndicatorRow(**fields)


def replace_assessment(row: IndicatorRow, **changes: Any) -> IndicatorRow:
    return dataclasses.replace(row, assessment=dataclasses.replace(row.assessment, **changes))
