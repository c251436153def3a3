"""One cell of a sheet as a page: what it says, what stands behind it, what was said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.file_kinds import EXTENSIONS
from accounts.models import Role, User
from accounts.uploads import ACCEPTED, size_in_words
from departments import permissions as sheet_permissions
from departments.models import Department, Evidence, Submission
from departments.permissions import evidence as permissions
from departments.plausibility import plain
from departments.sheets import Sheet, SheetRow, TaskRow, build_sheet, cell_in_words
from departments.views.asked import current_submission, department_and_period
from departments.views.filling import form_address
from targets.models import ReportingPeriod
from targets.promise_words import with_unit


@dataclass(frozen=True, slots=True)
class AskedCell:
    """A figure or task of a bureau's sheet, by its key."""

    sheet: Sheet
    row: SheetRow | TaskRow

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def department(self) -> Department:
        return self.sheet.department

    @property
    def period(self) -> ReportingPeriod:
        return self.sheet.period

    @property
    def submission(self) -> Submission | None:
        return self.sheet.submission

    @property
    def place(self) -> dict[str, Any]:
        """The cell as the actions on evidence and comments take it."""
        where: dict[str, Any] = {"department": self.department, "period": self.period}
        if isinstance(self.row, TaskRow):
            return where | {"task": self.row.task}
        return where | {"indicator": self.row.indicator, "area": self.row.area}

    def row_address(self, user: User) -> str:
        """The sheet, at the row of the cell; for the coordinator the form in which he fills in for the bureau."""
        begun = self.submission
        fills_in = sheet_permissions.fills_on_behalf(user) and (
            sheet_permissions.can_fill(user, self.department, self.period, on_behalf=True)
            if begun is None
            else bool(begun.on_behalf_reason) and sheet_permissions.can_save(user, begun, on_behalf=True)
        )
        return f"{form_address(self.sheet, on_behalf=fills_in)}#row-{self.key}"

    def again(self) -> "AskedCell":
        """The cell as it is after something was added."""
        return cell_of(self.department, self.period, self.key) or self


def cell_of(department: Department, period: ReportingPeriod, key: str) -> AskedCell | None:
    """The cell with this key in the current sheet; None where the sheet has none."""
    sheet = build_sheet(department, period, current_submission(department, period))
    row = sheet.row_of(key)
    return None if row is None else AskedCell(sheet, row)


def cell_asked_for(request: HttpRequest, department_code: str, period_code: str, cell_key: str) -> AskedCell:
    """The cell of an address; one of a sheet that the reader may not see does not exist for him."""
    department, period = department_and_period(request, department_code, period_code)
    cell = cell_of(department, period, cell_key)
    if cell is None:
        raise Http404("填报单中没有这一格。")
    return cell


def is_for_dialog(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def done_with(request: HttpRequest, user: User, cell: AskedCell, sentence: str, address: str) -> HttpResponse:
    """After something was done: the dialog as it is now, or the page that one goes on to."""
    if is_for_dialog(request):
        return cell_page(request, user, cell.again(), done=sentence)
    messages.success(request, sentence)
    return redirect(address)


def _facts_of(row: SheetRow | TaskRow) -> list[tuple[str, str]]:
    """What the cell says now, as pairs of word and text."""
    if isinstance(row, TaskRow):
        return [("任务", row.task.text), ("进展", cell_in_words(row.cell))]
    if row.cell.state != "number":
        return [("本期填报", cell_in_words(row.cell))]
    units = {
        "value": row.indicator.unit,
        "numerator": row.indicator.numerator_unit,
        "denominator": row.indicator.denominator_unit,
    }
    facts = []
    for name in row.rules.fields:
        number = row.cell.measure.part(name)
        text = "（未填）" if number is None else with_unit(plain(number), units[name])
        facts.append((row.rules.name_of(name) if row.indicator.is_two_part else "本期填报", text))
    return [*facts, *([("说明", row.cell.note)] if row.cell.note else [])]


def cell_page(
    request: HttpRequest,
    user: User,
    cell: AskedCell,
    *,
    added: Sequence[Evidence] = (),
    errors: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
    comment: str = "",
    comment_error: str = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    """`typed` and `comment` are what was typed before an error came up, `added` what was stored beside it.

    A script that shows the page in a dialog over the sheet gets its inner part only, with `done` as the good news.
    """
    where = (user, cell.department, cell.period)
    why_not = ""
    try:
        permissions.check_can_change_evidence(*where, cell.submission, cell.key)
    except PermissionDenied as refusal:
        why_not = str(refusal)
    return render(
        request,
        "departments/_cell_dialog.html" if is_for_dialog(request) else "departments/cell.html",
        {
            "cell": cell,
            "row_address": cell.row_address(user),
            "sheet": cell.sheet,
            "row": cell.row,
            "facts": _facts_of(cell.row),
            "is_required": isinstance(cell.row, SheetRow) and cell.row.indicator.evidence_required,
            "items": cell.sheet.evidence_of(cell.key),
            "thread": cell.sheet.comments_of(cell.key),
            "may_change": not why_not,
            "why_not": why_not if user.has_role(Role.BUREAU_STAFF, Role.COORDINATOR) else "",
            "may_comment": permissions.can_comment(*where),
            "endings": ",".join(f".{ending}" for ending in EXTENSIONS),
            "accepted": ACCEPTED,
            "limit": size_in_words(settings.UPLOAD_LIMIT_BYTES),
            "most": settings.EVIDENCE_PER_CELL,
            "added": added,
            "errors": errors,
            "typed": typed or {},
            "comment": comment,
            "comment_error": comment_error,
            "done": done,
        },
        status=status,
    )
