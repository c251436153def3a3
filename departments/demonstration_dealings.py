"""What the demonstration shows beside the figures: reports on tasks, evidence, remarks, requests and supervision.

All of it is data in fixtures/demo, says of itself that it is a demonstration, and goes through the actions that people
use.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User
from departments.actions import supervising
from departments.actions.duties import Reporter, set_reporters
from departments.actions.evidence import add_evidence
from departments.actions.requests import make_request
from departments.models import Department, Membership, SheetRequest, SupervisionItem
from departments.sheets import TaskCell, figure_key, reported_tasks, task_key
from targets.models import Area, Indicator, Plan, PlanTask, ReportingPeriod


@dataclass(frozen=True, slots=True)
class TaskTexts:
    """fixtures/demo/task_reports.json: what bureaus say of their tasks in one period, and who reports which."""

    mark: str
    period: str
    texts: Mapping[str, str]
    reached: Mapping[str, Mapping[str, str]]
    reporters: Mapping[str, str]
    reporters_reason: str


def read_task_texts(path: Path) -> TaskTexts:
    content = json.loads(path.read_text(encoding="utf-8"))
    return TaskTexts(**{name: content[name] for name in TaskTexts.__slots__})


@dataclass(slots=True)
class Stage:
    """One plan with its people, by the codes that the files of the demonstration use."""

    plan: Plan
    area: Area
    indicators: Mapping[str, Indicator]
    tasks: Mapping[str, PlanTask]
    periods: Mapping[str, ReportingPeriod]
    departments: Mapping[str, Department]
    people: Mapping[str, User]

    def reporter(self, department: Department) -> User:
        return self.people[f"{department.code}.{Membership.REPORTER}"]

    def approver(self, department: Department) -> User:
        return self.people[f"{department.code}.{Membership.APPROVER}"]

    def key_of(self, code: str) -> str:
        """The key of the city's figure or of the task that a code names."""
        if code in self.indicators:
            return figure_key(self.indicators[code].pk, self.area)
        return task_key(self.tasks[code].pk)


def share_out_tasks(
    plan: Plan, by: User, texts: TaskTexts, tasks: Mapping[str, PlanTask], departments: Mapping[str, Department]
) -> None:
    """Lets bureaus further down in the plan's lists report a task, so that every bureau has something to report."""
    set_reporters(
        plan=plan,
        wanted=[Reporter(of=tasks[code], department=departments[name]) for code, name in texts.reporters.items()],
        reason=texts.reporters_reason,
        by=by,
    )


def task_cells(
    stage: Stage, texts: TaskTexts | None, department: Department, period: ReportingPeriod
) -> dict[str, TaskCell]:
    """What a bureau reports on its tasks in a period, by cell key."""
    if texts is None or period.code != texts.period:
        return {}
    cells = {}
    for task in reported_tasks(department, period):
        days = texts.reached.get(task.code, {})
        steps = {step.due_on.isoformat(): step.pk for step in task.milestones.all()} if days else {}
        cells[task_key(task.pk)] = TaskCell(
            text=texts.mark + texts.texts[task.code],
            reached=tuple((steps[due], dt.date.fromisoformat(day)) for due, day in days.items()),
        )
    return cells


def add_links(
    stage: Stage, department: Department, period: ReportingPeriod, links: Sequence[Mapping[str, str]], at: dt.datetime
) -> None:
    """Puts the links behind figures of a sheet that is still being filled in."""
    for one in links:
        add_evidence(
            department=department,
            period=period,
            indicator=stage.indicators[one["indicator"]],
            url=one["url"],
            title=one["title"],
            by=stage.reporter(department),
            at=at,
        )


def ask_for_more_time(stage: Stage, how: Mapping[str, Any] | None, today: dt.date) -> None:
    """A request that still waits for the coordinator."""
    if how is None:
        return
    department = stage.departments[how["department"]]
    make_request(
        department=department,
        period=stage.periods[how["period"]],
        kind=SheetRequest.EXTENSION,
        reason=how["reason"],
        wanted_until=today + dt.timedelta(days=how["days_from_today"]),
        by=stage.reporter(department),
        at=hours_of(today - dt.timedelta(days=1), 10),
    )


def supervise(stage: Stage, how: Mapping[str, Any], today: dt.date) -> SupervisionItem:
    """One supervision item, as far as the table lets it go."""
    department, coordinator = stage.departments[how["department"]], stage.people["coordinator"]

    def days_ago(number: int, hour: int) -> dt.datetime:
        return hours_of(today - dt.timedelta(days=number), hour)

    item = supervising.assign(
        department=department,
        indicator=stage.indicators[how["indicator"]] if "indicator" in how else None,
        task=stage.tasks[how["task"]] if "task" in how else None,
        demand=how["demand"],
        due_on=today - dt.timedelta(days=how["due_days_ago"]),
        by=coordinator,
        at=days_ago(how["days_ago"], 9),
    )
    if "answer" in how:
        at = days_ago(how["answer"]["days_ago"], 15)
        if "evidence" in how:
            reporter = stage.reporter(department)
            add_evidence(department=department, supervision=item, by=reporter, at=at, **how["evidence"])
        item = supervising.answer(item=item, text=how["answer"]["text"], by=stage.reporter(department), at=at)
    if "close" in how:
        at = days_ago(how["close"]["days_ago"], 11)
        item = supervising.close(item=item, text=how["close"]["text"], by=coordinator, at=at)
    return item


def comments_of(stage: Stage, how: Mapping[str, Any]) -> dict[str, str]:
    """The remarks with which a sheet is returned, by cell key."""
    return {stage.key_of(code): text for code, text in how.get("comments", {}).items()}


def hours_of(day: dt.date, hour: int) -> dt.datetime:
    """An hour of a day in the time zone of the settings."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 30)))
