"""The form in which a bureau fills in its sheet of a period; a sheet that cannot be filled in is shown to be read."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from departments import actions, permissions
from departments.conflicts import conflict_sentence
from departments.forms import Difference, EntryForm
from departments.inbox import SheetState
from departments.models import Department, Submission
from departments.problems import Problem
from departments.sheets import Sheet, build_sheet
from departments.views.asked import current_submission, department_and_period, person
from departments.views.sheet_page import render_sheet
from targets.models import Observation, ReportingPeriod


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """A bureau's sheet of a period: GET shows it, POST saves the draft and, with `action=submit`, sends it."""
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    sheet = build_sheet(department, period, current_submission(department, period))
    if request.method == "POST":
        return _save(request, user, sheet)
    if sheet.rows and _may_fill(user, sheet):
        return _show_form(request, EntryForm.of(sheet))
    return render_sheet(request, user, sheet)


def _may_fill(user: User, sheet: Sheet) -> bool:
    if sheet.submission is None:
        return permissions.can_fill(user, sheet.department, sheet.period)
    return permissions.can_save(user, sheet.submission)


def _save(request: HttpRequest, user: User, sheet: Sheet) -> HttpResponse:
    permissions.check_can_fill(user, sheet.department, sheet.period)
    if not sheet.rows:
        return render_sheet(request, user, sheet, status=422)
    form = EntryForm.sent(sheet, request.POST)
    if form.lock_version != sheet.lock_version or not _may_fill(user, sheet):
        return _show_conflict(request, user, form)
    if not form.is_valid:
        return _show_form(request, form, problems=form.problems, status=422)
    try:
        submission = _store(user, sheet.department, sheet.period, form)
    except actions.Conflict:
        return _show_conflict(request, user, _read_again(request, sheet))
    if request.POST.get("action") != "submit":
        messages.success(request, f"草稿已保存，已填 {_count(submission)} 项，共 {len(sheet.rows)} 项。")
        return redirect(sheet.url)
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
def _store(user: User, department: Department, period: ReportingPeriod, form: EntryForm) -> Submission:
    submission = actions.open_submission(department=department, period=period, by=user)
    return actions.save_draft(submission=submission, cells=form.cells, lock_version=form.lock_version, by=user)


def _read_again(request: HttpRequest, sheet: Sheet) -> EntryForm:
    """What was typed, against the sheet as it is stored now."""
    now = build_sheet(sheet.department, sheet.period, current_submission(sheet.department, sheet.period))
    return EntryForm.sent(now, request.POST)


def _count(submission: Submission) -> int:
    return sum(entry.is_filled for entry in submission.entries.select_related("indicator"))


def _show_conflict(request: HttpRequest, user: User, form: EntryForm) -> HttpResponse:
    """Somebody else was first: what he stored beside what this person typed, of which nothing is lost."""
    submission = form.sheet.submission
    may_fill = _may_fill(user, form.sheet)
    if form.says_what_is_stored and not (may_fill and request.POST.get("action") == "submit"):
        messages.info(request, "您填写的内容与系统中现有的一致，没有重复保存。")
        return redirect(form.sheet.url)
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
    conflict: str = "",
    differences: tuple[Difference, ...] = (),
    status: int = 200,
) -> HttpResponse:
    sheet = form.sheet
    standing = SheetState(
        department=sheet.department,
        period=sheet.period,
        submission=sheet.submission,
        extension=sheet.extension,
        owes=len(sheet.rows),
        today=timezone.localdate(),
    )
    return render(
        request,
        "departments/entry.html",
        {
            "sheet": sheet,
            "submission": sheet.submission,
            "standing": standing,
            "form": form,
            "states": Observation.STATES,
            "problems": problems,
            "is_saved": is_saved,
            "conflict": conflict,
            "differences": differences,
        },
        status=status,
    )
