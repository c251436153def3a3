"""Adding and taking away what stands behind a figure, a task report or an answer to a supervision item.

A file is put away before its row is written and taken away again when the row is not: a row without its file cannot
be, and a file without a row is found by `manage.py check_evidence`. Taking away hides it from new versions only.
"""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.uploads import CheckedFile, UploadRefused, checked_upload
from departments import evidence_files
from departments.models import Department, Evidence, Submission, SupervisionItem
from departments.models.evidence import EvidenceQuerySet
from departments.permissions import evidence as evidence_permissions
from departments.sheets import build_sheet, figure_key, task_key
from targets.actions import Refused
from targets.models import Area, Indicator, PlanTask, ReportingPeriod

LONGEST_TITLE = 200
LONGEST_LINK = 500


@dataclass(frozen=True, slots=True)
class _Place:
    """What evidence hangs on: a figure or task of a bureau's sheet, or a supervision item."""

    department: Department
    period: ReportingPeriod | None
    indicator: Indicator | None
    area: Area | None
    task: PlanTask | None
    supervision: SupervisionItem | None

    @property
    def key(self) -> str:
        if self.indicator is not None and self.area is not None:
            return figure_key(self.indicator.pk, self.area)
        return "" if self.task is None else task_key(self.task.pk)

    def kept(self) -> EvidenceQuerySet:
        """What hangs there now."""
        return Evidence.objects.kept().filter(
            department=self.department,
            period=self.period,
            indicator=self.indicator,
            area=self.area,
            task=self.task,
            supervision=self.supervision,
        )

    def check(self, by: User, *, is_new: bool) -> str:
        """Holds the sheet (or item) and answers the place in words. Raises PermissionDenied, or Refused for a cell
        that is not of the sheet."""
        if self.supervision is not None:
            held = SupervisionItem.objects.select_for_update(of=("self",), no_key=True).select_related("department")
            item = held.get(pk=self.supervision.pk)
            evidence_permissions.check_can_change_supervision_evidence(by, item)
            return f"{item.department.name} 督办第{item.number}号"
        assert self.period is not None
        submission = (
            Submission.objects.current()
            .select_for_update(of=("self",), no_key=True)
            .filter(department=self.department, period=self.period)
            .select_related("department", "period", "period__plan")
            .first()
        )
        evidence_permissions.check_can_change_evidence(by, self.department, self.period, submission, self.key)
        row = build_sheet(self.department, self.period, submission).row_of(self.key)
        if row is None and is_new:
            raise Refused("填报单中没有这一格：请回到填报单，刷新页面后重试。")
        return f"{self.department.name} {self.period.name} {self.key if row is None else row.name}"


def add_evidence(
    *,
    department: Department,
    by: User,
    period: ReportingPeriod | None = None,
    indicator: Indicator | None = None,
    area: Area | None = None,
    task: PlanTask | None = None,
    supervision: SupervisionItem | None = None,
    file: UploadedFile | None = None,
    url: str = "",
    title: str = "",
    at: dt.datetime | None = None,
) -> Evidence:
    """Puts a file or a link behind a figure (`period`, `indicator`, and `area`, by default the city), a task report
    (`period`, `task`) or a supervision item. A link needs a title, a file has its name.

    Raises PermissionDenied, or Refused with the sentence that says what to do instead.
    """
    if sum(each is not None for each in (indicator, task, supervision)) != 1:
        raise ValueError("Evidence is of one figure, task report or supervision item.")
    if supervision is None and period is None:
        raise ValueError("Evidence of a figure or task report is of a period.")
    if indicator is not None and area is None:
        area = Area.objects.root()
    place = _Place(department, None if supervision is not None else period, indicator, area, task, supervision)
    title = _one_line(title)
    if len(title) > LONGEST_TITLE:
        raise Refused(f"“名称”最多 {LONGEST_TITLE} 字，现有 {len(title)} 字，请缩短后再试。")
    with transaction.atomic():  # asked before anything is stored, and once more when it is
        place.check(by, is_new=True)
        _check_room(place)
    if file is None:
        return _add_row(place, kind=Evidence.LINK, title=title, url=_checked_link(url, title), by=by, at=at)
    try:
        checked = checked_upload(file)
        _check_not_there_yet(place, checked)
        stored_name = evidence_files.store(file, checked)
    except UploadRefused as refusal:
        raise Refused(str(refusal)) from refusal
    try:
        return _add_row(place, kind=Evidence.FILE, title=title or checked.name, checked=checked,
                        stored_name=stored_name, by=by, at=at)  # fmt: skip
    except BaseException:
        evidence_files.remove(stored_name)
        raise


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: dt.datetime | None = None) -> Evidence:
    """Hides evidence from this and later versions; what was sent with it still shows it, the file stays.

    Raises PermissionDenied, or Refused where it was taken away already.
    """
    place = _Place(
        evidence.department, evidence.period, evidence.indicator, evidence.area, evidence.task, evidence.supervision
    )
    label = place.check(by, is_new=False)
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
    if evidence.removed_at is not None:
        raise Refused(f"“{evidence.title}”已经移除，请刷新页面。")
    evidence.removed_at, evidence.removed_by = at or timezone.now(), by
    evidence.save(update_fields=["removed_at", "removed_by"])
    audit.record(
        action="evidence.remove", by=by, subject=evidence, label=label, before={"evidence": _in_words(evidence)}
    )
    return evidence


def record_download(*, evidence: Evidence, by: User) -> None:
    """Says in the event log who took a file out."""
    audit.record(
        action="evidence.download", by=by, subject=evidence, label=f"{evidence.department.name} {evidence.title}"
    )


@transaction.atomic
def _add_row(
    place: _Place,
    *,
    kind: str,
    title: str,
    by: User,
    at: dt.datetime | None,
    url: str = "",
    checked: CheckedFile | None = None,
    stored_name: str = "",
) -> Evidence:
    label = place.check(by, is_new=True)
    _check_room(place)
    if checked is not None:
        _check_not_there_yet(place, checked)
    elif place.kept().filter(url=url).exists():
        raise Refused("这个链接已经在本格的佐证材料中，无需重复添加。")
    plans = [each.plan for each in (place.period, place.supervision) if each is not None]
    evidence = Evidence.objects.create(
        department=place.department,
        period=place.period,
        indicator=place.indicator,
        area=place.area,
        task=place.task,
        supervision=place.supervision,
        kind=kind,
        title=title,
        url=url,
        stored_name=stored_name,
        content_type="" if checked is None else checked.content_type,
        size=None if checked is None else checked.size,
        sha256="" if checked is None else checked.sha256,
        is_demonstration=by.is_demonstration or any(plan.is_demonstration for plan in plans),
        added_at=at or timezone.now(),
        added_by=by,
    )
    audit.record(
        action="evidence.add",
        by=by,
        subject=evidence,
        label=label,
        after={"evidence": _in_words(evidence), "sha256": evidence.sha256, "size": evidence.size},
    )
    return evidence


def _check_room(place: _Place) -> None:
    if place.kept().count() >= settings.EVIDENCE_PER_CELL:
        raise Refused(
            f"每格最多 {settings.EVIDENCE_PER_CELL} 份佐证材料，现已满：请先移除不用的，或合并为一份后再上传。"
        )


def _check_not_there_yet(place: _Place, checked: CheckedFile) -> None:
    same = place.kept().filter(sha256=checked.sha256).first()
    if same is not None:
        raise Refused(f"“{checked.name}”与已有的“{same.title}”内容相同，无需重复上传。")


def _checked_link(url: str, title: str) -> str:
    url = url.strip()
    if not url:
        raise Refused("没有选择文件，也没有填写链接：请选择文件，或填写网页的地址。")
    if len(url) > LONGEST_LINK:
        raise Refused(f"“链接”最多 {LONGEST_LINK} 个字符，现有 {len(url)} 个：请改用较短的地址。")
    refused = Refused("“链接”不是有效的网页地址：须以 http:// 或 https:// 开头，请从浏览器地址栏复制完整地址。")
    try:
        URLValidator(schemes=["http", "https"])(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        raise refused from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Refused("“链接”中带有用户名或密码：请去掉 @ 及其前面的部分后再试。")
    if not title:
        raise Refused("“名称”未填：请写明链接的内容，例如“市统计局统计公报”。")
    return url


def _one_line(text: str) -> str:
    """The text on one line, without signs that cannot be seen."""
    spaced = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", text))
    return " ".join("".join(sign for sign in spaced if unicodedata.category(sign) not in ("Cc", "Cf", "Cs")).split())


def _in_words(evidence: Evidence) -> str:
    return f"{evidence.title}（{evidence.url or evidence.content_type}）"
