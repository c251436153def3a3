"""One sector: its indicators, how they stood period by period, their courses as charts, its tasks."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from reports import figures
from reports.chart_views import ChartView
from reports.overview import build_overview
from reports.row_charts import course, progress_bar
from reports.selection import Choice, choose
from reports.status_history import status_history
from reports.tables import tasks_with_parts
from targets.models import Plan, Sector


def sectors(request: HttpRequest) -> HttpResponse:
    """The first sector of the plan that is measured by anything; the page itself leads to the others."""
    chosen = choose(request)
    first = None if chosen is None else _first_sector(chosen.plan)
    if chosen is None or first is None:
        return render(request, "reports/no_plan.html")
    return redirect(f"{reverse('reports:sector', args=[first.pk])}?{_address(chosen)}")


def sector(request: HttpRequest, sector_id: int) -> HttpResponse:
    found = get_object_or_404(Sector.objects.select_related("plan"), pk=sector_id)
    chosen = choose(request, plan=found.plan)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    overview = build_overview(chosen.plan, chosen.period)
    view = next((each for each in overview.sectors if each.id == found.pk), None)
    rows = () if view is None else view.rows
    bars = [progress_bar(row) for row in rows if row.is_quantified and row.assessment.progress is not None]
    drawn = [row for row in rows if sum(point.actual is not None for point in row.series) >= 2]
    return render(
        request,
        "reports/sector.html",
        {
            "chosen": chosen,
            "problems": chosen.problems,
            "overview": overview,
            "sector": found,
            "sectors": chosen.plan.sectors.order_by("position"),
            "view": view,
            "groups": [] if view is None else [(view, rows)],
            "ranking": ChartView("ranking", figures.gap_ranking(bars, name=found.name), width=660.0) if bars else None,
            "not_ranked": [row for row in rows if row.is_quantified and row.assessment.progress is None],
            "courses": [(row, ChartView(f"course-{row.id}", course(row, overview))) for row in drawn],
            "history": status_history([(row.id, row.name) for row in rows], chosen.plan, chosen.period),
            "tasks": tasks_with_parts(chosen.plan).filter(sector=found),
        },
    )


def _first_sector(plan: Plan) -> Sector | None:
    in_order = plan.sectors.order_by("position")
    measured = Q(indicators__value_kind__gt="") | Q(indicators__numerator_kind__gt="")
    return in_order.filter(measured).first() or in_order.first()


def _address(chosen: Choice) -> str:
    return urlencode({"plan": chosen.plan.code, "period": chosen.period.code})
