"""The form in which a bureau fills in its sheet of a period; a sheet that cannot be filled in is shown to be read."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from departments import actions, permissions
from departments.conflicts import conflict_sentence
from departments.forms import Difference, EntryForm
from departments.models import Submission
from departments.problems import Problem
from departments.sheet_states import SheetState
from departments.sheets import NOTE_LIMIT, REPORT_LIMIT, Sheet, build_sheet
from departments.trials import outlook_of
from departments.views.asked import current_submission, department_and_period, person
from departments.views.filling import ON_BEHALF, fills, form_address, is_on_behalf
from departments.views.sheet_page import render_sheet
from departments.views.sheet_requests import requests_around
from targets.actions import Refused
from targets.models import Observation


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """A bureau's sheet of a period: GET shows it, POST saves the draft and, with `action=submit`, sends it."""
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    sheet = build_sheet(department, period, current_submission(department, period))
    if request.method == "POST":
        return _save(request, user, sheet)
    if _has_rows(sheet) and fills(request, user, sheet):
        return _show_form(request, EntryForm.of(sheet))
    return render_sheet(request, user, sheet)


def _has_rows(sheet: Sheet) -> bool:
    return bool(sheet.rows or sheet.task_rows)


def _save(request: HttpRequest, user: User, sheet: Sheet) -> HttpResponse:
    permissions.check_can_fill(user, sheet.department, sheet.period, on_behalf=is_on_behalf(request, user))
    if not _has_rows(sheet):
        return render_sheet(request, user, sheet, status=422)
    form = EntryForm.sent(sheet, request.POST)
    if form.lock_version != sheet.lock_version or form.is_stale or not fills(request, user, sheet):
        return _show_conflict(request, user, form)
    if not form.is_valid:
        return _show_form(request, form, problems=form.problems, status=422)
    try:
        submission = _store(user, form)
    except actions.Conflict:
        return _show_conflict(request, user, _read_again(request, sheet))
    except Refused as refusal:
        return _show_form(request, form, error=str(refusal), status=422)
    if request.POST.get("action") != "submit":
        stored = build_sheet(sheet.department, sheet.period, submission)
        messages.success(request, f"草稿已保存，已填 {stored.filled_count} 项，共 {stored.owed_count} 项。")
        return redirect(_address(request, user, sheet))
    return _submit(request, user, sheet, submission)


def _submit(request: HttpRequest, user: User, sheet: Sheet, submission: Submission) -> HttpResponse:
    try:
        actions.submit(submission=submission, by=user)
    except actions.NotReady as refusal:
        stored = EntryForm.of(build_sheet(sheet.department, sheet.period, submission))
        stored.mark(refusal.problems)
        return _show_form(request, stored, problems=refusal.problems, is_saved=True, status=422)
    except actions.Conflict:
        return _show_conflict(request, user, _read_again(request, sheet))
    messages.success(request, f"{sheet.department.name}{sheet.period.name}填报单已提交，等待本部门复核人复核。")
    return redirect(sheet.url)


@transaction.atomic
def _store(user: User, form: EntryForm) -> Submission:
    sheet = form.sheet
    submission = actions.open_submission(department=sheet.department, period=sheet.period, by=user)
    return actions.save_draft(
        submission=submission,
        cells=form.changed_cells,
        lock_version=form.lock_version,
        by=user,
        on_behalf_reason=form.on_behalf_reason,
    )


def _read_again(request: HttpRequest, sheet: Sheet) -> EntryForm:
    """What was typed, against the sheet as it is stored now."""
    now = build_sheet(sheet.department, sheet.period, current_submission(sheet.department, sheet.period))
    return EntryForm.sent(now, request.POST)


def _address(request: HttpRequest, user: User, sheet: Sheet) -> str:
    return form_address(sheet, on_behalf=is_on_behalf(request, user))


def _show_conflict(request: HttpRequest, user: User, form: EntryForm) -> HttpResponse:
    """Somebody else was first: what he stored beside what this person typed, of which nothing is lost."""
    submission = form.sheet.submission
    may_fill = fills(request, user, form.sheet)
    if form.says_what_is_stored and not (may_fill and request.POST.get("action") == "submit"):
        messages.info(request, "您填写的内容与系统中现有的一致，没有重复保存。")
        return redirect(_address(request, user, form.sheet))
    sentence = "表单的版本信息不完整。" if submission is None else conflict_sentence(submission)
    if not may_fill:
        return render(
            request,
            "departments/conflict.html",
            {"sheet": form.sheet, "sentence": sentence, "differences": form.as_differences()},
            status=409,
        )
    merged, differences = form.merged()
    return _show_form(request, merged, conflict=sentence, differences=differences, status=409)


def _show_form(
    request: HttpRequest,
    form: EntryForm,
    *,
    problems: tuple[Problem, ...] = (),
    is_saved: bool = False,
    error: str = "",
    conflict: str = "",
    differences: tuple[Difference, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """`error` is why the sheet as a whole was not saved; `problems` are of single cells."""
    sheet, user = form.sheet, person(request)
    return render(
        request,
        "departments/entry.html",
        {
            "sheet": sheet,
            "submission": sheet.submission,
            "standing": _standing(sheet),
            "form": form,
            "filled": sum(t.is_filled for t in form.typed) + sum(t.is_filled for t in form.reports if t.row.is_owed),
            "outlook": outlook_of(form.typed, sheet.period, today=timezone.localdate()),
            "states": Observation.STATES,
            "limits": {"note": NOTE_LIMIT, "report": REPORT_LIMIT},
            "problems": problems,
            "is_saved": is_saved,
            "error": error,
            "conflict": conflict,
            "differences": differences,
            **requests_around(user, sheet),
            **_addresses(request, user, sheet),
        },
        status=status,
    )


def _standing(sheet: Sheet) -> SheetState:
    return SheetState(
        department=sheet.department,
        period=sheet.period,
        submission=sheet.submission,
        extension=sheet.extension,
        owes=sheet.owed_count,
        today=timezone.localdate(),
    )


def _addresses(request: HttpRequest, user: User, sheet: Sheet) -> dict[str, Any]:
    """Where the form goes, where its scripts ask and save, and the way back in when the login has ended."""
    on_behalf = is_on_behalf(request, user)
    address = form_address(sheet, on_behalf=on_behalf)
    codes = [sheet.department.code, sheet.period.code]
    query = {"plan": sheet.period.plan.code} | ({ON_BEHALF: "1"} if on_behalf else {})
    return {
        "is_on_behalf": on_behalf,
        "address": address,
        "trial_at": f"{reverse('departments:trial', args=codes)}?{urlencode(query)}",
        "autosave_at": f"{reverse('departments:autosave', args=codes)}?{urlencode(query)}",
        "login_at": f"{resolve_url('accounts:login')}?{urlencode({'next': address})}",
    }
