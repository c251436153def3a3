"""Hand-written makers of the rows that tests need; every argument has a default, so that a test names only its subject.

A user is made without a usable password unless one is given: log in with `client.force_login(user)`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from departments import actions
from departments.models import (
    Department,
    Entry,
    Evidence,
    Responsibility,
    Submission,
    SupervisionItem,
    TaskResponsibility,
)
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED
from departments.sheets import AnyCell, Cell
from targets.models import Indicator, Plan, PlanTask, ReportingPeriod
from tests.plan_factories import (
    NOON,
    instant,
    make_administrator,
    make_approver,
    make_area,
    make_baseline,
    make_clause,
    make_coordinator,
    make_indicator,
    make_leader,
    make_milestone,
    make_observation,
    make_period,
    make_periods,
    make_plan,
    make_reporter,
    make_reviewer,
    make_sector,
    make_target,
    make_task,
    make_user,
    numbers,
    root_area,
)

__all__ = [
    "NOON",
    "Chain",
    "instant",
    "make_administrator",
    "make_approver",
    "make_area",
    "make_baseline",
    "make_chain",
    "make_clause",
    "make_coordinator",
    "make_department",
    "make_entry",
    "make_evidence",
    "make_indicator",
    "make_leader",
    "make_milestone",
    "make_observation",
    "make_period",
    "make_periods",
    "make_plan",
    "make_reporter",
    "make_responsibility",
    "make_reviewer",
    "make_sector",
    "make_submission",
    "make_supervision",
    "make_target",
    "make_task",
    "make_task_responsibility",
    "make_user",
    "root_area",
]

# --- Who owes it, and what was sent -----------------------------------------------------------------------------------


def make_department(code: str = "", **fields: Any) -> Department:
    number = next(numbers)
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
