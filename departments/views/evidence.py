"""The page of one cell: the files and links behind it and its thread of comments; and the files themselves."""

import logging

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.uploads import refused_on_the_way
from departments import actions, evidence_files
from departments.models import Evidence
from departments.permissions import evidence as permissions
from departments.sheets import key_of, sheet_url
from departments.templatetags.cells import cell_address
from departments.views.asked import person
from departments.views.cells import AskedCell, cell_asked_for, cell_of, cell_page, done_with, is_for_dialog
from targets.actions import Refused

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, department_code: str, period_code: str, cell_key: str) -> HttpResponse:
    """Shows what stands behind a cell; a POST adds files or a link, and leads back to the cell's row."""
    user = person(request)
    cell = cell_asked_for(request, department_code, period_code, cell_key)
    if request.method != "POST":
        return cell_page(request, user, cell)
    permissions.check_can_change_evidence(user, cell.department, cell.period, cell.submission, cell.key)
    added, errors = _add_files(request, user, cell)
    typed = {"url": "", "title": ""}
    url, title = request.POST.get("url", ""), request.POST.get("title", "")
    if url.strip() or title.strip() or not (added or errors):
        try:
            added.append(actions.add_evidence(**cell.place, url=url, title=title, by=user))
        except Refused as refusal:
            errors.append(str(refusal))
            typed = {"url": url, "title": title}
    if errors:
        return cell_page(request, user, cell.again(), added=added, errors=errors, typed=typed, status=422)
    names = "、".join(f"“{each.title}”" for each in added)
    wants_more = request.POST.get("then") == "more"
    onward = cell_address(cell.sheet, cell.key) if wants_more else cell.row_address(user)
    return done_with(request, user, cell, f"已添加佐证材料{names}。", onward)


def _add_files(request: HttpRequest, user: User, cell: AskedCell) -> tuple[list[Evidence], list[str]]:
    """Each file by itself: one that is refused does not keep the others away."""
    errors = refused_on_the_way(request)
    files = request.FILES.getlist("files")
    if len(files) > MOST_AT_ONCE:
        return [], [f"一次最多上传 {MOST_AT_ONCE} 个文件，现选了 {len(files)} 个，都没有存入：请分几次上传。"]
    added: list[Evidence] = []
    for file in files:
        try:
            added.append(actions.add_evidence(**cell.place, file=file, by=user))
        except Refused as refusal:
            errors.append(str(refusal))
    return added, errors


@require_safe
def evidence_file(request: HttpRequest, evidence_id: int) -> HttpResponseBase:
    """The file as it was sent in, to be saved, never to be shown in the browser; each download is an event."""
    user = person(request)
    found = get_object_or_404(permissions.visible_evidence(user), pk=evidence_id, kind=Evidence.FILE)
    path = evidence_files.path_of(found.stored_name)
    if not path.is_file() or path.stat().st_size != found.size:
        log.error("evidence %s is missing or changed on the disk", found.pk)
        messages.error(request, f"“{found.title}”在服务器上找不到或已损坏，请告知系统管理员核查。")
        return redirect(_page_of(found))
    if request.method == "GET":
        actions.record_download(evidence=found, by=user)
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=evidence_files.download_name(found.title, found.stored_name),
        content_type=found.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def evidence_remove(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Takes a piece of evidence away; `next` leads back to the page that it was on."""
    user = person(request)
    found = get_object_or_404(permissions.visible_evidence(user), pk=evidence_id)
    sentence = f"已移除“{found.title}”；已提交的版本中仍然保留。"
    try:
        actions.remove_evidence(evidence=found, by=user)
    except Refused as refusal:  # somebody else was first
        sentence = str(refusal)
    cell = None if found.period is None else cell_of(found.department, found.period, key_of(found))
    if cell is not None and is_for_dialog(request):
        return cell_page(request, user, cell, done=sentence)
    messages.info(request, sentence)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = _page_of(found)
    return redirect(back)


def _page_of(found: Evidence) -> str:
    """A page on which the evidence is listed."""
    if found.period is None:
        return "departments:inbox"
    cell = cell_of(found.department, found.period, key_of(found))
    return sheet_url(found.department, found.period) if cell is None else cell_address(cell.sheet, cell.key)
