"""A stored plan as a draft again: to be compared with a file, or written out as one."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from departments.models import ClauseDepartment, Department, Responsibility, TaskResponsibility
from targets import terms
from targets.models import Area, Indicator, InterimTarget, Plan, Target
from targets.plan_drafts import (
    AreaDraft,
    ClauseDraft,
    DepartmentDraft,
    GoalDraft,
    IndicatorDraft,
    PlanDraft,
    QuantityDraft,
    ReadingDraft,
    TargetDraft,
    TaskDraft,
)
from targets.setting_changes import settings_as_loaded
from targets.setting_words import YES, Value, as_text


def draft_of(plan: Plan, *, as_loaded: bool = False) -> PlanDraft:
    """The plan as its file would say it today, or (`as_loaded`) with the targets and settings it was loaded with.

    What people decided beside the file (lead and reporting bureau, confirmed choices, baselines) is not part of it.
    """
    root = Area.objects.root()
    clause_departments, task_departments, indicator_departments = _listed(plan)
    used = {
        name
        for listing in (clause_departments, task_departments, indicator_departments)
        for names in listing.values()
        for name in names
    }
    settings = _Settings(plan, as_loaded=as_loaded)
    return PlanDraft(
        code=plan.code,
        title=plan.title,
        issuer=plan.issuer,
        issuer_short=plan.issuer_short,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        baseline_year=plan.baseline_year,
        document_number=plan.document_number,
        issued_on=plan.issued_on,
        nature=plan.nature,
        source=plan.source,
        is_demonstration=plan.is_demonstration,
        thresholds=plan.thresholds,
        due_days_after_end=int(settings.of(None, "due_after_days", plan.due_after_days)),
        due_in_working_days=settings.of(None, "due_in_working_days", plan.due_in_working_days) == YES,
        task_reports_every=_frequency(settings.of(None, "task_reports_every", plan.task_reports_every)),
        task_reports_from=_day(settings.of(None, "task_reports_from", plan.task_reports_from)),
        root_area=AreaDraft(root.code, root.name),
        areas=tuple(
            AreaDraft(area.code, area.name, counts_toward_total=area.counts_toward_total, note=area.note)
            for area in root.children.order_by("position", "code")
        ),
        departments=tuple(
            _department(department)
            for department in Department.objects.in_plan_order().prefetch_related("names")
            if department.name in used
        ),
        sectors=tuple(plan.sectors.order_by("position").values_list("name", flat=True)),
        clauses=tuple(
            ClauseDraft(
                section=clause.section,
                heading=clause.heading,
                subheading=clause.subheading,
                sector="" if clause.sector is None else clause.sector.name,
                departments=tuple(clause_departments[clause.pk]),
                text=clause.text,
            )
            for clause in plan.clauses.select_related("sector").order_by("position")
        ),
        indicators=_indicators(plan, root, indicator_departments, settings=settings),
        tasks=tuple(
            TaskDraft(
                code=task.code,
                section=task.clause.section,
                text=task.text,
                sector=task.sector.name,
                kind=task.kind,
                due_on=task.due_on,
                yearly_due=task.yearly_due,
                indicators=tuple(indicator.code for indicator in task.indicators.all()),
                departments=tuple(task_departments[task.pk]),
            )
            for task in plan.tasks.select_related("clause", "sector")
            .prefetch_related("indicators")
            .order_by("position")
        ),
        goals=tuple(
            GoalDraft(code=goal.code, section=goal.clause.section, text=goal.text)
            for goal in plan.goals.select_related("clause").order_by("pk")
        ),
        readings=tuple(
            ReadingDraft(
                code=reading.code,
                about=reading.about,
                doubt=reading.doubt,
                default_reading=reading.default_reading,
                risk=reading.risk,
                indicators=tuple(indicator.code for indicator in reading.indicators.all()),
            )
            for reading in plan.readings.prefetch_related("indicators").order_by("pk")
        ),
    )


class _Settings:
    """The settings of a plan's reporting as text: those of today, or those that it was loaded with."""

    def __init__(self, plan: Plan, *, as_loaded: bool) -> None:
        self.as_loaded = as_loaded
        self.loaded = settings_as_loaded(plan) if as_loaded else {}

    def of(self, indicator_id: int | None, name: str, value: Value) -> str:
        return self.loaded.get((indicator_id, name), as_text(value))


def _frequency(text: str) -> terms.Frequency | None:
    return terms.Frequency(text) if text else None


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _listed(plan: Plan) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[str]]]:
    """The names of the bureaus listed for each clause, task and indicator, in their order."""
    clauses: dict[int, list[str]] = defaultdict(list)
    tasks: dict[int, list[str]] = defaultdict(list)
    indicators: dict[int, list[str]] = defaultdict(list)
    for listed in ClauseDepartment.objects.filter(clause__plan=plan).select_related("department").order_by("position"):
        clauses[listed.clause_id].append(listed.department.name)
    for duty in TaskResponsibility.objects.filter(task__plan=plan).select_related("department").order_by("position"):
        tasks[duty.task_id].append(duty.department.name)
    for one in Responsibility.objects.filter(indicator__plan=plan).select_related("department").order_by("position"):
        indicators[one.indicator_id].append(one.department.name)
    return clauses, tasks, indicators


def _department(department: Department) -> DepartmentDraft:
    name = min(department.names.all(), key=lambda name: name.pk, default=None)
    return DepartmentDraft(
        code=department.code,
        name=department.name,
        official_name=department.name if name is None else name.official_name,
        official_name_unconfirmed=name is not None and name.is_unconfirmed,
        coordinates=department.coordinates,
    )


def _indicators(
    plan: Plan, root: Area, departments: dict[int, list[str]], *, settings: "_Settings"
) -> tuple[IndicatorDraft, ...]:
    targets: dict[int, Target] = {}
    for target in Target.objects.filter(indicator__plan=plan, area=root).order_by(
        "-version" if settings.as_loaded else "version"
    ):
        targets[target.indicator_id] = target
    interim: dict[int, list[terms.InterimTarget]] = defaultdict(list)
    for step in InterimTarget.objects.filter(indicator__plan=plan, area=root).order_by("due_on"):
        interim[step.indicator_id].append(terms.InterimTarget(on=step.due_on, value=step.value))
    return tuple(
        _indicator(indicator, targets[indicator.pk], interim[indicator.pk], departments[indicator.pk], settings)
        for indicator in plan.indicators.select_related("sector", "clause").order_by("position", "code")
        if indicator.pk in targets
    )


def _indicator(
    indicator: Indicator,
    target: Target,
    interim: list[terms.InterimTarget],
    departments: list[str],
    settings: "_Settings",
) -> IndicatorDraft:
    return IndicatorDraft(
        code=indicator.code,
        name=indicator.name,
        sector=indicator.sector.name,
        section=indicator.clause.section,
        clause_text=indicator.clause_text,
        definition=indicator.definition,
        unit=indicator.unit,
        unit_is_assumed=indicator.unit_is_assumed,
        decimals=indicator.decimals,
        direction=terms.Direction(indicator.direction),
        accumulation=terms.Accumulation(indicator.accumulation),
        assessed_on=terms.AssessedOn(indicator.assessed_on),
        path=terms.Path(indicator.path),
        reported_every=terms.Frequency(settings.of(indicator.pk, "reported_every", indicator.reported_every)),
        basis=terms.Basis(indicator.basis) if indicator.basis else None,
        value=_quantity(indicator.value_kind),
        numerator=_quantity(indicator.numerator_kind, indicator.numerator_unit, indicator.numerator_name),
        denominator=_quantity(indicator.denominator_kind, indicator.denominator_unit, indicator.denominator_name),
        factor=_plain(indicator.factor) or Decimal(1),
        whole_units=indicator.whole_units,
        by_area=settings.of(indicator.pk, "by_area", indicator.by_area) == YES,
        evidence_required=settings.of(indicator.pk, "evidence_required", indicator.evidence_required) == YES,
        natural_lower=_plain(indicator.natural_lower),
        natural_upper=_plain(indicator.natural_upper),
        aspirational=indicator.is_aspirational,
        condition=indicator.condition,
        target=TargetDraft(
            form=terms.Form(target.form),
            comparison=terms.Comparison(target.comparison) if target.comparison else None,
            value=_plain(target.value),
            lower=_plain(target.lower),
            upper=_plain(target.upper),
            unit=target.unit,
            due_on=target.due_on,
            strict=target.is_strict,
            tolerance_percent=_plain(target.tolerance_percent),
            interim=tuple(terms.InterimTarget(on=step.on, value=_plain(step.value) or Decimal(0)) for step in interim),
        ),
        departments=tuple(departments),
        choices_are_ours=tuple(indicator.unconfirmed_choices),
    )


def _quantity(kind: str, unit: str = "", name: str = "") -> QuantityDraft | None:
    return QuantityDraft(kind=terms.Kind(kind), unit=unit, name=name) if kind else None


def _plain(number: Decimal | None) -> Decimal | None:
    """The number without the zeros that a column of eight decimals adds."""
    return None if number is None else Decimal(format(number.normalize(), "f"))
