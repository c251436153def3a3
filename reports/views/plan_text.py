"""The plan's own words: every passage with the indicators, tasks, goals and bureaus that hang on it."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from departments.models import ClauseDepartment
from reports.selection import choose
from targets.models import Indicator, PlanTask, Reading


def plan_text(request: HttpRequest) -> HttpResponse:
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    clauses = (
        chosen.plan.clauses.select_related("sector")
        .prefetch_related(
            Prefetch("indicators", Indicator.objects.in_plan_order()),
            Prefetch("tasks", PlanTask.objects.order_by("position", "code").prefetch_related("milestones")),
            "goals",
            Prefetch("listed_departments", ClauseDepartment.objects.select_related("department")),
        )
        .order_by("position")
    )
    readings = Reading.objects.filter(plan=chosen.plan).prefetch_related("indicators")
    return render(
        request,
        "reports/plan_text.html",
        {"chosen": chosen, "problems": chosen.problems, "clauses": clauses, "readings": readings},
    )
