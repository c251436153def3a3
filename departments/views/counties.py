"""One indicator of a sheet, area by area: counties and zones in lines, and their sum beside the city's figure."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import User
from departments import permissions
from departments.forms import EntryForm, TypedCell
from departments.plausibility import Measure, plain
from departments.rolling_up import RollUp
from departments.sheets import NOTE_LIMIT, Sheet, SheetRow, build_sheet, figure_text
from departments.sheets.rows import signed
from departments.views.asked import current_submission, department_and_period, person
from departments.views.cell_saving import Against, save_typed
from departments.views.filling import ON_BEHALF, check_fills, fills, is_on_behalf
from targets.actions import Refused
from targets.models import Observation


@require_http_methods(["GET", "HEAD", "POST"])
def counties(request: HttpRequest, department_code: str, period_code: str, indicator_id: int) -> HttpResponse:
    """GET shows the lines, as a form to whoever may fill in; POST saves, with `action=adopt` the sum as well."""
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    sheet = build_sheet(department, period, current_submission(department, period))
    city = next((row for row in sheet.rows if row.indicator.pk == indicator_id), None)
    if city is None or not sheet.area_rows.get(indicator_id):
        raise Http404("这张填报单没有该指标的分县区填报。")
    rows = [*sheet.area_rows[indicator_id], city]
    if request.method == "POST":
        check_fills(request, user, department, period, sheet.submission)
        return _save(request, user, sheet, rows)
    return _show(request, user, EntryForm.of(sheet, rows))


def _save(request: HttpRequest, user: User, sheet: Sheet, rows: list[SheetRow]) -> HttpResponse:
    form = EntryForm.sent(sheet, request.POST, rows)
    if request.POST.get("action") == "adopt":
        _adopt(form)
    if not form.is_valid:
        return _show(request, user, form, status=422)
    try:
        against = save_typed(form, by=user)
    except Refused as refused:
        return _show(request, user, form, error=str(refused), status=422)
    if against:
        return _show(request, user, form, against=against, status=409)
    city = form.typed[-1].row
    messages.success(request, f"{city.indicator.name}的分县区数已保存为草稿。")
    return redirect(_address(request, user, sheet, city))


def _adopt(form: EntryForm) -> None:
    """Puts what the counties add up to, as typed, into the city's row; its note stays."""
    city = form.typed[-1]
    together = _as_typed(form).row.roll_up
    if together is None or together.figure is None or not form.sheet.is_open(city.key):
        return
    measure = together.measure
    sums = replace(
        city.cell,
        state="number",
        value=measure.value,
        numerator=measure.numerator,
        denominator=measure.denominator,
    )
    taken = TypedCell.of(city.row, sums)
    taken.was, taken.note = city.was, city.note
    form.typed[-1] = taken


def _texts(row: SheetRow, measure: Measure) -> dict[str, str]:
    numbers = {name: measure.part(name) for name in row.rules.fields}
    return {name: "" if number is None else plain(number) for name, number in numbers.items()}


def _difference_text(row: SheetRow, together: RollUp | None) -> str:
    """The counties' figure minus the city's, with its sign, in the indicator's unit."""
    if together is None or together.difference is None:
        return ""
    unit = "个百分点" if row.indicator.unit == "%" else row.indicator.unit
    return f"{signed(together.difference, row.indicator.decimals)}{unit}"


def _as_typed(form: EntryForm) -> TypedCell:
    """The city's row as it would be with everything typed: the counties' sum follows what stands in the form."""
    cells = {typed.key: typed.cell for typed in form.typed if not typed.errors}
    city = form.typed[-1]
    row = next(row for row in form.sheet.with_cells(cells).rows if row.key == city.key)
    return replace(city, row=row)


def _show(
    request: HttpRequest,
    user: User,
    form: EntryForm,
    *,
    error: str = "",
    against: tuple[Against, ...] = (),
    status: int = 200,
) -> HttpResponse:
    sheet = form.sheet
    form.typed[-1] = _as_typed(form)
    city = form.typed[-1]
    together = city.row.roll_up
    indicator = city.row.indicator
    may_fill = fills(request, user, sheet)
    parts = form.typed[:-1]
    context = {
        "sheet": sheet,
        "submission": sheet.submission,
        "form": form,
        "indicator": indicator,
        "city": city,
        "counted": [typed for typed in parts if typed.row.area.counts_toward_total],
        "apart": [typed for typed in parts if not typed.row.area.counts_toward_total],
        "together": together,
        "together_text": "" if together is None else figure_text(indicator, together.measure),
        "sums": {} if together is None else _texts(city.row, together.measure),
        "city_text": figure_text(indicator, city.cell.measure),
        "difference_text": _difference_text(city.row, together),
        "columns": len(city.row.rules.fields) + (5 if indicator.is_two_part else 4),
        "lines": sum(typed.row.area.counts_toward_total for typed in parts),
        "may_fill": may_fill,
        "why_locked": "" if may_fill else permissions.why_locked(user, sheet),
        "states": Observation.STATES,
        "limits": {"note": NOTE_LIMIT},
        "error": error,
        "against": against,
        "is_on_behalf": is_on_behalf(request, user),
        "filled": sum(typed.is_filled for typed in parts if typed.row.area.counts_toward_total),
        "problems": form.problems,
        **_addresses(request, user, sheet, city.row),
    }
    return render(request, "departments/counties.html", context, status=status)


def _address(request: HttpRequest, user: User, sheet: Sheet, city: SheetRow) -> str:
    where = reverse("departments:counties", args=[sheet.department.code, sheet.period.code, city.indicator.pk])
    return f"{where}?{urlencode(_query(request, user, sheet))}"


def _query(request: HttpRequest, user: User, sheet: Sheet) -> dict[str, str]:
    return {"plan": sheet.period.plan.code} | ({ON_BEHALF: "1"} if is_on_behalf(request, user) else {})


def _addresses(request: HttpRequest, user: User, sheet: Sheet, city: SheetRow) -> dict[str, str]:
    address = _address(request, user, sheet, city)
    codes = [sheet.department.code, sheet.period.code]
    query = urlencode(_query(request, user, sheet))
    return {
        "address": address,
        "sheet_at": f"{reverse('departments:entry', args=codes)}?{query}",
        "trial_at": f"{reverse('departments:trial', args=codes)}?{query}",
        "autosave_at": f"{reverse('departments:autosave', args=codes)}?{query}",
        "login_at": f"{resolve_url('accounts:login')}?{urlencode({'next': address})}",
    }
