"""The duties without a number: which bureaus the plan lists for them, their dated steps, late ones first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_tables2 import RequestConfig

from accounts.asking import person_asking
from departments.permissions import supervision
from reports.selection import choose
from reports.tables import TaskTable, departments_of_tasks, tasks_with_parts
from targets.models import PlanTask
from targets.permissions import can_record_milestones

PER_PAGE = 60


def tasks(request: HttpRequest) -> HttpResponse:
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    sectors = list(chosen.plan.sectors.order_by("position").values_list("name", flat=True))
    departments = departments_of_tasks(chosen.plan)
    found = tasks_with_parts(chosen.plan)
    total = found.count()
    picked, problems = {}, list(chosen.problems)
    for key, lookup, values, word in (
        ("sector", "sector__name", set(sectors), "领域"),
        ("department", "responsibilities__department__code", {code for code, _ in departments}, "部门"),
        ("kind", "kind", {code for code, _ in PlanTask.KINDS}, "性质"),
    ):
        value = request.GET.get(key, "").strip()
        if value in values:
            found = found.filter(**{lookup: value})
            picked[key] = value
        elif value:
            problems.append(f"没有名为“{value[:40]}”的{word}，未按它筛选。")
    user = person_asking(request)
    table = TaskTable(
        found,
        open_items=supervision.unclosed_by_task(user, chosen.plan),
        may_assign=supervision.can_assign(user, chosen.plan),
    )
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    return render(
        request,
        "reports/tasks.html",
        {
            "chosen": chosen,
            "problems": problems,
            "table": table,
            "total": total,
            "picked": picked,
            "sectors": sectors,
            "departments": departments,
            "kinds": PlanTask.KINDS,
            "may_record": can_record_milestones(user),
        },
    )
