"""A plan file (JSON) read into a frozen draft, with every fault named by item; format: docs/plan-file.md.

`targets.plan_writing` writes a draft out again without loss.
"""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from targets import terms
from targets.plan_drafts import (
    DEFAULT_DUE_DAYS_AFTER_END,
    AreaDraft,
    ClauseDraft,
    DepartmentDraft,
    GoalDraft,
    PlanDraft,
    ReadingDraft,
    TaskDraft,
)
from targets.plan_indicator_items import Known, read_indicator, reported_every
from targets.plan_items import PlanItem

FORMAT = 1
TASK_KINDS = ["ongoing", "annual", "milestone"]
RISKS = ["低", "中", "高"]


class PlanFileError(ValueError):
    """A plan file cannot be taken as it is; `findings` are Chinese sentences, one a fault, each naming its item."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = tuple(findings)


def read_plan_file(path: Path) -> PlanDraft:
    """The draft that a file holds. Raises PlanFileError when it cannot be read or says something impossible."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanFileError([f"读不了文件“{path}”：{error.strerror or error}。"]) from error
    except UnicodeDecodeError as error:
        raise PlanFileError([f"文件“{path}”不是 UTF-8 编码。"]) from error
    return parse_plan(text)


def parse_plan(text: str) -> PlanDraft:
    """The draft that a JSON text holds. Raises PlanFileError with every fault found, not only the first."""
    try:
        content = json.loads(text, parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列" if isinstance(error, json.JSONDecodeError) else "嵌套过深"
        raise PlanFileError([f"不是可读的 JSON（{where}）。"]) from error
    if not isinstance(content, dict):
        raise PlanFileError(["方案文件的最外层应为一组字段（JSON 对象）。"])
    findings: list[str] = []
    draft = _plan(PlanItem(content, "", findings))
    if findings or draft is None:
        raise PlanFileError([finding.removeprefix("：") for finding in findings])
    return draft


def _plan(top: PlanItem) -> PlanDraft | None:
    if top.raw("format") != FORMAT:
        top.fault(f"format 应为 {FORMAT}。")
    plan = top.child("plan")
    if plan is None:
        top.fault("缺少 plan（方案的名称、起止日等）。")
        return None
    starts_on, ends_on = plan.day("starts_on", required=True), plan.day("ends_on", required=True)
    if starts_on is None or ends_on is None:
        return None
    if (starts_on.month, starts_on.day) != (1, 1) or (ends_on.month, ends_on.day) != (12, 31) or ends_on < starts_on:
        plan.fault("方案应从某年1月1日起，到某年12月31日止。")
    areas = top.child("areas")
    if areas is None:
        top.fault("缺少 areas（方案覆盖的地区）。")
        return None
    reporting = top.child("reporting") or PlanItem({}, "reporting", top.findings)
    departments = tuple(_department(item) for item in top.items("departments", name_by="code"))
    names = [department.name for department in departments]
    if len(set(names)) != len(names):
        top.fault("departments 中有两个单位同名。")
    sectors = top.names("sectors")
    for sector in sectors:
        if len(sector) > 60:
            top.fault(f"领域名称“{sector}”超过 60 个字。")
    known = Known(set(names), set(sectors))
    clauses = tuple(_clause(item, known) for item in top.items("clauses", name_by="section"))
    known.sections = {clause.section for clause in clauses}
    indicators = tuple(
        read_indicator(item, known, starts_on, ends_on) for item in top.items("indicators", name_by="code")
    )
    known.indicators = {indicator.code for indicator in indicators}
    thresholds = _thresholds(plan.child("thresholds"))
    draft = PlanDraft(
        code=plan.text("code", longest=32, required=True),
        title=plan.text("title", longest=200, required=True),
        issuer=plan.text("issuer", longest=100, required=True),
        issuer_short=plan.text("issuer_short", longest=60),
        starts_on=starts_on,
        ends_on=ends_on,
        baseline_year=plan.whole("baseline_year", least=1949, most=2100),
        document_number=plan.text("document_number", longest=100),
        issued_on=plan.day("issued_on"),
        nature=plan.text("nature", longest=200),
        source=plan.text("source", longest=200),
        is_demonstration=plan.flag("is_demonstration"),
        thresholds=thresholds,
        due_days_after_end=reporting.whole("due_days_after_end", default=DEFAULT_DUE_DAYS_AFTER_END, least=1, most=366),
        due_in_working_days=reporting.flag("due_in_working_days"),
        task_reports_every=reported_every(reporting, "task_reports_every"),
        task_reports_from=reporting.day("task_reports_from"),
        root_area=AreaDraft(*_code_and_name(areas)),
        areas=tuple(_area(item) for item in areas.items("children", name_by="code")),
        departments=departments,
        sectors=sectors,
        clauses=clauses,
        indicators=indicators,
        tasks=tuple(_task(item, known) for item in top.items("tasks", name_by="code")),
        goals=tuple(_goal(item, known) for item in top.items("goals", name_by="code")),
        readings=tuple(_reading(item, known) for item in top.items("readings", name_by="code")),
    )
    if not draft.clauses:
        top.fault("缺少 clauses（条款原文）。")
    if not draft.indicators:
        top.fault("缺少 indicators（指标）。")
    if draft.task_reports_from is not None and draft.task_reports_every is None:
        reporting.fault("task_reports_from 须与 task_reports_every 同时写明。")
    for item in (plan, areas, reporting, top):
        item.refuse_unknown_fields()
    return draft


def _code_and_name(item: PlanItem) -> tuple[str, str]:
    return item.text("code", longest=32, required=True), item.text("name", longest=60, required=True)


def _area(item: PlanItem) -> AreaDraft:
    counts, note = item.flag("counts_toward_total", default=True), item.text("note", longest=200)
    if not counts and not note:
        item.fault("不计入合计的地区须在 note 中写明原因。")
    return AreaDraft(*_code_and_name(item), counts_toward_total=counts, note=note)


def _thresholds(item: PlanItem | None) -> terms.Thresholds:
    default = terms.Thresholds()
    if item is None:
        return default
    shares = {key: item.number(key) for key in ("on_track", "at_risk", "too_early", "outlook_from")}
    stale = item.whole("stale_after_months", default=default.stale_after_months, least=1, most=600)
    withdrawn = item.whole("withdrawn_after_months", default=default.withdrawn_after_months, least=1, most=600)
    item.refuse_unknown_fields()
    try:
        given = {key: share for key, share in shares.items() if share is not None}
        return replace(default, stale_after_months=stale, withdrawn_after_months=withdrawn, **given)
    except terms.TermsError as error:
        item.fault(str(error))
        return default


def _department(item: PlanItem) -> DepartmentDraft:
    name = item.text("name", longest=100, required=True)
    return DepartmentDraft(
        code=item.text("code", longest=32, required=True),
        name=name,
        official_name=item.text("official_name", longest=100) or name,
        official_name_unconfirmed=item.flag("official_name_unconfirmed"),
        coordinates=item.flag("coordinates"),
    )


def _clause(item: PlanItem, known: Known) -> ClauseDraft:
    return ClauseDraft(
        section=item.text("section", longest=20, required=True),
        heading=item.text("heading", longest=200, required=True),
        subheading=item.text("subheading", longest=200),
        sector=known.sector_of(item),
        departments=known.departments_of(item),
        text=item.text("text", longest=20000, required=True),
    )


def _is_day_of_every_year(text: str) -> bool:
    """Whether it is a month and day that every year has (so not 02-29)."""
    try:
        return len(text) == 5 and dt.date.fromisoformat(f"2023-{text}") is not None
    except ValueError:
        return False


def _task(item: PlanItem, known: Known) -> TaskDraft:
    yearly_due = item.text("yearly_due", longest=5)
    if yearly_due and not _is_day_of_every_year(yearly_due):
        item.fault(f"yearly_due 应为“12-31”样式的月和日，现为“{yearly_due}”。")
    return TaskDraft(
        code=item.text("code", longest=20, required=True),
        section=known.section_of(item),
        text=item.text("text", longest=5000, required=True),
        sector=known.sector_of(item),
        kind=item.word_of("kind", TASK_KINDS, TASK_KINDS[0]),
        due_on=item.day("due_on"),
        yearly_due=yearly_due,
        indicators=item.names("indicators", known.indicators, "indicators"),
        departments=known.departments_of(item),
    )


def _goal(item: PlanItem, known: Known) -> GoalDraft:
    return GoalDraft(
        code=item.text("code", longest=20, required=True),
        section=known.section_of(item),
        text=item.text("text", longest=5000, required=True),
    )


def _reading(item: PlanItem, known: Known) -> ReadingDraft:
    return ReadingDraft(
        code=item.text("code", longest=20, required=True),
        about=item.text("about", longest=300, required=True),
        doubt=item.text("doubt", longest=5000, required=True),
        default_reading=item.text("default_reading", longest=5000, required=True),
        risk=item.word_of("risk", RISKS, RISKS[0]),
        indicators=item.names("indicators", known.indicators, "indicators"),
    )
