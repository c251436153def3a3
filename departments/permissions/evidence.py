"""Decides who may see, add and take away evidence, and who may join the thread of a figure or task."""

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from departments import permissions
from departments.models import Department, Evidence, Membership, Submission, SupervisionItem
from departments.models.evidence import EvidenceQuerySet
from departments.models.supervision import ASSIGNED, CLOSED
from targets.models import ReportingPeriod


def visible_evidence(user: User) -> EvidenceQuerySet:
    """The evidence of the bureaus whose sheets somebody may read, also what was taken away: it may have been sent."""
    return Evidence.objects.filter(department__in=permissions.visible_departments(user)).select_related(
        "department", "period", "period__plan", "indicator", "area", "task", "supervision", "added_by"
    )


def check_can_change_evidence(
    user: User, department: Department, period: ReportingPeriod, submission: Submission | None, key: str
) -> None:
    """Evidence of a cell changes as long as the cell may: by the same people, in the same states.

    The coordinator adds it to a sheet that he fills in for the bureau, once he has said why.
    """
    on_behalf = permissions.fills_on_behalf(user)
    if submission is None:
        permissions.check_can_fill(user, department, period, on_behalf=on_behalf)
    else:
        permissions.check_can_save(user, submission, on_behalf=on_behalf)
    if on_behalf and (submission is None or not submission.on_behalf_reason):
        raise PermissionDenied("代部门填报须先写明代填理由并保存一次，然后才能增减佐证材料。")
    if submission is None:
        return
    if submission.reopened_keys and key not in submission.reopened_keys:
        raise PermissionDenied("这一版只重新打开了指定的几格，本格不在其中，佐证材料不能增减。")


def check_can_change_supervision_evidence(user: User, item: SupervisionItem) -> None:
    """The bureau adds to what it has to answer; the coordinator to any item that is not closed."""
    if item.state == CLOSED:
        raise PermissionDenied("督办事项已销号，佐证材料不能再增减。")
    if user.has_role(Role.COORDINATOR):
        return
    if not permissions.departments_of(user).filter(pk=item.department_id).exists():
        raise PermissionDenied(f"只有{item.department.name}的人员和统筹协调员可以增减这件督办事项的佐证材料。")
    if item.state != ASSIGNED:
        raise PermissionDenied("督办事项已经反馈，正在核实，佐证材料不能再增减。")


def check_can_comment(user: User, department: Department, period: ReportingPeriod) -> None:
    """Everybody who has to do with the sheet; leaders and others only read."""
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，意见只能查看。")
    if user.has_role(Role.REVIEWER, Role.COORDINATOR):
        return
    if not user.has_role(Role.BUREAU_STAFF):
        raise PermissionDenied(f"{Role(user.role).label}只能查看意见，不能发表。")
    if not Membership.objects.filter(user=user, department=department).exists():
        raise PermissionDenied(f"只有{department.name}的填报人、复核人和审核方可以发表意见。")


def can_comment(user: User, department: Department, period: ReportingPeriod) -> bool:
    try:
        check_can_comment(user, department, period)
    except PermissionDenied:
        return False
    return True
