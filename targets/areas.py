"""The places that figures speak of, kept by the coordinator: counties, and zones that stand beside them."""

import re

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions import Refused
from targets.models import Area

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def faults_of_area(
    *, code: str, name: str, counts_toward_total: bool, note: str, but: Area | None = None
) -> dict[str, str]:
    """By field a sentence on what is wrong with an area as typed; `but` is the area that is being changed."""
    faults = {}
    others = Area.objects.all() if but is None else Area.objects.exclude(pk=but.pk)
    if not CODE.fullmatch(code):
        faults["code"] = "“代码”只能用字母、数字、连字符和下划线，最多 32 个字，例如行政区划代码 370000。"
    elif others.filter(code=code).exists():
        faults["code"] = f"代码“{code}”已被“{others.get(code=code).name}”使用，请换一个代码。"
    if not name:
        faults["name"] = "“名称”未填，请填写地区名称。"
    elif len(name) > 60:
        faults["name"] = f"“名称”最多 60 个字，现有 {len(name)} 个，请缩短。"
    elif others.filter(name=name).exists():
        faults["name"] = f"已有名为“{name}”的地区，请检查是否重复添加。"
    if not counts_toward_total and not note:
        faults["note"] = "不计入合计的地区，请在“说明”中写明原因，例如范围与所在县区重叠。"
    elif len(note) > 200:
        faults["note"] = f"“说明”最多 200 个字，现有 {len(note)} 个，请缩短。"
    return faults


def _refuse_faults(faults: dict[str, str]) -> None:
    if faults:
        raise Refused(next(iter(faults.values())))


@transaction.atomic
def add_area(*, code: str, name: str, counts_toward_total: bool, note: str, position: int, by: User) -> Area:
    """Adds a part of the root area: sheets that are reported area by area, and not sent yet, gain a row."""
    permissions.check_can_set_areas(by)
    code, name, note = code.strip(), name.strip(), note.strip()
    _refuse_faults(faults_of_area(code=code, name=name, counts_toward_total=counts_toward_total, note=note))
    root = Area.objects.filter(parent__isnull=True).first()
    if root is None:
        raise Refused("还没有载入方案，不能添加下级地区。")
    try:
        with transaction.atomic():
            area = Area.objects.create(
                code=code,
                name=name,
                parent=root,
                counts_toward_total=counts_toward_total,
                note=note,
                position=position,
            )
    except IntegrityError as error:
        raise Refused(f"刚刚已有人添加了代码“{code}”的地区，请刷新页面查看。") from error
    audit.record(action="area.add", by=by, subject=area, label=f"{area.code} {area.name}", after=_facts(area))
    return area


@transaction.atomic
def change_area(*, area: Area, name: str, counts_toward_total: bool, note: str, position: int, by: User) -> Area:
    """Changes a part's name, place in the list, or whether it counts toward the total. Its code stays."""
    permissions.check_can_set_areas(by)
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    if area.parent_id is None:
        raise Refused("全市（根地区）由方案文件确定，不能在这里修改。")
    name, note = name.strip(), note.strip()
    _refuse_faults(
        faults_of_area(code=area.code, name=name, counts_toward_total=counts_toward_total, note=note, but=area)
    )
    before = _facts(area)
    area.name, area.counts_toward_total, area.note, area.position = name, counts_toward_total, note, position
    if before == _facts(area):
        return area
    area.save(update_fields=["name", "counts_toward_total", "note", "position"])
    audit.record(
        action="area.change", by=by, subject=area, label=f"{area.code} {area.name}", before=before, after=_facts(area)
    )
    return area


def _facts(area: Area) -> dict[str, object]:
    return {
        "name": area.name,
        "counts_toward_total": area.counts_toward_total,
        "note": area.note,
        "position": area.position,
    }
