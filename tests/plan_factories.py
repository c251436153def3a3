"""Makers of people, of a plan and of what was approved; see `tests.factories`, which hands them on."""

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Role, User
from departments.models import Department, Membership
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

numbers = itertools.count(1)

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
    username = username or f"{role.value}-{next(numbers)}"
    fields.setdefault("display_name", f"{role.label}{username}")
    return User.objects.create_user(username, password, role=role, **fields)


def make_reporter(department: Department, username: str = "", **fields: Any) -> User:
    username = username or f"{department.code}.reporter-{next(numbers)}"
    fields.setdefault("display_name", f"{department.name}填报员")
    user = make_user(username, **fields)
    Membership.objects.create(user=user, department=department, function=Membership.REPORTER)
    return user


def make_approver(department: Department, username: str = "", **fields: Any) -> User:
    username = username or f"{department.code}.approver-{next(numbers)}"
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
    number = next(numbers)
    fields.setdefault("name", f"第{number}县")
    fields.setdefault("position", number % 30000)
    return Area.objects.create(code=code or f"county-{number}", parent=root_area(), **fields)


def make_plan(code: str = "", **fields: Any) -> Plan:
    code = code or f"plan-{next(numbers)}"
    fields.setdefault("title", f"清洁生产方案{code}")
    fields.setdefault("issuer", "市人民政府")
    fields.setdefault("starts_on", dt.date(2021, 1, 1))
    fields.setdefault("ends_on", dt.date(2025, 12, 31))
    fields.setdefault("baseline_year", 2020)
    return Plan.objects.create(code=code, **fields)


def make_sector(plan: Plan, name: str = "农业", **fields: Any) -> Sector:
    fields.setdefault("position", next(numbers) % 30000)
    return Sector.objects.create(plan=plan, name=name, **fields)


def make_clause(plan: Plan, section: str = "", **fields: Any) -> Clause:
    number = next(numbers)
    fields.setdefault("heading", "推行清洁生产")
    fields.setdefault("position", number % 30000)
    return Clause.objects.create(plan=plan, section=section or f"2.{number}", **fields)


def make_indicator(plan: Plan, code: str = "", *, two_part: bool = False, **fields: Any) -> Indicator:
    """Owed every quarter: a stock in 万亩, or (two_part) a rate in % of two year-to-date flows in 万吨."""
    number = next(numbers)
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
    number = next(numbers)
    if "sector" not in fields:
        fields["sector"] = plan.sectors.first() or make_sector(plan)
    if "clause" not in fields:
        fields["clause"] = plan.clauses.first() or make_clause(plan)
    defaults: dict[str, Any] = {"text": f"推进任务{number}", "kind": PlanTask.ONGOING, "position": number % 30000}
    return PlanTask.objects.create(plan=plan, code=code or f"R-{number:03}", **(defaults | fields))


def make_milestone(task: PlanTask, due_on: str = "2023-12-31", **fields: Any) -> Milestone:
    return Milestone.objects.create(task=task, due_on=dt.date.fromisoformat(due_on), **fields)
