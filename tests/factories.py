"""Hand-written makers of the rows that tests need; every argument has a default, so that a test names only its subject.

A user is made without a usable password unless one is given: log in with `client.force_login(user)`.
"""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Role, User
from departments import actions
from departments.models import (
    Department,
    Entry,
    Evidence,
    Membership,
    Responsibility,
    Submission,
    SupervisionItem,
    TaskResponsibility,
)
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED
from departments.sheets import AnyCell, Cell
from targets.models import (
    Area,
    Baseline,
    Clause,
    Indicator,
    Milestone,
    Observation,
    Plan,
    PlanTask,
    ReportingPeriod,
    Sector,
    Target,
)

_numbers = itertools.count(1)

NOON = dt.time(12, 0)
"""Made rows carry this time of their day, in the time zone of the settings."""


def instant(day: dt.date | str) -> dt.datetime:
    if isinstance(day, str):
        day = dt.date.fromisoformat(day)
    return timezone.make_aware(dt.datetime.combine(day, NOON))


# --- People -----------------------------------------------------------------------------------------------------------


def make_user(
    username: str = "", *, role: Role = Role.BUREAU_STAFF, password: str | None = None, **fields: Any
) -> User:
    username = username or f"{role.value}-{next(_numbers)}"
    fields.setdefault("display_name", f"{role.label}{username}")
    return User.objects.create_user(username, password, role=role, **fields)


def make_reporter(department: Department, username: str = "", **fields: Any) -> User:
    username = username or f"{department.code}.reporter-{next(_numbers)}"
    fields.setdefault("display_name", f"{department.name}填报员")
    user = make_user(username, **fields)
    Membership.objects.create(user=user, department=department, function=Membership.REPORTER)
    return user


def make_approver(department: Department, username: str = "", **fields: Any) -> User:
    username = username or f"{department.code}.approver-{next(_numbers)}"
    fields.setdefault("display_name", f"{department.name}复核员")
    user = make_user(username, **fields)
    Membership.objects.create(user=user, department=department, function=Membership.APPROVER)
    return user


def make_reviewer(username: str = "", **fields: Any) -> User:
    return make_user(username, role=Role.REVIEWER, **fields)


def make_coordinator(username: str = "", **fields: Any) -> User:
    return make_user(username, role=Role.COORDINATOR, **fields)


def make_leader(username: str = "", **fields: Any) -> User:
    return make_user(username, role=Role.LEADER, **fields)


def make_administrator(role: Role = Role.SYSTEM_ADMINISTRATOR, username: str = "", **fields: Any) -> User:
    return make_user(username, role=role, **fields)


# --- The plan ---------------------------------------------------------------------------------------------------------


def root_area() -> Area:
    area, _ = Area.objects.get_or_create(parent=None, defaults={"code": "370000", "name": "全市"})
    return area


def make_area(code: str = "", **fields: Any) -> Area:
    """A part of the root area, after those that are there; it counts toward the total."""
    number = next(_numbers)
    fields.setdefault("name", f"第{number}县")
    fields.setdefault("position", number % 30000)
    return Area.objects.create(code=code or f"county-{number}", parent=root_area(), **fields)


def make_plan(code: str = "", **fields: Any) -> Plan:
    code = code or f"plan-{next(_numbers)}"
    fields.setdefault("title", f"清洁生产方案{code}")
    fields.setdefault("issuer", "市人民政府")
    fields.setdefault("starts_on", dt.date(2021, 1, 1))
    fields.setdefault("ends_on", dt.date(2025, 12, 31))
    fields.setdefault("baseline_year", 2020)
    return Plan.objects.create(code=code, **fields)


def make_sector(plan: Plan, name: str = "农业", **fields: Any) -> Sector:
    fields.setdefault("position", next(_numbers) % 30000)
    return Sector.objects.create(plan=plan, name=name, **fields)


def make_clause(plan: Plan, section: str = "", **fields: Any) -> Clause:
    number = next(_numbers)
    fields.setdefault("heading", "推行清洁生产")
    fields.setdefault("position", number % 30000)
    return Clause.objects.create(plan=plan, section=section or f"2.{number}", **fields)


def make_indicator(plan: Plan, code: str = "", *, two_part: bool = False, **fields: Any) -> Indicator:
    """Owed every quarter: a stock in 万亩, or (two_part) a rate in % of two year-to-date flows in 万吨."""
    number = next(_numbers)
    if "sector" not in fields:
        fields["sector"] = plan.sectors.first() or make_sector(plan)
    if "clause" not in fields:
        fields["clause"] = plan.clauses.first() or make_clause(plan)
    defaults: dict[str, Any] = {
        "name": f"指标{number}",
        "clause_text": "到规划期末达到目标。",
        "position": number % 30000,
        "direction": "increase",
        "unit": "万亩",
        "value_kind": "stock",
        "natural_lower": Decimal(0),
    }
    if two_part:
        defaults |= {
            "unit": "%",
            "value_kind": "",
            "accumulation": "ratio",
            "assessed_on": "year",
            "basis": "year_to_date",
            "numerator_name": "综合利用量",
            "numerator_kind": "flow",
            "numerator_unit": "万吨",
            "denominator_name": "可收集量",
            "denominator_kind": "flow",
            "denominator_unit": "万吨",
            "factor": Decimal(100),
            "natural_upper": Decimal(100),
        }
    return Indicator.objects.create(plan=plan, code=code or f"T-{number:03}", **(defaults | fields))


def make_target(indicator: Indicator, value: Decimal | str | None = "95", **fields: Any) -> Target:
    defaults: dict[str, Any] = {
        "area": root_area(),
        "form": "value",
        "comparison": ">=",
        "value": None if value is None else Decimal(value),
        "unit": indicator.unit,
        "due_on": indicator.plan.ends_on,
        "created_at": timezone.now(),
    }
    return Target.objects.create(indicator=indicator, **(defaults | fields))


def make_baseline(
    indicator: Indicator, value: Decimal | str = "90", *, approved: bool = True, **fields: Any
) -> Baseline:
    """A baseline in force, proposed by a coordinator and approved by a reviewer; or one that still waits."""
    defaults: dict[str, Any] = {
        "area": root_area(),
        "version": indicator.baselines.count() + 1,
        "year": indicator.plan.baseline_year,
        "value": Decimal(value),
        "source": "统计年鉴",
        "document": "统计公报",
        "proposed_at": timezone.now(),
    }
    if "proposed_by" not in fields:
        defaults["proposed_by"] = make_coordinator()
    if approved:
        defaults |= {"state": Baseline.APPROVED, "decided_at": timezone.now()}
        if "decided_by" not in fields:
            defaults["decided_by"] = make_reviewer()
    return Baseline.objects.create(indicator=indicator, **(defaults | fields))


def make_period(plan: Plan, code: str = "2025Q4", **fields: Any) -> ReportingPeriod:
    """A quarter by its code: open the day after its end, due twenty days after it."""
    year, quarter = int(code[:4]), int(code[5])
    starts_on = dt.date(year, 3 * quarter - 2, 1)
    ends_on = (dt.date(year + 1, 1, 1) if quarter == 4 else dt.date(year, 3 * quarter + 1, 1)) - dt.timedelta(days=1)
    defaults: dict[str, Any] = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "opens_on": ends_on + dt.timedelta(days=1),
        "due_on": ends_on + dt.timedelta(days=20),
    }
    return ReportingPeriod.objects.create(plan=plan, code=code, **(defaults | fields))


def make_periods(plan: Plan, *years: int) -> list[ReportingPeriod]:
    return [make_period(plan, f"{year}Q{quarter}") for year in years for quarter in (1, 2, 3, 4)]


def make_observation(
    indicator: Indicator,
    period: ReportingPeriod,
    value: Decimal | str | None = None,
    *,
    parts: Sequence[Decimal | str] | None = None,
    **fields: Any,
) -> Observation:
    """An approved figure: a value, or (numerator, denominator); with `state` other than number, neither."""
    defaults: dict[str, Any] = {
        "area": root_area(),
        "value": None if value is None else Decimal(value),
        "numerator": None if parts is None else Decimal(parts[0]),
        "denominator": None if parts is None else Decimal(parts[1]),
        "recorded_at": timezone.now(),
    }
    if "recorded_by" not in fields:
        defaults["recorded_by"] = make_reviewer()
    return Observation.objects.create(indicator=indicator, period=period, **(defaults | fields))


def make_task(plan: Plan, code: str = "", **fields: Any) -> PlanTask:
    """An ongoing duty, without a dated step."""
    number = next(_numbers)
    if "sector" not in fields:
        fields["sector"] = plan.sectors.first() or make_sector(plan)
    if "clause" not in fields:
        fields["clause"] = plan.clauses.first() or make_clause(plan)
    defaults: dict[str, Any] = {"text": f"推进任务{number}", "kind": PlanTask.ONGOING, "position": number % 30000}
    return PlanTask.objects.create(plan=plan, code=code or f"R-{number:03}", **(defaults | fields))


def make_milestone(task: PlanTask, due_on: str = "2023-12-31", **fields: Any) -> Milestone:
    return Milestone.objects.create(task=task, due_on=dt.date.fromisoformat(due_on), **fields)


# --- Who owes it, and what was sent -----------------------------------------------------------------------------------


def make_department(code: str = "", **fields: Any) -> Department:
    number = next(_numbers)
    code = code or f"bureau{number}"
    fields.setdefault("name", f"市{code}局")
    fields.setdefault("position", number % 30000)
    return Department.objects.create(code=code, **fields)


def make_responsibility(indicator: Indicator, department: Department, *, reports: bool = True) -> Responsibility:
    """Lists a bureau for an indicator, after those that are listed; by default it is the one that reports."""
    return Responsibility.objects.create(
        indicator=indicator,
        department=department,
        position=indicator.responsibilities.count() + 1,
        is_reporter=reports,
    )


def make_task_responsibility(task: PlanTask, department: Department, *, reports: bool = True) -> TaskResponsibility:
    """Lists a bureau for a task, after those that are listed; by default it is the one that reports."""
    return TaskResponsibility.objects.create(
        task=task, department=department, position=task.responsibilities.count() + 1, is_reporter=reports
    )


def make_entry(
    submission: Submission,
    indicator: Indicator,
    value: Decimal | str | None = None,
    *,
    parts: Sequence[Decimal | str] | None = None,
    **fields: Any,
) -> Entry:
    defaults: dict[str, Any] = {
        "area": root_area(),
        "value": None if value is None else Decimal(value),
        "numerator": None if parts is None else Decimal(parts[0]),
        "denominator": None if parts is None else Decimal(parts[1]),
    }
    return Entry.objects.create(submission=submission, indicator=indicator, **(defaults | fields))


def make_submission(
    department: Department,
    period: ReportingPeriod,
    *,
    state: str = DRAFT,
    entries: Mapping[Indicator, str | Sequence[str]] | None = None,
    submitted_by: User | None = None,
    endorsed_by: User | None = None,
    approved_by: User | None = None,
    returned_by: User | None = None,
    **fields: Any,
) -> Submission:
    """A sheet in a state, with the people that the state needs (made where none is given).

    entries: by indicator a number as text, or (numerator, denominator). They are not recorded as approved figures:
    for those use `make_observation`, or let the actions do it.
    """
    now = timezone.now()
    defaults: dict[str, Any] = {"created_at": now}
    if state in (SUBMITTED, ENDORSED, APPROVED, RETURNED):
        submitted_by = submitted_by or make_reporter(department)
        defaults |= {"submitted_by": submitted_by, "submitted_at": now, "first_submitted_on": timezone.localdate()}
    if state in (ENDORSED, APPROVED):
        defaults |= {"endorsed_by": endorsed_by or make_approver(department), "endorsed_at": now}
    if state == APPROVED:
        defaults |= {"approved_by": approved_by or make_reviewer(), "approved_at": now}
    if state == RETURNED:
        defaults |= {"returned_by": returned_by or make_approver(department), "returned_at": now}
        defaults |= {"return_reason": "与上年同期差距过大，请核实。"}
    submission = Submission.objects.create(department=department, period=period, state=state, **(defaults | fields))
    for indicator, number in (entries or {}).items():
        if isinstance(number, str):
            make_entry(submission, indicator, number, changed_by=submitted_by, changed_at=now)
        else:
            make_entry(submission, indicator, parts=number, changed_by=submitted_by, changed_at=now)
    return submission


def make_supervision(department: Department, indicator: Indicator, **fields: Any) -> SupervisionItem:
    """An item that waits for the bureau's answer, due in ten days."""
    defaults: dict[str, Any] = {
        "number": indicator.plan.supervision.count() + 1,
        "demand": "请核实原因并报送整改措施。",
        "due_on": timezone.localdate() + dt.timedelta(days=10),
        "assigned_at": timezone.now(),
    }
    if "assigned_by" not in fields:
        defaults["assigned_by"] = make_coordinator()
    return SupervisionItem.objects.create(
        plan=indicator.plan, department=department, indicator=indicator, **(defaults | fields)
    )


def make_evidence(department: Department, period: ReportingPeriod, indicator: Indicator, **fields: Any) -> Evidence:
    """A link behind a figure of the city; a file is made by the action, which puts it away."""
    defaults: dict[str, Any] = {
        "area": root_area(),
        "kind": Evidence.LINK,
        "title": "统计公报",
        "url": "https://example.org/",
        "added_at": timezone.now(),
    }
    if "added_by" not in fields:
        defaults["added_by"] = make_reporter(department)
    return Evidence.objects.create(department=department, period=period, indicator=indicator, **(defaults | fields))


# --- One bureau with its people, ready for the chain ------------------------------------------------------------------


@dataclass
class Chain:
    """A bureau that owes a rate of two flows and a stock for 2023Q4, with the people of the chain."""

    plan: Plan
    period: ReportingPeriod
    department: Department
    ratio: Indicator
    stock: Indicator
    reporter: User
    approver: User
    reviewer: User
    coordinator: User

    def cells(self, numerator: str = "412.3", denominator: str = "428.1", stock: str = "35.2") -> dict[str, Cell]:
        return {
            f"c{self.ratio.pk}": Cell(numerator=Decimal(numerator), denominator=Decimal(denominator)),
            f"c{self.stock.pk}": Cell(value=Decimal(stock)),
        }

    def sheet(self, state: str = DRAFT, **fields: Any) -> Submission:
        """The bureau's sheet in a state, filled in, moved by the people of the chain."""
        people = {"submitted_by": self.reporter, "endorsed_by": self.approver, "approved_by": self.reviewer}
        return make_submission(
            self.department,
            self.period,
            state=state,
            entries={self.ratio: ("412.3", "428.1"), self.stock: "35.2"},
            **(people | {"returned_by": self.approver} | fields),
        )

    def form(self, lock_version: int = 0, **changes: str) -> dict[str, str]:
        """What the browser sends for the sheet filled in; `changes` by field, such as ratio_numerator="12"."""
        data = {
            "lock_version": str(lock_version),
            f"c{self.ratio.pk}-numerator": "412.3",
            f"c{self.ratio.pk}-denominator": "428.1",
            f"c{self.ratio.pk}-state": "number",
            f"c{self.ratio.pk}-note": "",
            f"c{self.stock.pk}-value": "35.2",
            f"c{self.stock.pk}-state": "number",
            f"c{self.stock.pk}-note": "",
            "action": "save",
        }
        names = {"ratio": self.ratio.pk, "stock": self.stock.pk}
        for name, text in changes.items():
            row, _, field = name.partition("_")
            data[f"c{names[row]}-{field}" if row in names else name] = text
        return data

    def carried_to(self, state: str, **cells: AnyCell) -> Submission:
        """The bureau's sheet by the verbs themselves, from an empty one to a state; `cells` beside the usual ones."""
        submission = actions.open_submission(department=self.department, period=self.period, by=self.reporter)
        submission = actions.save_draft(submission=submission, cells=self.cells() | cells, by=self.reporter)
        if state == DRAFT:
            return submission
        submission = actions.submit(submission=submission, by=self.reporter)
        if state == SUBMITTED:
            return submission
        submission = actions.endorse(submission=submission, by=self.approver)
        return submission if state == ENDORSED else actions.approve(submission=submission, by=self.reviewer)

    @property
    def address(self) -> str:
        return f"/departments/{self.department.code}/periods/{self.period.code}/"


def make_chain(period_code: str = "2023Q4") -> Chain:
    root_area()
    plan = make_plan()
    department = make_department()
    ratio = make_indicator(plan, two_part=True, name="秸秆综合利用率")
    stock = make_indicator(plan, name="水肥一体化面积")
    for indicator in (ratio, stock):
        make_responsibility(indicator, department)
        make_target(indicator)
    return Chain(
        plan=plan,
        period=make_period(plan, period_code),
        department=department,
        ratio=ratio,
        stock=stock,
        reporter=make_reporter(department),
        approver=make_approver(department),
        reviewer=make_reviewer(),
        coordinator=make_coordinator(),
    )
