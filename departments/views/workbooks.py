"""A bureau's sheet as a workbook: taken away to be filled in, brought back, looked over, stored as the draft."""

import hashlib
from typing import BinaryIO, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.guards import WorkbookRefused
from accounts.models import User
from accounts.uploads import cleaned_name, refused_on_the_way
from accounts.workbook_reading import ReadSheet, read_workbook
from departments import actions, permissions
from departments.models import Submission, WorkbookUpload
from departments.sheets import Sheet, build_sheet, sheet_url
from departments.views.asked import current_submission, department_and_period, person
from departments.views.filling import ON_BEHALF
from departments.workbooks.dry_run import DryRun
from departments.workbooks.entry_reading import read_entry_workbook
from departments.workbooks.entry_writing import entry_workbook
from targets.actions import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def workbook(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """The sheet as a workbook, filled with what is stored."""
    user = person(request)
    sheet = _sheet_to_fill(request, user, department_code, period_code)
    content = entry_workbook(sheet, today=timezone.localdate())
    name = f"{sheet.department.name} {sheet.period.name}填报表"
    audit.record(action="workbook.download", by=user, subject=sheet.submission, label=name)
    return workbook_response(content, f"{name}.xlsx")


def workbook_response(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_upload(request: HttpRequest, department_code: str, period_code: str) -> HttpResponse:
    """Takes a filled-in workbook; nothing is stored in the sheet yet, the answer leads to the dry run."""
    user = person(request)
    sheet = _sheet_to_fill(request, user, department_code, period_code)
    refusal = ""
    if request.method == "POST":
        try:
            name, sha256, sheets = workbook_sent(request)
            run = read_entry_workbook(sheets, sheet)
        except WorkbookRefused as refused:
            refusal = refused.sentence
        else:
            upload = actions.keep_upload(
                department=sheet.department,
                plan=sheet.period.plan,
                period=sheet.period,
                file_name=name,
                sha256=sha256,
                run=run,
                by=user,
            )
            return redirect("departments:workbook_confirm", upload.pk)
    context = {"sheet": sheet, "refusal": refusal, "back": _form_address(sheet.url, user)}
    return render(request, "departments/workbook_upload.html", context, status=422 if refusal else 200)


def workbook_sent(request: HttpRequest) -> tuple[str, str, tuple[ReadSheet, ...]]:
    """The name, the hash and the sheets of the uploaded file. Raises WorkbookRefused with a sentence."""
    on_the_way = refused_on_the_way(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or file.file is None:
        raise WorkbookRefused("no_file", on_the_way[0] if on_the_way else "没有选择文件：请先选择填好的 .xlsx 文件。")
    content = cast(BinaryIO, file.file)
    name = cleaned_name(file.name or "")
    sheets = read_workbook(content, name=name)
    content.seek(0)
    return name, hashlib.sha256(content.read()).hexdigest(), sheets


def _sheet_to_fill(request: HttpRequest, user: User, department_code: str, period_code: str) -> Sheet:
    """The sheet, if somebody may fill it in now; otherwise the sentence why not."""
    department, period = department_and_period(request, department_code, period_code)
    submission = current_submission(department, period)
    on_behalf = permissions.fills_on_behalf(user)
    if submission is None:
        permissions.check_can_fill(user, department, period, on_behalf=on_behalf)
    else:
        permissions.check_can_save(user, submission, on_behalf=on_behalf)
    sheet = build_sheet(department, period, submission)
    if not sheet.rows and not sheet.task_rows:
        raise PermissionDenied(f"{department.name}在{period.name}没有需要报送的内容，没有填报表可下载或上传。")
    return sheet


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_confirm(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What an uploaded workbook would change; a POST stores it as the draft."""
    user = person(request)
    upload = get_object_or_404(
        WorkbookUpload.objects.select_related("department", "plan", "period", "period__plan").filter(
            by=user, department__in=permissions.visible_departments(user)
        ),
        pk=upload_id,
    )
    if request.method != "POST":
        return _show(request, user, upload)
    reason = request.POST.get("on_behalf_reason", "")
    try:
        imported = actions.import_workbook(
            upload=upload, overwrite=request.POST.getlist("overwrite"), by=user, on_behalf_reason=reason
        )
    except (Refused, PermissionDenied) as refusal:
        return _show(request, user, upload, refusal=str(refusal), reason=reason, status=409)
    if imported.saved:
        messages.success(
            request, f"已存为草稿：{actions.label_of_upload(upload)}共导入 {imported.saved} 格。草稿还没有提交。"
        )
    if imported.rest.lines:
        count = len(imported.rest.lines)
        messages.warning(request, f"另有 {count} 格在您确认之前又被同事改动，没有覆盖，请在下面决定。")
        return redirect("departments:workbook_confirm", upload.pk)
    return redirect(_address_of(upload, user))


def _address_of(upload: WorkbookUpload, user: User) -> str:
    """The page that the upload belongs to."""
    if upload.period is None:
        history = reverse("departments:history", args=[upload.department.code])
        return f"{history}?{urlencode({'plan': upload.plan.code})}"
    return _form_address(sheet_url(upload.department, upload.period), user)


def _form_address(address: str, user: User) -> str:
    return f"{address}&{ON_BEHALF}=1" if permissions.fills_on_behalf(user) else address


def _show(
    request: HttpRequest, user: User, upload: WorkbookUpload, *, refusal: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    run = DryRun.of_json(upload.contents)
    needs_reason = permissions.fills_on_behalf(user)
    if needs_reason and not reason:
        current = Submission.objects.current().filter(department=upload.department, period=upload.period).first()
        reason = "" if current is None else current.on_behalf_reason
    return render(
        request,
        "departments/workbook_confirm.html",
        {
            "upload": upload,
            "run": run,
            "refusal": refusal,
            "needs_reason": needs_reason,
            "reason": reason,
            "back": _address_of(upload, user),
            "is_history": upload.period is None,
        },
        status=status,
    )
