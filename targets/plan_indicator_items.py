"""One indicator of a plan file with its quantities and its target, checked by the calculus itself."""

import datetime as dt
from decimal import Decimal

from targets import terms
from targets.plan_drafts import IndicatorDraft, QuantityDraft, TargetDraft
from targets.plan_items import PlanItem

FREQUENCIES_REPORTED = (terms.Frequency.QUARTER, terms.Frequency.HALF_YEAR, terms.Frequency.YEAR)


class Known:
    """What the file itself defines, for the checks of what refers to it."""

    def __init__(self, departments: set[str], sectors: set[str]) -> None:
        self.departments = departments
        self.sectors = sectors
        self.sections: set[str] = set()
        self.indicators: set[str] = set()

    def sector_of(self, item: PlanItem) -> str:
        sector = item.text("sector", longest=60, required=True)
        if sector and sector not in self.sectors:
            item.fault(f"领域“{sector}”不在本文件的 sectors 里。")
        return sector

    def section_of(self, item: PlanItem) -> str:
        section = item.text("section", longest=20, required=True)
        if section and section not in self.sections:
            item.fault(f"条款“{section}”不在本文件的 clauses 里。")
        return section

    def departments_of(self, item: PlanItem) -> tuple[str, ...]:
        return item.names("departments", self.departments, "departments")


def _quantity(parts: PlanItem, key: str) -> QuantityDraft | None:
    item = parts.child(key)
    if item is None:
        return None
    kind = item.choice("kind", terms.Kind, required=True)
    is_part = key != "value"
    quantity = QuantityDraft(
        kind=kind or terms.Kind.FLOW,
        unit=item.text("unit", longest=30, required=True) if is_part else "",
        name=item.text("name", longest=80, required=True) if is_part else "",
    )
    item.refuse_unknown_fields()
    return quantity


def reported_every(item: PlanItem, key: str) -> terms.Frequency | None:
    """How often something is reported: never more often than a quarter, the calendar's only period."""
    every = item.choice(key, terms.Frequency)
    if every is not None and every not in FREQUENCIES_REPORTED:
        item.fault(f"{key} 应为 quarter、half_year 或 year。")
    return every


def read_indicator(item: PlanItem, known: Known, starts_on: dt.date, ends_on: dt.date) -> IndicatorDraft:
    parts = item.child("reported") or PlanItem({}, item.place, item.findings)
    value, numerator, denominator = (_quantity(parts, key) for key in ("value", "numerator", "denominator"))
    factor = parts.number("factor")
    parts.refuse_unknown_fields()
    if (numerator is None) != (denominator is None) or (value is not None and numerator is not None):
        item.fault("reported 应为 value，或 numerator 和 denominator，二者取一。")
    every = reported_every(item, "reported_every") or terms.Frequency.QUARTER
    basis = item.choice("basis", terms.Basis)
    if basis is None and any(part and part.kind is terms.Kind.FLOW for part in (value, numerator, denominator)):
        item.fault(
            "报送量中有流量（flow），须写明 basis（本期数 period、本年累计 year_to_date、规划期累计 since_start）。"
        )
    limits = item.raw("natural_limits") or [None, None]
    if not isinstance(limits, list) or len(limits) != 2:
        item.fault("natural_limits 应为两个数的列表，没有的一端写 null。")
        limits = [None, None]
    direction = item.choice("direction", terms.Direction, required=True)
    target = _target(item.child("target"), ends_on)
    if not item.has("target"):
        item.fault("缺少 target。")
    draft = IndicatorDraft(
        code=item.text("code", longest=20, required=True),
        name=item.text("name", longest=120, required=True),
        sector=known.sector_of(item),
        section=known.section_of(item),
        clause_text=item.text("clause_text", longest=5000, required=True),
        definition=item.text("definition", longest=5000),
        unit=item.text("unit", longest=30, required=value is not None or numerator is not None),
        unit_is_assumed=item.flag("unit_is_assumed"),
        decimals=item.whole("decimals", default=1, most=8),
        accumulation=item.choice("accumulation", terms.Accumulation) or terms.Accumulation.LATEST,
        assessed_on=item.choice("assessed_on", terms.AssessedOn) or terms.AssessedOn.PERIOD,
        path=item.choice("path", terms.Path) or terms.Path.LINEAR,
        whole_units=item.flag("whole_units"),
        by_area=item.flag("by_area"),
        evidence_required=item.flag("evidence_required"),
        natural_lower=item.as_number(limits[0], "natural_limits"),
        natural_upper=item.as_number(limits[1], "natural_limits"),
        aspirational=item.flag("aspirational"),
        condition=item.text("condition", longest=200),
        departments=known.departments_of(item),
        choices_are_ours=item.names("choices_are_ours"),
        direction=direction or terms.Direction.INCREASE,
        target=target or TargetDraft(form=terms.Form.DIRECTION, due_on=ends_on),
        reported_every=every,
        basis=basis,
        value=value,
        numerator=numerator,
        denominator=denominator,
        factor=Decimal(1) if factor is None else factor,
    )
    if draft.by_area and not draft.adds_up:
        item.fault("by_area 只用于各地区的数能合成全市数的指标：两部分的比值，或流量、存量。")
    if target is not None and direction is not None:
        _refuse_contradictions(item, draft, starts_on, ends_on)
    return draft


def _target(item: PlanItem | None, ends_on: dt.date) -> TargetDraft | None:
    if item is None:
        return None
    form = item.choice("form", terms.Form, required=True)
    if form is None:
        return None
    steps = [
        (step.day("due_on", required=True), step.number("value"), step)
        for step in item.items("interim", name_by="due_on")
    ]
    for _, number, step in steps:
        if number is None:
            step.fault("缺少 value。")
    target = TargetDraft(
        form=form,
        comparison=item.choice("comparison", terms.Comparison),
        value=item.number("value"),
        lower=item.number("lower"),
        upper=item.number("upper"),
        unit=item.text("unit", longest=30),
        due_on=item.day("due_on") or ends_on,
        strict=item.flag("strict"),
        tolerance_percent=item.number("tolerance_percent"),
        interim=tuple(
            terms.InterimTarget(on=day, value=number)
            for day, number, _ in steps
            if day is not None and number is not None
        ),
    )
    item.refuse_unknown_fields()
    return target


def _refuse_contradictions(item: PlanItem, draft: IndicatorDraft, starts_on: dt.date, ends_on: dt.date) -> None:
    """Has the calculus itself look at the promise: what it would refuse later is refused here, with its sentence."""
    target = draft.target
    numberless = target.form is terms.Form.DIRECTION or target.form in terms.MILESTONES
    if numberless and target.value is not None:
        item.fault("只定方向的目标和节点目标没有 value。")
    two_part = draft.accumulation in (terms.Accumulation.RATIO, terms.Accumulation.RATIO_OF_SUMS)
    if draft.is_reported and two_part != (draft.numerator is not None):
        item.fault("accumulation 为 ratio、ratio_of_sums 的须报 numerator 和 denominator，其余的报 value。")
    if target.form is terms.Form.BAND and target.lower is not None and target.lower == target.upper:
        item.fault("区间目标的下限应小于上限。")
    increase = draft.direction is terms.Direction.INCREASE
    try:
        terms.Terms(
            starts_on=starts_on - dt.timedelta(days=1),
            ends_on=ends_on,
            accumulation=draft.accumulation,
            form=target.form,
            comparison=target.comparison or (terms.Comparison.AT_LEAST if increase else terms.Comparison.AT_MOST),
            direction=draft.direction,
            path=draft.path,
            value=target.value,
            lower=target.lower,
            upper=target.upper,
            due_on=target.due_on,
            tolerance_percent=target.tolerance_percent,
            value_kind=None if draft.value is None else draft.value.kind,
            numerator_kind=None if draft.numerator is None else draft.numerator.kind,
            denominator_kind=None if draft.denominator is None else draft.denominator.kind,
            factor=draft.factor,
            basis=draft.basis or terms.Basis.PERIOD,
            assessed_on=draft.assessed_on,
            strict=target.strict,
            natural_lower=draft.natural_lower,
            natural_upper=draft.natural_upper,
            interim=target.interim,
        )
    except terms.TermsError as error:
        item.fault(str(error))
