"""A bureau enters several years at once: indicators in lines, periods in columns, each saved as a draft and sent."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from departments import actions, permissions
from departments.history import Column, HistoryForm, history_columns, problems_in_grid, years_around
from departments.models import Department, Membership
from departments.sheets import NOTE_LIMIT
from departments.views.asked import person
from departments.views.cell_saving import Against, save_typed
from departments.views.sent_cells import Unreadable, refusal, sent_cells
from targets.actions import Refused
from targets.models import Observation, Plan
from targets.views.plans import plan_asked_for

NAMED_PROBLEMS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one period when all were sent; `reasons` is empty where it went."""

    column: Column
    reasons: tuple[str, ...] = ()
    more: int = 0


@dataclass(slots=True)
class Result:
    """What a save did: cells that a colleague changed, and periods that could not be stored."""

    against: list[Against] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    saved: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, department_code: str) -> HttpResponse:
    """GET shows the grid, of all periods or of a year; POST saves every period, and with `action=submit` sends them."""
    user = person(request)
    department = get_object_or_404(permissions.visible_departments(user), code=department_code)
    plan = plan_asked_for(request)
    if plan is None:
        raise Http404("还没有载入方案。")
    year = _year_asked_for(request)
    columns = _columns(department, plan, user, year)
    if request.method != "POST":
        return _show(request, user, department, plan, year, HistoryForm.of(columns))
    _check_reports(user, department)
    form = HistoryForm.of(columns, request.POST)
    if not form.is_valid:
        return _show(request, user, department, plan, year, form, status=422)
    result = _save(user, form)
    if result.against or result.refused:
        return _show(request, user, department, plan, year, form, result=result, status=409)
    if request.POST.get("action") != "submit":
        messages.success(request, f"已保存 {result.saved} 个填报期的草稿。" if result.saved else "没有改动，无需保存。")
        return redirect(_address(department, plan, year))
    stored = HistoryForm.of(_columns(department, plan, user, year))
    outcomes, skipped = _submit(user, stored, year)
    now = HistoryForm.of(_columns(department, plan, user, year))
    return _show(request, user, department, plan, year, now, outcomes=outcomes, skipped=skipped)


@require_POST
def history_check(request: HttpRequest, department_code: str) -> HttpResponse:
    """POST {"fields": {"<period>/<field>": text}} → {"rows": {"<period>/<key>": …}}, a row as `row_answers.checked`."""
    user = person(request)
    department = get_object_or_404(permissions.visible_departments(user), code=department_code)
    plan = plan_asked_for(request)
    if plan is None:
        raise Http404("还没有载入方案。")
    try:
        _check_reports(user, department)
        fields = sent_cells(request).fields
    except PermissionDenied as refused:
        return refusal(str(refused), status=403, is_over=True)
    except Unreadable as error:
        return refusal(str(error), status=400)
    codes = {name.partition("/")[0] for name in fields}
    columns = history_columns(department, plan, user, today=timezone.localdate(), years=years_around(codes))
    form = HistoryForm.of(columns, fields)
    rows = {}
    for column, each in form.open_forms:
        for typed in each.typed:
            key = f"{column.prefix}{typed.key}"
            if f"{key}-state" in fields:
                rows[key] = {
                    "errors": typed.errors,
                    "findings": [
                        {"level": one.level.value, "field": one.field, "sentence": one.sentence}
                        for one in typed.findings
                    ],
                    "quotient": typed.quotient_text,
                    "trial": None,
                    "filled": typed.is_filled,
                }
    return JsonResponse({"rows": rows})


def _check_reports(user: User, department: Department) -> None:
    if not permissions.departments_of(user, Membership.REPORTER).filter(pk=department.pk).exists():
        raise PermissionDenied(f"只有{department.name}的填报人可以补报历史数据。")


def _columns(department: Department, plan: Plan, user: User, year: int | None) -> list[Column]:
    """The columns of the page, and the year before them that they are compared with."""
    years = None if year is None else {year - 1, year}
    return history_columns(department, plan, user, today=timezone.localdate(), years=years)


def _save(user: User, form: HistoryForm) -> Result:
    """Each period in a transaction of its own: what one refuses does not keep the others back."""
    result = Result()
    for column, each in form.open_forms:
        if not each.changed_cells:
            continue
        try:
            result.against += [
                Against(f"{column.prefix}{one.key}", f"{column.period.name}，{one.name}", one.mine, one.stored, one.by)
                for one in save_typed(each, by=user)
            ]
        except (Refused, PermissionDenied) as refused:
            result.refused.append(f"{column.period.name}：{refused}")
        else:
            result.saved += 1
    return result


def _submit(user: User, form: HistoryForm, year: int | None) -> tuple[list[Outcome], list[Column]]:
    """Sends every complete period of the page, oldest first; those without any figure are skipped."""
    outcomes: list[Outcome] = []
    skipped: list[Column] = []
    for column, each in form.open_forms:
        if year is not None and column.period.year != year:
            continue
        submission = column.sheet.submission
        if submission is None or not any(row.is_filled for row in column.sheet.rows):
            skipped.append(column)
            continue
        problems = problems_in_grid(each)
        if problems:
            named = tuple(problem.sentence for problem in problems[:NAMED_PROBLEMS])
            outcomes.append(Outcome(column, named, len(problems) - len(named)))
            continue
        try:
            actions.submit(submission=submission, by=user)
        except actions.NotReady as refused:
            named = tuple(problem.sentence for problem in refused.problems[:NAMED_PROBLEMS])
            outcomes.append(Outcome(column, named, len(refused.problems) - len(named)))
        except (Refused, PermissionDenied) as refused:
            outcomes.append(Outcome(column, (str(refused),)))
        else:
            outcomes.append(Outcome(column))
    return outcomes, skipped


def _show(
    request: HttpRequest,
    user: User,
    department: Department,
    plan: Plan,
    year: int | None,
    form: HistoryForm,
    *,
    result: Result | None = None,
    outcomes: list[Outcome] | None = None,
    skipped: list[Column] | None = None,
    status: int = 200,
) -> HttpResponse:
    if year is not None:  # the year before was there for comparison
        shown = [column for column in form.columns if column.period.year == year]
        form = HistoryForm(shown, {column.period.code: form.forms[column.period.code] for column in shown})
    lines = form.lines()
    open_cells = [cell.typed for line in lines for cell in line.cells if cell.is_open and cell.typed is not None]
    years = sorted(
        {day.year for day in plan.periods.filter(opens_on__lte=timezone.localdate()).values_list("ends_on", flat=True)}
    )
    context = {
        "department": department,
        "plan": plan,
        "year": year,
        "years": years,
        "form": form,
        "lines": lines,
        "may_fill": any(column.is_open for column in form.columns),
        "owed": len(open_cells),
        "filled": sum(typed.is_filled for typed in open_cells),
        "states": Observation.STATES,
        "limits": {"note": NOTE_LIMIT},
        "problems": form.problems,
        "against": [] if result is None else result.against,
        "refused": [] if result is None else result.refused,
        "outcomes": outcomes,
        "sent": sum(not one.reasons for one in outcomes or ()),
        "skipped": skipped or [],
        "address": _address(department, plan, year),
        "all_address": _address(department, plan, None),
        "check_at": f"{reverse('departments:history_check', args=[department.code])}?{urlencode({'plan': plan.code})}",
        "login_at": f"{resolve_url('accounts:login')}?{urlencode({'next': _address(department, plan, year)})}",
    }
    return render(request, "departments/history.html", context, status=status)


def _year_asked_for(request: HttpRequest) -> int | None:
    text = request.GET.get("year", "")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


def _address(department: Department, plan: Plan, year: int | None) -> str:
    query = {"plan": plan.code} | ({} if year is None else {"year": str(year)})
    return f"{reverse('departments:history', args=[department.code])}?{urlencode(query)}"
