"""What bureaus ask of the coordinator: the form in which they ask, the page on which it is decided, and the list."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from departments.actions import requests as actions
from departments.models import Department, Extension, SheetRequest, Submission
from departments.models.deadline import due_day_of
from departments.permissions import requests as permissions
from departments.sheet_cells import SheetCell, cells_of
from departments.sheets import Sheet, build_sheet, sheet_url
from departments.views.asked import current_submission, department_and_period, person
from targets.actions import Refused
from targets.models import ReportingPeriod

PER_PAGE = 50


@dataclass(slots=True)
class TypedRequest:
    """What somebody typed when he asked or decided: kept as typed, read into a day and the chosen cells."""

    reason: str = ""
    day_text: str = ""
    keys: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    day: dt.date | None = None

    @classmethod
    def sent(cls, data: QueryDict, *, day_name: str) -> "TypedRequest":
        typed = cls(
            reason=data.get("reason", "").strip(),
            day_text=data.get("until", "").strip(),
            keys=data.getlist("keys"),
        )
        if typed.day_text:
            try:
                typed.day = dt.date.fromisoformat(typed.day_text)
            except ValueError:
                typed.errors["until"] = f"“{day_name}”不是有效日期，请按“2026-01-31”的格式填写。"
        return typed


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Every request that the reader may see, those that wait first."""
    user = person(request)
    if not user.has_role(Role.BUREAU_STAFF, Role.COORDINATOR, Role.REVIEWER, Role.LEADER):
        raise PermissionDenied("管理员不参与填报，没有填报申请可看。")
    seen = permissions.visible_requests(user)
    page = Paginator(seen.exclude(state=SheetRequest.WAITING), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "departments/request_list.html",
        {
            "waiting": list(seen.filter(state=SheetRequest.WAITING).order_by("made_at")),
            "page": page,
            "decides": user.has_role(Role.COORDINATOR),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_make(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """A bureau asks for more time (`kind=extension`) or for a sheet to be opened again (`kind=reopening`)."""
    user = person(request)
    department, period = department_and_period(request, department_code, period_code)
    submission = current_submission(department, period)
    kind = _kind_asked_for(request, user, department, period, submission)
    waiting = _waiting(department, period, kind)
    if waiting is not None and request.method != "POST":
        return redirect("departments:request_decide", waiting.pk)
    permissions.check_can_request(user, kind, department, period, submission)
    typed = TypedRequest(keys=request.GET.getlist("keys"))
    if request.method == "POST":
        typed = TypedRequest.sent(request.POST, day_name="希望延至")
        if not typed.errors:
            try:
                made = actions.make_request(
                    department=department,
                    period=period,
                    kind=kind,
                    reason=typed.reason,
                    wanted_until=typed.day,
                    keys=typed.keys,
                    by=user,
                )
            except Refused as refusal:
                typed.errors["all"] = str(refusal)
            else:
                messages.success(request, f"{made.get_kind_display()}已提出，等待统筹协调员处理；有答复时会通知您。")
                return redirect("departments:request_decide", made.pk)
    sheet = build_sheet(department, period, submission)
    return render(
        request,
        "departments/request_make.html",
        {
            "sheet": sheet,
            "kind": kind,
            "kind_label": dict(SheetRequest.KINDS)[kind],
            "needs_day": permissions.needs_day(kind, submission),
            "cells": _choice(sheet, typed.keys) if _offers_cells(kind, submission) else [],
            "typed": typed,
            "other_kind": _other_kind(user, kind, department, period, submission),
        },
        status=422 if typed.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request to be read; the coordinator grants or refuses it here."""
    user = person(request)
    asked = get_object_or_404(permissions.visible_requests(user), pk=request_id)
    typed = TypedRequest(
        day_text="" if asked.wanted_until is None else asked.wanted_until.isoformat(), keys=list(asked.keys)
    )
    if request.method == "POST":
        is_extension = asked.kind == SheetRequest.EXTENSION
        typed = TypedRequest.sent(request.POST, day_name="延至" if is_extension else "开放至")
        if not typed.errors:
            try:
                decided = _decided(request, asked, typed, user)
            except Refused as refusal:
                typed.errors["all"] = str(refusal)
            else:
                messages.success(request, _outcome(decided))
                return redirect("departments:inbox")
    return _show_request(request, user, asked, typed)


def _decided(request: HttpRequest, asked: SheetRequest, typed: TypedRequest, user: User) -> SheetRequest:
    if asked.state != SheetRequest.WAITING and user.has_role(Role.COORDINATOR):
        who = asked.decided_by
        raise Refused(f"这份申请已由{who}处理（{asked.get_state_display()}），您的操作没有执行。")
    if request.POST.get("decision") == "refuse":
        return actions.refuse_request(request=asked, note=typed.reason, by=user)
    if request.POST.get("decision") == "grant":
        return actions.grant_request(request=asked, note=typed.reason, until=typed.day, keys=typed.keys, by=user)
    raise Refused("请选择“同意”或“不同意”。")


def _outcome(decided: SheetRequest) -> str:
    name = f"{decided.department.name}{decided.period.name}的{decided.get_kind_display()}"
    if decided.state == SheetRequest.REFUSED:
        return f"{name}未予同意，处理意见已告知该单位。"
    if decided.kind == SheetRequest.EXTENSION:
        return f"{name}已同意，新的截止日已生效并告知该单位。"
    return f"{name}已同意，填报单已重新开放并告知该单位；更正通过审核之前，原数继续有效。"


def _show_request(request: HttpRequest, user: User, asked: SheetRequest, typed: TypedRequest) -> HttpResponse:
    sheet = build_sheet(asked.department, asked.period, current_submission(asked.department, asked.period))
    extension = Extension.objects.filter(department=asked.department, period=asked.period).first()
    named = {cell.key: cell for cell in cells_of(sheet)}
    decides = permissions.can_decide_request(user, asked)
    return render(
        request,
        "departments/request.html",
        {
            "asked": asked,
            "sheet": sheet,
            "due_on": due_day_of(asked.period, extension),
            "asked_cells": [named[key] for key in asked.keys if key in named],
            "decides": decides,
            "withdraws": permissions.can_withdraw_request(user, asked),
            "needs_day": permissions.needs_day(asked.kind, sheet.submission),
            "cells": _choice(sheet, typed.keys) if decides and _offers_cells(asked.kind, sheet.submission) else [],
            "typed": typed,
            "sheet_address": sheet_url(asked.department, asked.period),
        },
        status=422 if typed.errors else 200,
    )


@require_POST
def request_withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    user = person(request)
    asked = get_object_or_404(permissions.visible_requests(user), pk=request_id)
    try:
        actions.withdraw_request(request=asked, by=user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("departments:request_decide", asked.pk)
    messages.success(request, f"{asked.period.name}的{asked.get_kind_display()}已撤回。")
    return redirect("departments:inbox")


def _kind_asked_for(
    request: HttpRequest, user: User, department: Department, period: ReportingPeriod, submission: Submission | None
) -> str:
    """The kind named by the form or the address, else the one that is possible now."""
    named = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if named in dict(SheetRequest.KINDS):
        return named
    if permissions.can_request(user, SheetRequest.REOPENING, department, period, submission):
        return SheetRequest.REOPENING
    return SheetRequest.EXTENSION


def _other_kind(
    user: User, kind: str, department: Department, period: ReportingPeriod, submission: Submission | None
) -> str:
    other = SheetRequest.EXTENSION if kind == SheetRequest.REOPENING else SheetRequest.REOPENING
    return other if permissions.can_request(user, other, department, period, submission) else ""


def _waiting(department: Department, period: ReportingPeriod, kind: str) -> SheetRequest | None:
    return SheetRequest.objects.filter(
        department=department, period=period, kind=kind, state=SheetRequest.WAITING
    ).first()


def _offers_cells(kind: str, submission: Submission | None) -> bool:
    """Cells are chosen only of a sheet that was approved: one that never was is open as a whole."""
    return kind == SheetRequest.REOPENING and submission is not None and not submission.is_editable


def _choice(sheet: Sheet, chosen: list[str]) -> list[tuple[SheetCell, bool]]:
    return [(cell, cell.key in chosen) for cell in cells_of(sheet)]
