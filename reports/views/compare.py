"""Side by side: the bureaus of a plan, and the counties of one indicator; each is an address of its own."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import bureaus_compared, counties_compared
from reports.chart_views import ChartView
from reports.overview import build_overview
from reports.selection import Choice, choose

BUREAUS, COUNTIES = "bureaus", "counties"
KINDS: Mapping[str, str] = {BUREAUS: "各部门", COUNTIES: "各县区"}


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`by` says what is compared; what the address gets wrong is named and not obeyed."""
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    problems = list(chosen.problems)
    by = _picked(request, "by", KINDS, "比较方式", problems)
    return _counties(request, chosen, problems) if by == COUNTIES else _bureaus(request, chosen, problems)


def _bureaus(request: HttpRequest, chosen: Choice, problems: list[str]) -> HttpResponse:
    order = _picked(request, "order", bureaus_compared.ORDERS, "排序方式", problems)
    today = timezone.localdate()
    overview = build_overview(chosen.plan, chosen.period, today=today, with_milestones=False)
    return render(
        request,
        "reports/compare_bureaus.html",
        {
            "chosen": chosen,
            "problems": problems,
            "kinds": KINDS,
            "by": BUREAUS,
            "orders": bureaus_compared.ORDERS,
            "order": order,
            "kept": [("by", BUREAUS), ("order", order)],
            "found": bureaus_compared.compare_bureaus(chosen, overview, order=order, today=today),
        },
    )


def _counties(request: HttpRequest, chosen: Choice, problems: list[str]) -> HttpResponse:
    order = _picked(request, "order", counties_compared.ORDERS, "排序方式", problems)
    indicators = counties_compared.indicators_by_area(chosen.plan)
    # Those with figures first: the page that opens without a choice has something to show.
    default = next((each for each in indicators if each.has_area_figures), None)  # type: ignore[attr-defined]
    indicator = default or next(iter(indicators), None)
    wanted = request.GET.get("indicator", "").strip()
    named = next((each for each in indicators if each.code == wanted), None)
    if wanted and named is None:
        shown = f"现显示“{indicator.name}”" if indicator is not None else "未按它选择"
        problems.append(f"没有编号为“{wanted[:40]}”的分县区指标，{shown}。")
    indicator = named or indicator
    found = None if indicator is None else counties_compared.compare_counties(indicator, chosen.period, order=order)
    chart = None
    if found is not None and found.figure is not None:
        chart = ChartView("counties", found.figure, width=780.0)
    kept = [("by", COUNTIES), ("order", order)]
    return render(
        request,
        "reports/compare_counties.html",
        {
            "chosen": chosen,
            "problems": problems,
            "kinds": KINDS,
            "by": COUNTIES,
            "orders": counties_compared.ORDERS,
            "order": order,
            "kept": kept if indicator is None else [*kept, ("indicator", indicator.code)],
            "indicators": indicators,
            "indicator": indicator,
            "found": found,
            "chart": chart,
        },
    )


def _picked(request: HttpRequest, key: str, values: Mapping[str, str], word: str, problems: list[str]) -> str:
    """The value of a filter; without one, or with one that is not known, the first."""
    first = next(iter(values))
    value = request.GET.get(key, "").strip()
    if value and value not in values:
        problems.append(f"没有名为“{value[:40]}”的{word}，现按“{values[first]}”显示。")
    return value if value in values else first
