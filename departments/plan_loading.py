"""A plan draft stored with its bureaus and duties: all of it or nothing, and never over what people decided."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments.models import ClauseDepartment, Department, DepartmentName, Responsibility, TaskResponsibility
from departments.plan_comparison import differences
from departments.stored_plans import draft_of
from targets.assessing import series_of_plan
from targets.calendar import create_periods
from targets.models import (
    Area,
    Clause,
    Goal,
    Indicator,
    InterimTarget,
    Milestone,
    Plan,
    PlanTask,
    Reading,
    Sector,
    Target,
)
from targets.plan_drafts import IndicatorDraft, PlanDraft, TaskDraft
from targets.tasks import mark_dirty


class PlanNotLoadedError(ValueError):
    """A draft contradicts what the system already holds; `findings` are Chinese sentences, each naming its item."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    plan: Plan
    is_new: bool


@transaction.atomic
def load_plan(draft: PlanDraft, *, by: User | None = None) -> LoadedPlan:
    """Stores a plan that is not there yet; of one that is there, only says whether the file still agrees with it.

    A loaded plan belongs to the people who work with it: a file that differs from it changes nothing and is refused
    with every difference named. Raises PlanNotLoadedError; nothing is stored then.
    """
    plan = Plan.objects.filter(code=draft.code).first()
    if plan is not None:
        findings = differences(draft, draft_of(plan), as_loaded=draft_of(plan, as_loaded=True))
        if findings:
            findings.append("已载入的方案不由文件改写，没有改动；文件的内容确需采用的，请用新的方案编号另行载入。")
            raise PlanNotLoadedError(findings)
        return LoadedPlan(plan, is_new=False)
    findings = []
    root = _areas(draft, findings)
    departments = _departments(draft, findings)
    if findings or root is None:
        raise PlanNotLoadedError(findings)
    plan = _plan(draft)
    sectors = {
        sector.name: sector
        for sector in Sector.objects.bulk_create(
            Sector(plan=plan, name=name, position=position) for position, name in enumerate(draft.sectors, start=1)
        )
    }
    clauses = _clauses(draft, plan, sectors, departments)
    indicators = _indicators(draft, plan, root, sectors, clauses, departments)
    _tasks(draft, plan, sectors, clauses, indicators, departments)
    Goal.objects.bulk_create(
        Goal(plan=plan, code=one.code, text=one.text, clause=clauses[one.section]) for one in draft.goals
    )
    for one in draft.readings:
        reading = Reading.objects.create(
            plan=plan,
            code=one.code,
            about=one.about,
            doubt=one.doubt,
            default_reading=one.default_reading,
            risk=one.risk,
        )
        reading.indicators.set(indicators[code] for code in one.indicators)
    create_periods(plan=plan)
    mark_dirty(series_of_plan(plan.pk))
    audit.record(
        action="plan.load",
        by=by,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        after={
            "departments": len(draft.departments),
            "clauses": len(draft.clauses),
            "indicators": len(draft.indicators),
            "tasks": len(draft.tasks),
            "goals": len(draft.goals),
            "readings": len(draft.readings),
        },
    )
    return LoadedPlan(plan, is_new=True)


def _areas(draft: PlanDraft, findings: list[str]) -> Area | None:
    root = Area.objects.filter(parent__isnull=True).first()
    if root is None:
        root = Area.objects.create(code=draft.root_area.code, name=draft.root_area.name)
    elif (root.code, root.name) != (draft.root_area.code, draft.root_area.name):
        findings.append(
            f"areas：本系统的地区是“{root.name}”（{root.code}），文件写的是“{draft.root_area.name}”（{draft.root_area.code}）。"
        )
        return None
    known = {area.code: area for area in Area.objects.all()}
    for position, one in enumerate(draft.areas, start=1):
        area = known.get(one.code)
        if area is None:
            Area.objects.create(
                code=one.code,
                name=one.name,
                parent=root,
                position=position,
                counts_toward_total=one.counts_toward_total,
                note=one.note,
            )
        elif area.name != one.name:
            findings.append(
                f"areas.children[{position - 1}] {one.code}：系统中叫“{area.name}”，文件写的是“{one.name}”。"
            )
    return root


def _departments(draft: PlanDraft, findings: list[str]) -> dict[str, Department]:
    """The draft's bureaus by name. One that is there already stays as it is; only its code and name must agree."""
    by_code = {department.code: department for department in Department.objects.all()}
    by_name = {department.name: department for department in by_code.values()}
    last = Department.objects.aggregate(last=Max("position"))["last"] or 0
    found: dict[str, Department] = {}
    for index, one in enumerate(draft.departments):
        place = f"departments[{index}] {one.code}"
        known = by_code.get(one.code)
        if known is not None and known.name != one.name:
            findings.append(f"{place}：该代码在系统中是“{known.name}”，文件写的是“{one.name}”。")
        elif known is None and one.name in by_name:
            findings.append(f"{place}：“{one.name}”在系统中的代码是 {by_name[one.name].code}。")
        elif known is not None:
            found[one.name] = known
        else:
            last += 1
            department = Department.objects.create(
                code=one.code, name=one.name, position=last, coordinates=one.coordinates
            )
            DepartmentName.objects.create(
                department=department, official_name=one.official_name, is_unconfirmed=one.official_name_unconfirmed
            )
            found[one.name] = department
    return found


def _plan(draft: PlanDraft) -> Plan:
    thresholds = draft.thresholds
    return Plan.objects.create(
        code=draft.code,
        title=draft.title,
        issuer=draft.issuer,
        issuer_short=draft.issuer_short,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        baseline_year=draft.baseline_year,
        document_number=draft.document_number,
        issued_on=draft.issued_on,
        nature=draft.nature,
        source=draft.source,
        is_demonstration=draft.is_demonstration,
        on_track_from=thresholds.on_track,
        at_risk_from=thresholds.at_risk,
        too_early_before=thresholds.too_early,
        outlook_from=thresholds.outlook_from,
        stale_after_months=thresholds.stale_after_months,
        withdrawn_after_months=thresholds.withdrawn_after_months,
        due_after_days=draft.due_days_after_end,
        due_in_working_days=draft.due_in_working_days,
        task_reports_every="" if draft.task_reports_every is None else draft.task_reports_every,
        task_reports_from=draft.task_reports_from,
    )


def _clauses(
    draft: PlanDraft, plan: Plan, sectors: dict[str, Sector], departments: dict[str, Department]
) -> dict[str, Clause]:
    clauses = {
        clause.section: clause
        for clause in Clause.objects.bulk_create(
            Clause(
                plan=plan,
                section=one.section,
                heading=one.heading,
                subheading=one.subheading,
                text=one.text,
                sector=sectors[one.sector],
                position=position,
            )
            for position, one in enumerate(draft.clauses, start=1)
        )
    }
    ClauseDepartment.objects.bulk_create(
        ClauseDepartment(clause=clauses[one.section], department=departments[name], position=position)
        for one in draft.clauses
        for position, name in enumerate(one.departments, start=1)
    )
    return clauses


def _indicators(
    draft: PlanDraft,
    plan: Plan,
    root: Area,
    sectors: dict[str, Sector],
    clauses: dict[str, Clause],
    departments: dict[str, Department],
) -> dict[str, Indicator]:
    indicators = {
        indicator.code: indicator
        for indicator in Indicator.objects.bulk_create(
            _indicator(one, plan, position, sectors, clauses) for position, one in enumerate(draft.indicators, start=1)
        )
    }
    now = timezone.now()
    Target.objects.bulk_create(
        Target(
            indicator=indicators[one.code],
            area=root,
            form=one.target.form,
            comparison=one.target.comparison or "",
            value=one.target.value,
            lower=one.target.lower,
            upper=one.target.upper,
            unit=one.target.unit,
            due_on=one.target.due_on,
            is_strict=one.target.strict,
            tolerance_percent=one.target.tolerance_percent,
            document_number=draft.document_number,
            created_at=now,
        )
        for one in draft.indicators
    )
    InterimTarget.objects.bulk_create(
        InterimTarget(indicator=indicators[one.code], area=root, due_on=step.on, value=step.value)
        for one in draft.indicators
        for step in one.target.interim
    )
    # The plan lists without ranks: the first listed one reports until somebody decides otherwise; nobody is the lead.
    Responsibility.objects.bulk_create(
        Responsibility(
            indicator=indicators[one.code],
            department=departments[name],
            position=position,
            is_reporter=position == 1 and one.is_reported,
        )
        for one in draft.indicators
        for position, name in enumerate(one.departments, start=1)
    )
    return indicators


def _indicator(
    one: IndicatorDraft, plan: Plan, position: int, sectors: dict[str, Sector], clauses: dict[str, Clause]
) -> Indicator:
    return Indicator(
        plan=plan,
        code=one.code,
        name=one.name,
        sector=sectors[one.sector],
        clause=clauses[one.section],
        clause_text=one.clause_text,
        definition=one.definition,
        position=position,
        unit=one.unit,
        unit_is_assumed=one.unit_is_assumed,
        decimals=one.decimals,
        direction=one.direction,
        accumulation=one.accumulation,
        path=one.path,
        assessed_on=one.assessed_on,
        reported_every=one.reported_every,
        basis=one.basis or "",
        whole_units=one.whole_units,
        by_area=one.by_area,
        evidence_required=one.evidence_required,
        natural_lower=one.natural_lower,
        natural_upper=one.natural_upper,
        value_kind="" if one.value is None else one.value.kind,
        numerator_name="" if one.numerator is None else one.numerator.name,
        numerator_kind="" if one.numerator is None else one.numerator.kind,
        numerator_unit="" if one.numerator is None else one.numerator.unit,
        denominator_name="" if one.denominator is None else one.denominator.name,
        denominator_kind="" if one.denominator is None else one.denominator.kind,
        denominator_unit="" if one.denominator is None else one.denominator.unit,
        factor=one.factor,
        is_aspirational=one.aspirational,
        condition=one.condition,
        unconfirmed_choices=list(one.choices_are_ours),
    )


def _tasks(
    draft: PlanDraft,
    plan: Plan,
    sectors: dict[str, Sector],
    clauses: dict[str, Clause],
    indicators: dict[str, Indicator],
    departments: dict[str, Department],
) -> None:
    tasks = {
        task.code: task
        for task in PlanTask.objects.bulk_create(
            PlanTask(
                plan=plan,
                code=one.code,
                text=one.text,
                sector=sectors[one.sector],
                clause=clauses[one.section],
                kind=one.kind,
                due_on=one.due_on,
                yearly_due=one.yearly_due,
                position=position,
            )
            for position, one in enumerate(draft.tasks, start=1)
        )
    }
    for one in draft.tasks:
        if one.indicators:
            tasks[one.code].indicators.set(indicators[code] for code in one.indicators)
    TaskResponsibility.objects.bulk_create(
        TaskResponsibility(
            task=tasks[one.code], department=departments[name], position=position, is_reporter=position == 1
        )
        for one in draft.tasks
        for position, name in enumerate(one.departments, start=1)
    )
    Milestone.objects.bulk_create(
        Milestone(task=tasks[one.code], due_on=day) for one in draft.tasks for day in sorted(set(_due_days(one, plan)))
    )


def _due_days(task: TaskDraft, plan: Plan) -> Iterator[dt.date]:
    """The dated steps of a task: its own day, and the same day of every year of the plan."""
    if task.due_on is not None:
        yield task.due_on
    if task.yearly_due:
        for year in range(plan.starts_on.year, plan.ends_on.year + 1):
            yield dt.date.fromisoformat(f"{year}-{task.yearly_due}")
