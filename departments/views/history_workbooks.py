"""The figures of past periods as one workbook: taken away, brought back, looked over on the page of every upload."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.guards import WorkbookRefused
from accounts.models import User
from departments import actions, permissions
from departments.models import Department
from departments.sheets import Sheet
from departments.views.asked import person
from departments.views.workbooks import workbook_response, workbook_sent
from departments.workbooks.history_reading import read_history_workbook
from departments.workbooks.history_writing import history_workbook as written
from departments.workbooks.history_writing import sheets_to_make_up
from targets.models import Plan
from targets.views.plans import plan_asked_for


@require_safe
def history_workbook(request: HttpRequest, department_code: str) -> HttpResponse:
    """What can still be filled in of past periods, as a workbook."""
    user = person(request)
    department, _, sheets = _asked_for(request, user, department_code)
    content = written(department, sheets)
    name = f"{department.name} 历史数据表"
    audit.record(action="workbook.download", by=user, subject=department, label=name)
    return workbook_response(content, f"{name}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def history_workbook_upload(request: HttpRequest, department_code: str) -> HttpResponse:
    """Takes a filled-in history workbook; the answer leads to the dry run."""
    user = person(request)
    department, plan, sheets = _asked_for(request, user, department_code)
    refusal = ""
    if request.method == "POST":
        try:
            name, sha256, read = workbook_sent(request)
            run = read_history_workbook(read, department, sheets)
        except WorkbookRefused as refused:
            refusal = refused.sentence
        else:
            upload = actions.keep_upload(
                department=department, plan=plan, period=None, file_name=name, sha256=sha256, run=run, by=user
            )
            return redirect("departments:workbook_confirm", upload.pk)
    context = {
        "department": department,
        "plan": plan,
        "sheets": sheets,
        "refusal": refusal,
        "back": history_address(department, plan),
    }
    return render(request, "departments/history_workbook_upload.html", context, status=422 if refusal else 200)


def history_address(department: Department, plan: Plan) -> str:
    return f"{reverse('departments:history', args=[department.code])}?{urlencode({'plan': plan.code})}"


def _asked_for(request: HttpRequest, user: User, department_code: str) -> tuple[Department, Plan, list[Sheet]]:
    """The bureau, the plan (without `?plan=` one in which the bureau reports) and the sheets to be made up."""
    department = get_object_or_404(permissions.visible_departments(user), code=department_code)
    plan = plan_asked_for(request)
    if plan is None:
        raise Http404("还没有载入方案。")
    if "plan" not in request.GET:
        reports_in = Plan.objects.filter(
            indicators__responsibilities__department=department, indicators__responsibilities__is_reporter=True
        )
        plan = reports_in.filter(pk=plan.pk).first() or reports_in.for_switcher().first() or plan
    return department, plan, sheets_to_make_up(user, department, plan)
