"""Reads a bureau's sheet with all that hangs on it, in a fixed number of queries."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from django.db.models import Prefetch

from departments.models import (
    Comment,
    Department,
    Entry,
    Evidence,
    Extension,
    MilestoneReport,
    Responsibility,
    Submission,
    TaskReport,
    TaskResponsibility,
)
from departments.sheets.cells import figure_key, task_key
from departments.sheets.rows import PastFigure, SheetRow, TaskRow, rules_of
from departments.sheets.sheet import Sheet, area_parts
from targets.models import Area, Indicator, Milestone, Observation, PlanTask, ReportingPeriod, TaskProgress
from targets.periods import add_months

Hanging = TypeVar("Hanging", Evidence, Comment)

MONTHS_BETWEEN = {"quarter": 3, "half_year": 6, "year": 12}


def reported_indicators(department: Department, period: ReportingPeriod) -> list[Indicator]:
    """The indicators whose figures a bureau owes in a period, in the plan's order."""
    responsibilities = Responsibility.objects.filter(
        department=department, is_reporter=True, indicator__plan=period.plan_id
    ).select_related("indicator", "indicator__plan", "indicator__sector")
    owed = [r.indicator for r in responsibilities if r.indicator.is_owed_in(period.ends_on.month)]
    return sorted(owed, key=lambda indicator: (indicator.position, indicator.code))


def reported_tasks(department: Department, period: ReportingPeriod) -> list[PlanTask]:
    """The tasks on whose progress a bureau owes a report in a period, in the plan's order."""
    if not period.plan.owes_task_reports_in(period.ends_on):
        return []
    return [task for task, is_reporter in _listed_tasks(department, period) if is_reporter]


def _listed_tasks(department: Department, period: ReportingPeriod) -> list[tuple[PlanTask, bool]]:
    """The tasks that a bureau is listed for, and whether it is the one that reports on them."""
    if not period.plan.task_reports_every:
        return []
    listed = TaskResponsibility.objects.filter(department=department, task__plan=period.plan_id).select_related(
        "task", "task__plan", "task__sector"
    )
    return sorted(((each.task, each.is_reporter) for each in listed), key=lambda pair: (pair[0].position, pair[0].code))


def build_sheet(department: Department, period: ReportingPeriod, submission: Submission | None) -> Sheet:
    """The sheet with its rows, what was approved before, evidence and comments, in at most a dozen queries.

    Rows are what the bureau owes today; of a sheet that was sent, what it was sent with: a duty or setting may have
    changed since.
    """
    indicators = reported_indicators(department, period)
    entries: dict[tuple[int, int], Entry] = {}
    if submission is not None:
        for entry in submission.entries.select_related(
            "indicator", "indicator__plan", "indicator__sector", "area", "changed_by"
        ):
            entries[entry.indicator_id, entry.area_id] = entry
    is_settled = submission is not None and not submission.is_editable
    if is_settled:  # as it was sent, whatever the bureau owes since then
        sent = {entry.indicator_id: entry.indicator for entry in entries.values()}
        indicators = sorted(sent.values(), key=lambda indicator: (indicator.position, indicator.code))
    areas = list(Area.objects.all())
    root = next(area for area in areas if area.parent_id is None)
    counties = [area for area in areas if area.parent_id is not None]
    past = _past_figures(indicators, period)
    area_rows = {
        indicator.pk: tuple(
            _row(indicator, area, period, entries.get((indicator.pk, area.pk)), past, is_settled=is_settled)
            for area in counties
            if not is_settled or (indicator.pk, area.pk) in entries
        )
        for indicator in indicators
        if _is_broken_down(indicator, entries, is_settled=is_settled) and counties
    }
    return Sheet(
        department=department,
        period=period,
        submission=submission,
        extension=Extension.objects.filter(department=department, period=period).first(),
        rows=tuple(
            _row(
                indicator,
                root,
                period,
                entries.get((indicator.pk, root.pk)),
                past,
                area_rows.get(indicator.pk, ()),
                is_settled=is_settled,
            )
            for indicator in indicators
        ),
        area_rows=area_rows,
        task_rows=_task_rows(department, period, submission),
        evidence=_by_key(
            Evidence.objects.kept()
            .filter(department=department, period=period, supervision__isnull=True)
            .select_related("area", "added_by")
        ),
        comments=_by_key(
            Comment.objects.filter(department=department, period=period).select_related("area", "by", "step")
        ),
    )


def _is_broken_down(indicator: Indicator, entries: Mapping[tuple[int, int], Entry], *, is_settled: bool) -> bool:
    """Whether a sheet has counties for an indicator: as its setting says, or, once it was sent, as it was sent."""
    if not is_settled:
        return indicator.by_area
    return any(of == indicator.pk and entry.area.parent_id is not None for (of, _), entry in entries.items())


def _row(
    indicator: Indicator,
    area: Area,
    period: ReportingPeriod,
    entry: Entry | None,
    past: Mapping[tuple[int, int, dt.date], Observation],
    county_rows: tuple[SheetRow, ...] = (),
    *,
    is_settled: bool,
) -> SheetRow:
    last_on = add_months(period.ends_on, -MONTHS_BETWEEN[indicator.reported_every])
    last, same, approved = (
        None if found is None else PastFigure(found.period.name, found)
        for found in (
            past.get((indicator.pk, area.pk, day)) for day in (last_on, add_months(period.ends_on, -12), period.ends_on)
        )
    )
    return SheetRow(
        indicator=indicator,
        area=area,
        key=figure_key(indicator.pk, area),
        rules=rules_of(indicator),
        entry=entry,
        last=last,
        same_last_year=same,
        last_is_of_this_year=last_on.year == period.ends_on.year,
        approved=approved,
        parts=area_parts(county_rows),
        is_settled=is_settled,
    )


def _past_figures(
    indicators: Iterable[Indicator], period: ReportingPeriod
) -> dict[tuple[int, int, dt.date], Observation]:
    """Approved figures of a period, of its year so far and of the last one: by indicator, area and the period's end."""
    observations = (
        Observation.objects.current()
        .filter(
            indicator__in=[indicator.pk for indicator in indicators],
            period__ends_on__lte=period.ends_on,
            period__ends_on__gte=dt.date(period.ends_on.year - 1, 1, 1),
        )
        .select_related("period")
    )
    return {(o.indicator_id, o.area_id, o.period.ends_on): o for o in observations}


def _task_rows(department: Department, period: ReportingPeriod, submission: Submission | None) -> tuple[TaskRow, ...]:
    listed = _listed_tasks(department, period)
    are_owed = period.plan.owes_task_reports_in(period.ends_on)
    reports: dict[int, TaskReport] = {}
    if submission is not None:
        given = submission.task_reports.select_related(
            "task", "task__plan", "task__sector", "changed_by"
        ).prefetch_related(Prefetch("milestones", MilestoneReport.objects.order_by("milestone")))
        reports = {report.task_id: report for report in given}
    if submission is not None and not submission.is_editable:
        reporting = {task.pk for task, is_reporter in listed if is_reporter}
        listed = [(report.task, report.task_id in reporting) for report in reports.values()]
    if not listed:
        return ()
    steps: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(task__in=[task.pk for task, _ in listed]).order_by("due_on"):
        steps.setdefault(milestone.task_id, []).append(milestone)
    last, approved = _past_progress([task for task, _ in listed], period)
    rows = [
        TaskRow(
            task=task,
            milestones=tuple(steps.get(task.pk, ())),
            report=reports.get(task.pk),
            last=last.get(task.pk),
            key=task_key(task.pk),
            is_owed=are_owed and is_reporter,
            approved=approved.get(task.pk),
        )
        for task, is_reporter in listed
    ]
    return tuple(sorted(rows, key=lambda row: not row.is_owed))


def _past_progress(
    tasks: Collection[PlanTask], period: ReportingPeriod
) -> tuple[dict[int, TaskProgress], dict[int, TaskProgress]]:
    """By task: the newest approved report of an earlier period, and the one of this period."""
    last: dict[int, TaskProgress] = {}
    approved: dict[int, TaskProgress] = {}
    found = (
        TaskProgress.objects.current()
        .filter(task__in=[task.pk for task in tasks], period__ends_on__lte=period.ends_on)
        .select_related("period")
        .order_by("period__ends_on")
    )
    for progress in found:
        (approved if progress.period_id == period.pk else last)[progress.task_id] = progress
    return last, approved


def _by_key(items: Iterable[Hanging]) -> dict[str, tuple[Hanging, ...]]:
    found: dict[str, list[Hanging]] = {}
    for item in items:
        found.setdefault(key_of(item), []).append(item)
    return {key: tuple(group) for key, group in found.items()}


def key_of(item: Evidence | Comment) -> str:
    """The key of the cell that a piece of evidence or a comment hangs on; needs `area` to be loaded."""
    if item.indicator_id is not None and item.area is not None:
        return figure_key(item.indicator_id, item.area)
    return task_key(item.task_id or 0)


def root_area() -> Area:
    return Area.objects.root()
