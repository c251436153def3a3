"""The overview: how many promises are kept, which are not, and who owes what."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from departments.models.submission import APPROVED, ENDORSED, RETURNED, SUBMITTED
from reports.overview import build_overview
from reports.overview_values import DepartmentView, IndicatorRow, Overview
from reports.selection import choose, departments_listed, row_filter, statuses_present
from targets.terms import Status

GRAVEST_FIRST = (
    Status.MISSED,
    Status.MOVING_AWAY,
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.NOT_YET_MET,
    Status.NO_FINAL_FIGURE,
)
LISTED_AT_FIRST = 5


def overview(request: HttpRequest) -> HttpResponse:
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    shown = build_overview(chosen.plan, chosen.period)
    chosen_rows = row_filter(request.GET, shown)
    rows = [row for row in shown.rows if chosen_rows.matches(row)]
    watched = rows_to_watch(shown)
    owing = sheets_outstanding(shown.departments)
    return render(
        request,
        "reports/overview.html",
        {
            "chosen": chosen,
            "overview": shown,
            "filter": chosen_rows,
            "problems": (*chosen.problems, *chosen_rows.problems),
            "groups": grouped(shown, rows),
            "row_count": len(rows),
            "watched": watched[:LISTED_AT_FIRST],
            "watched_count": len(watched),
            "watched_rest": watched[LISTED_AT_FIRST:],
            "owing": owing[:LISTED_AT_FIRST],
            "owing_rest": owing[LISTED_AT_FIRST:],
            "sheets": sheet_counts(shown.departments),
            "idle": [one.official_name for one in shown.departments if not one.owes],
            "kept_count": sum(count.count for count in shown.counts if count.status is Status.ACHIEVED),
            "departments": departments_listed(shown),
            "statuses": statuses_present(shown),
        },
    )


def grouped(overview: Overview, rows: Sequence[IndicatorRow]) -> list[tuple[object, list[IndicatorRow]]]:
    """The rows under their sectors, in the plan's order; sectors without a row are left out."""
    groups = [(sector, [row for row in rows if row.sector == sector.name]) for sector in overview.sectors]
    return [(sector, members) for sector, members in groups if members]


def rows_to_watch(overview: Overview) -> list[IndicatorRow]:
    """The promises that are not kept or in danger, the gravest first."""
    watched = [row for row in overview.rows if row.is_quantified and row.status in GRAVEST_FIRST]
    return sorted(watched, key=lambda row: GRAVEST_FIRST.index(row.status))


def sheets_outstanding(departments: Sequence[DepartmentView]) -> list[DepartmentView]:
    """The bureaus without an approved sheet of the period: overdue first, those still to send before the rest.

    A bureau that corrects an approved sheet owes nothing: its approved figures count meanwhile.
    """
    open_sheets = [one for one in departments if one.owes and one.state != APPROVED and not one.is_correcting]
    return sorted(open_sheets, key=lambda one: (not one.is_overdue, one.state in (SUBMITTED, ENDORSED)))


def sheet_counts(departments: Sequence[DepartmentView]) -> dict[str, int]:
    """How many bureaus owe figures in the period, and how far they are.

    `owing` is the sum of `approved`, `correcting`, `waiting`, `returned` and `unsent`; `overdue` are some of the last
    two.
    """
    owing = [one for one in departments if one.owes]
    first_time = [one for one in owing if not one.is_correcting]
    return {
        "owing": len(owing),
        "approved": sum(one.state == APPROVED for one in first_time),
        "correcting": sum(one.is_correcting for one in owing),
        "waiting": sum(one.state in (SUBMITTED, ENDORSED) for one in first_time),
        "returned": sum(one.state == RETURNED for one in first_time),
        "unsent": sum(one.state not in (APPROVED, SUBMITTED, ENDORSED, RETURNED) for one in first_time),
        "overdue": sum(one.is_overdue for one in owing),
    }
