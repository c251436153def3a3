"""PURE: a row of the overview as a chart: its course over time, and its bar in a comparison. For pages and briefing."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from reports import figures
from reports.briefing import wording
from reports.overview_values import IndicatorRow, Overview, PendingFigure
from targets.numbers import shown


def course(row: IndicatorRow, overview: Overview, pending: Iterable[PendingFigure] = ()) -> figures.Figure:
    """The trajectory of one indicator, up to the period shown; the path runs from the baseline to the target.

    `pending` are figures that wait for approval: pages draw them hollow, a briefing leaves them out.
    """
    start, end = overview.plan.starts_on - timedelta(days=1), overview.plan.ends_on
    target = row.assessment.target
    path = {each.on: each.expected for each in row.series if each.expected is not None}
    if path and row.baseline is not None:
        path.setdefault(start, row.baseline.value)
    if path and target is not None:
        path.setdefault(end, target)

    def point(on: date, value: Decimal, *, provisional: bool = False) -> figures.Point:
        return figures.Point(on, value, _labelled(value, row), provisional)

    return figures.trajectory(
        name=row.name,
        unit=row.unit,
        actual=[
            point(each.on, each.actual, provisional=each.is_provisional)
            for each in row.series
            if each.actual is not None
        ],
        path=[point(on, value) for on, value in sorted(path.items())],
        target=target,
        band=row.band,
        target_label=row.target_text if row.band else f"目标{wording.closed_up(row.target_value_text)}",
        starts_on=start,
        ends_on=end,
        today=overview.period.ends_on,
        today_label="本期末",
        pending=[point(each.on, each.actual) for each in pending if each.actual is not None],
    )


def _labelled(value: Decimal, row: IndicatorRow) -> str:
    text = shown(value, row.decimals, row.assessment.target)
    return text + ("%" if row.unit == "%" else "")


def progress_bar(row: IndicatorRow) -> figures.ProgressBar:
    """One bar of a comparison: the share of its own promise, with lead or lag in words."""
    label = wording.closed_up(row.progress_text)
    if row.is_budget:
        label = f"已用去{label}"
    elif row.assessment.lead_points is not None:
        points = row.assessment.lead_points
        size = shown(abs(points), 1)
        label += "，持平" if Decimal(size) == 0 else f"，{'超' if points > 0 else '欠'}{size}点"
    assessed = row.assessment
    return figures.ProgressBar(
        name=row.name,
        status=row.status,
        progress=assessed.progress,
        expected=assessed.expected_progress,
        lead_points=assessed.lead_points,
        label=label,
    )
