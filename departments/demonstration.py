"""The marked demonstration: its plans, accounts and figures, sent through the same actions that people use.

Every row carries the demonstration mark. What is to be shown (which sheet stops where, what is missing, late or wrong)
is data in fixtures/demo, not code.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments import actions
from departments.actions.evidence import add_evidence
from departments.demonstration_accounts import accounts_for, departments_reporting, ensure_accounts
from departments.demonstration_dealings import (
    Stage,
    TaskTexts,
    add_links,
    ask_for_more_time,
    comments_of,
    read_task_texts,
    share_out_tasks,
    supervise,
    task_cells,
)
from departments.demonstration_figures import Table, read_table
from departments.labels import MISSING
from departments.models import Department, Membership, Notice, Responsibility, Submission
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED
from departments.plan_loading import load_plan
from departments.sheets import AnyCell, Cell, figure_key, reported_indicators, root_area
from targets.actions import approve_baseline, propose_baseline, record_condition, record_milestone
from targets.models import Area, Indicator, Milestone, Observation, Plan, ReportingPeriod
from targets.plan_files import read_plan_file
from targets.tasks import drain

TABLES = ("figures.json", "forms_figures.json")
MARK = "演示数据"
A_QUARTER = dt.timedelta(days=60)
"""Somewhat less than a quarter: what happened longer ago than that is of an earlier one."""
SAVED_AFTER, SUBMITTED_AFTER, ENDORSED_AFTER, DECIDED_AFTER = 7, 8, 10, 13
"""Days after the end of a period on which a sheet of the demonstration takes its steps."""


class DemonstrationRefusedError(ValueError):
    """The demonstration must not be mixed with real figures; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class LoadedDemonstration:
    plan: Plan
    is_new: bool
    figures: int


def load_demonstration(*, today: dt.date | None = None) -> list[LoadedDemonstration]:
    """Loads every demonstration that is not there yet, all of them or none, and recomputes what they touch.

    `today` decides only until when a deadline is extended. Raises DemonstrationRefusedError, AccountTakenError,
    PlanFileError or PlanNotLoadedError; nothing is stored then.
    """
    today = today or timezone.localdate()
    folder = Path(settings.FIXTURES_DIR)
    with transaction.atomic():
        loaded = [_load(read_table(folder / "demo" / name), folder, today) for name in TABLES]
        if any(one.is_new for one in loaded):
            drain()
            _read_old_notices()
    return loaded


def _read_old_notices() -> None:
    """What the demonstration's people were told of earlier quarters they have read; the last quarter's is new."""
    told = Notice.objects.filter(user__is_demonstration=True)
    last = told.aggregate(last=Max("made_at"))["last"]
    if last is not None:
        told.filter(read_at__isnull=True, made_at__lt=last - A_QUARTER).update(read_at=F("made_at"))


def _load(table: Table, folder: Path, today: dt.date) -> LoadedDemonstration:
    draft = read_plan_file(folder / table.plan_file)
    plan = Plan.objects.filter(code=draft.code, has_demonstration_figures=True).first()
    if plan is not None:
        return LoadedDemonstration(plan, is_new=False, figures=0)
    plan = load_plan(draft).plan
    if (
        Observation.objects.filter(indicator__plan=plan).exists()
        or Submission.objects.filter(period__plan=plan).exists()
    ):
        raise DemonstrationRefusedError(f"方案《{plan.title}》中已有正式填报的数，不能再写入演示数据。")
    Plan.objects.filter(pk=plan.pk).update(has_demonstration_figures=True)
    plan.refresh_from_db()
    _Demonstration(table, plan, folder / "demo").fill(today)
    figures = Observation.objects.current().filter(indicator__plan=plan).count()
    audit.record(
        action="demonstration.load",
        by=None,
        subject=plan,
        label=f"{plan.code} {plan.title}",
        after={"figures": figures},
    )
    return LoadedDemonstration(plan, is_new=True, figures=figures)


class _Demonstration:
    """One table on its way into one plan."""

    def __init__(self, table: Table, plan: Plan, folder: Path) -> None:
        self.table = table
        self.plan = plan
        self.area = root_area()
        self.indicators: dict[str, Indicator] = {one.code: one for one in plan.indicators.select_related("plan")}
        self.periods: dict[str, ReportingPeriod] = {
            one.code: one for one in plan.periods.select_related("plan").order_by("ends_on")
        }
        tasks = {one.code: one for one in plan.tasks.select_related("plan")}
        self.task_texts: TaskTexts | None = None
        if "task_reports" in table.beside:
            self.task_texts = read_task_texts(folder / table.beside["task_reports"])
            city = ensure_accounts(accounts_for([]))
            everybody = {one.code: one for one in Department.objects.all()}
            share_out_tasks(plan, city["coordinator"], self.task_texts, tasks, everybody)
        self.departments: dict[str, Department] = {one.code: one for one in departments_reporting([plan])}
        self.people = ensure_accounts(accounts_for(self.departments.values()))
        self.stage = Stage(
            plan=plan,
            area=self.area,
            indicators=self.indicators,
            tasks=tasks,
            periods=self.periods,
            departments=self.departments,
            people=self.people,
        )
        self.absences = {(one["indicator"], one["period"]): one for one in table.listed("absences")}
        self.provisional = {(one["indicator"], one["period"]) for one in table.listed("provisional")}
        self.areas = {(one["indicator"], one["period"]): one for one in table.listed("areas")}
        self.sheets = {(one["department"], one["period"]): one for one in table.listed("sheets")}

    def fill(self, today: dt.date) -> None:
        self._baselines()
        for one in self.table.listed("conditions"):
            record_condition(
                indicator=self.indicators[one["indicator"]],
                year=one["year"],
                held=one["held"],
                source=one["source"],
                by=self.people["coordinator"],
                is_demonstration=True,
            )
        figures = Responsibility.objects.filter(indicator__plan=self.plan, is_reporter=True)
        with_figures = set(figures.values_list("department", flat=True))
        for period in self.periods.values():
            for department in self.departments.values():
                if department.pk in with_figures or self.plan.owes_task_reports_in(period.ends_on):
                    self._sheet(department, period)
        self._correction()
        self._extension(today)
        ask_for_more_time(self.stage, self.table.beside.get("request"), today)
        for one in self.table.listed("supervision"):
            supervise(self.stage, one, today)
        for one in self.table.listed("milestones"):
            record_milestone(
                milestone=Milestone.objects.select_related("task__plan").get(
                    task__plan=self.plan, task__code=one["task"], due_on=one["due_on"]
                ),
                reached_on=dt.date.fromisoformat(one["reached_on"]),
                note=one["note"],
                by=self.people["coordinator"],
                is_demonstration=True,
            )

    def _baselines(self) -> None:
        at = _instant(self.plan.starts_on + dt.timedelta(days=60), 10)
        for one in self.table.listed("baselines"):
            baseline = propose_baseline(
                indicator=self.indicators[one["indicator"]],
                area=self.area,
                year=one.get("year", self.plan.baseline_year),
                value=Decimal(one["value"]),
                source=MARK,
                document="演示数据，没有依据文件",
                note=one.get("note", MARK),
                is_substitute=one.get("is_substitute", False),
                by=self.people["coordinator"],
                is_demonstration=True,
                at=at,
            )
            approve_baseline(baseline=baseline, by=self.people["reviewer"], at=at + dt.timedelta(days=4))

    def _sheet(self, department: Department, period: ReportingPeriod) -> None:
        """One sheet, as far as the table lets it go; without a word in the table, to its approval."""
        how = self.sheets.get((department.code, period.code), {})
        reaches = how.get("reaches", APPROVED)
        cells: dict[str, AnyCell] = {
            key: cell
            for indicator in reported_indicators(department, period)
            if indicator.code in how.get("only", self.indicators) and indicator.code not in how.get("without", ())
            for key, cell in self._cells(indicator, period).items()
        }
        if "only" not in how:
            cells |= task_cells(self.stage, self.task_texts, department, period)
        if not cells or reaches == MISSING:
            return
        reporter = self._person(department, Membership.REPORTER)
        saved_at, submitted_at, endorsed_at, decided_at = (
            _instant(
                period.ends_on + dt.timedelta(days=days + department.position % 4 + how.get("days_later", 0)), hour
            )
            for days, hour in ((SAVED_AFTER, 9), (SUBMITTED_AFTER, 15), (ENDORSED_AFTER, 10), (DECIDED_AFTER, 16))
        )
        submission = actions.open_submission(department=department, period=period, by=reporter, at=saved_at)
        if "on_behalf" in how:
            submission = self._filled_in_for(submission, how["on_behalf"], cells, saved_at)
        submission = actions.save_draft(submission=submission, cells=cells, by=reporter, at=saved_at)
        add_links(self.stage, department, period, how.get("evidence", ()), saved_at)
        if reaches == DRAFT:
            return
        submission = self._submitted(submission, cells, reporter, submitted_at)
        if reaches == SUBMITTED:
            return
        approver = self._person(department, Membership.APPROVER)
        submission = actions.endorse(submission=submission, by=approver, at=endorsed_at)
        if reaches == ENDORSED:
            return
        reviewer = self.people["reviewer"]
        if reaches == RETURNED:
            actions.return_for_correction(
                submission=submission,
                reason=how["reason"],
                comments=comments_of(self.stage, how),
                by=reviewer,
                at=decided_at,
            )
        else:
            actions.approve(submission=submission, by=reviewer, at=decided_at)

    def _filled_in_for(
        self, submission: Submission, how: Mapping[str, Any], cells: Mapping[str, AnyCell], at: dt.datetime
    ) -> Submission:
        """One figure of the sheet filled in by the coordinator, with the reason and the link behind it."""
        indicator, coordinator = self.indicators[how["indicator"]], self.people["coordinator"]
        key = figure_key(indicator.pk, self.area)
        submission = actions.save_draft(
            submission=submission, cells={key: cells[key]}, by=coordinator, on_behalf_reason=how["reason"], at=at
        )
        add_evidence(
            department=submission.department,
            period=submission.period,
            indicator=indicator,
            by=coordinator,
            at=at,
            **how["evidence"],
        )
        return submission

    def _submitted(self, submission: Submission, cells: Mapping[str, AnyCell], by: User, at: dt.datetime) -> Submission:
        """The sheet submitted; where a figure is odd, with the note that the rules ask for."""
        try:
            return actions.submit(submission=submission, by=by, at=at)
        except actions.NotReady as error:
            if any(problem.field != "note" for problem in error.problems):
                raise
            note = self.table.beside["note_on_warning"]
            odd = {p.key: cells[p.key] for p in error.problems}
            explained = {key: replace(cell, note=note) for key, cell in odd.items() if isinstance(cell, Cell)}
        submission = actions.save_draft(submission=submission, cells=explained, by=by, at=at)
        return actions.submit(submission=submission, by=by, at=at)

    def _cells(self, indicator: Indicator, period: ReportingPeriod) -> dict[str, Cell]:
        """The city's figure, and those of the areas where the table has them."""
        city = self._cell(indicator, period)
        how = self.areas.get((indicator.code, period.code))
        if how is None:
            return {figure_key(indicator.pk, self.area): city}
        cells = {figure_key(indicator.pk, self.area): replace(city, note=how["note"])}
        for area in Area.objects.filter(code__in=how["values"]):
            cells[figure_key(indicator.pk, area)] = Cell(value=Decimal(how["values"][area.code]))
        return cells

    def _cell(self, indicator: Indicator, period: ReportingPeriod) -> Cell:
        absence = self.absences.get((indicator.code, period.code))
        if absence is not None:
            return Cell(state=absence["state"], note=absence["note"])
        year, quarter = period.ends_on.year - self.plan.starts_on.year, period.ends_on.month // 3
        numbers = {part: rule.at(year, quarter) for part, rule in self.table.rules[indicator.code].items()}
        return Cell(
            value=numbers.get("value"),
            numerator=numbers.get("numerator"),
            denominator=numbers.get("denominator"),
            is_provisional=(indicator.code, period.code) in self.provisional,
        )

    def _correction(self) -> None:
        """An approved sheet reopened later and approved again with other numbers: old figures get a second version."""
        how: Mapping[str, Any] | None = self.table.beside.get("correction")
        if how is None:
            return
        department, period = self.departments[how["department"]], self.periods[how["period"]]
        at = _instant(dt.date.fromisoformat(how["on"]), 9)
        reporter = self._person(department, Membership.REPORTER)
        cells = {
            figure_key(self.indicators[code].pk, self.area): replace(_cell_of(numbers), note=how["reason"])
            for code, numbers in how["cells"].items()
        }
        approved = Submission.objects.get(department=department, period=period, is_current=True)
        submission = actions.reopen(submission=approved, reason=how["reason"], by=self.people["coordinator"], at=at)
        submission = actions.save_draft(submission=submission, cells=cells, by=reporter, at=at)
        submission = actions.submit(submission=submission, by=reporter, at=at + dt.timedelta(hours=1))
        submission = actions.endorse(
            submission=submission, by=self._person(department, Membership.APPROVER), at=at + dt.timedelta(hours=3)
        )
        actions.approve(submission=submission, by=self.people["reviewer"], at=at + dt.timedelta(hours=6))

    def _extension(self, today: dt.date) -> None:
        how: Mapping[str, Any] | None = self.table.beside.get("extension")
        if how is not None:
            actions.extend_deadline(
                department=self.departments[how["department"]],
                period=self.periods[how["period"]],
                due_on=today + dt.timedelta(days=how["days_from_today"]),
                reason=how["reason"],
                by=self.people["coordinator"],
                at=timezone.make_aware(dt.datetime.combine(today, dt.time(9, 0))),
            )

    def _person(self, department: Department, function: str) -> User:
        return self.people[f"{department.code}.{function}"]


def _cell_of(numbers: Mapping[str, str]) -> Cell:
    known = {part: Decimal(text) for part, text in numbers.items()}
    return Cell(value=known.get("value"), numerator=known.get("numerator"), denominator=known.get("denominator"))


def _instant(day: dt.date, hour: int) -> dt.datetime:
    """An hour of a day in the time zone of the settings."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 30)))
