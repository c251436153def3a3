"""A plan draft written out as a plan file: what stands at its default is left out, so that the file stays readable."""

import json
from decimal import Decimal
from typing import Any

from targets.plan_drafts import AreaDraft, IndicatorDraft, PlanDraft, QuantityDraft, TargetDraft
from targets.terms import Thresholds

FORMAT = 1
WIDTH = 150
"""Columns up to which a list or an object stays on one line."""

Json = dict[str, Any]


def write_plan(draft: PlanDraft) -> str:
    """The draft as the text of a plan file: `parse_plan(write_plan(draft)) == draft`."""
    return _lines(_plan(draft), 0) + "\n"


def _lines(content: Any, indent: int) -> str:
    flat = json.dumps(content, ensure_ascii=False)
    if not isinstance(content, (dict, list)) or not content or len(flat) + indent <= WIDTH:
        return flat
    pad = " " * (indent + 1)
    if isinstance(content, dict):
        inner = [f"{pad}{json.dumps(key)}: {_lines(value, indent + 1)}" for key, value in content.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + _lines(value, indent + 1) for value in content) + "\n" + " " * indent + "]"


def _said(fields: Json) -> Json:
    """Without what is empty, false or unknown: the reader's defaults stand for it."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and value is not False and value not in ("", [])
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _plan(draft: PlanDraft) -> Json:
    plan = {
        "code": draft.code,
        "title": draft.title,
        "issuer": draft.issuer,
        "issuer_short": draft.issuer_short,
        "starts_on": draft.starts_on.isoformat(),
        "ends_on": draft.ends_on.isoformat(),
        "baseline_year": draft.baseline_year,
        "document_number": draft.document_number,
        "issued_on": None if draft.issued_on is None else draft.issued_on.isoformat(),
        "nature": draft.nature,
        "source": draft.source,
        "is_demonstration": draft.is_demonstration,
        "thresholds": None if draft.thresholds == Thresholds() else _thresholds(draft.thresholds),
    }
    return {
        "format": FORMAT,
        "plan": _said(plan),
        "reporting": _said(
            {
                "due_days_after_end": draft.due_days_after_end,
                "due_in_working_days": draft.due_in_working_days,
                "task_reports_every": draft.task_reports_every,
                "task_reports_from": None if draft.task_reports_from is None else draft.task_reports_from.isoformat(),
            }
        ),
        "areas": _said(
            {
                "code": draft.root_area.code,
                "name": draft.root_area.name,
                "children": [_area(area) for area in draft.areas],
            }
        ),
        "departments": [
            _said(
                {
                    "code": one.code,
                    "name": one.name,
                    "official_name": one.official_name,
                    "official_name_unconfirmed": one.official_name_unconfirmed,
                    "coordinates": one.coordinates,
                }
            )
            for one in draft.departments
        ],
        "sectors": list(draft.sectors),
        "clauses": [
            _said(
                {
                    "section": one.section,
                    "heading": one.heading,
                    "subheading": one.subheading,
                    "sector": one.sector,
                    "departments": list(one.departments),
                    "text": one.text,
                }
            )
            for one in draft.clauses
        ],
        "indicators": [_indicator(one) for one in draft.indicators],
        "tasks": [
            _said(
                {
                    "code": one.code,
                    "section": one.section,
                    "text": one.text,
                    "sector": one.sector,
                    "kind": one.kind,
                    "due_on": None if one.due_on is None else one.due_on.isoformat(),
                    "yearly_due": one.yearly_due,
                    "indicators": list(one.indicators),
                    "departments": list(one.departments),
                }
            )
            for one in draft.tasks
        ],
        "goals": [{"code": one.code, "section": one.section, "text": one.text} for one in draft.goals],
        "readings": [
            _said(
                {
                    "code": one.code,
                    "about": one.about,
                    "doubt": one.doubt,
                    "default_reading": one.default_reading,
                    "risk": one.risk,
                    "indicators": list(one.indicators),
                }
            )
            for one in draft.readings
        ],
    }


def _area(area: AreaDraft) -> Json:
    said = _said({"code": area.code, "name": area.name, "note": area.note})
    return said if area.counts_toward_total else said | {"counts_toward_total": False}


def _thresholds(thresholds: Thresholds) -> Json:
    return {
        "on_track": _text(thresholds.on_track),
        "at_risk": _text(thresholds.at_risk),
        "too_early": _text(thresholds.too_early),
        "outlook_from": _text(thresholds.outlook_from),
        "stale_after_months": thresholds.stale_after_months,
        "withdrawn_after_months": thresholds.withdrawn_after_months,
    }


def _quantity(quantity: QuantityDraft | None) -> Json | None:
    if quantity is None:
        return None
    return _said({"name": quantity.name, "kind": quantity.kind, "unit": quantity.unit})


def _indicator(draft: IndicatorDraft) -> Json:
    reported = {
        "value": _quantity(draft.value),
        "numerator": _quantity(draft.numerator),
        "denominator": _quantity(draft.denominator),
        "factor": None if draft.factor == 1 else _text(draft.factor),
    }
    limits = [_text(draft.natural_lower), _text(draft.natural_upper)]
    return _said(
        {
            "code": draft.code,
            "name": draft.name,
            "sector": draft.sector,
            "section": draft.section,
            "clause_text": draft.clause_text,
            "definition": draft.definition,
            "unit": draft.unit,
            "unit_is_assumed": draft.unit_is_assumed,
            "decimals": draft.decimals,
            "direction": draft.direction,
            "accumulation": draft.accumulation,
            "assessed_on": draft.assessed_on,
            "path": draft.path,
            "reported_every": draft.reported_every,
            "basis": draft.basis,
            "reported": _said(reported) or None,
            "whole_units": draft.whole_units,
            "by_area": draft.by_area,
            "evidence_required": draft.evidence_required,
            "natural_limits": None if limits == [None, None] else limits,
            "aspirational": draft.aspirational,
            "condition": draft.condition,
            "target": _target(draft.target),
            "departments": list(draft.departments),
            "choices_are_ours": list(draft.choices_are_ours),
        }
    )


def _target(draft: TargetDraft) -> Json:
    return _said(
        {
            "form": draft.form,
            "comparison": draft.comparison,
            "value": _text(draft.value),
            "lower": _text(draft.lower),
            "upper": _text(draft.upper),
            "unit": draft.unit,
            "due_on": draft.due_on.isoformat(),
            "strict": draft.strict,
            "tolerance_percent": _text(draft.tolerance_percent),
            "interim": [{"due_on": step.on.isoformat(), "value": _text(step.value)} for step in draft.interim],
        }
    )
