"""Decides who may ask for more time or for a sheet to be reopened, who decides on it, and who may take it back."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Role, User
from departments.models import Department, Membership, SheetRequest, Submission
from departments.models.submission import APPROVED, ENDORSED, SUBMITTED
from departments.permissions import visible_departments
from departments.permissions.window import closed_since
from targets.models import ReportingPeriod


def visible_requests(user: User) -> QuerySet[SheetRequest]:
    """The requests of the bureaus whose sheets somebody may read."""
    return SheetRequest.objects.filter(department__in=visible_departments(user)).select_related(
        "department", "period", "period__plan", "made_by", "decided_by"
    )


def needs_day(kind: str, submission: Submission | None) -> bool:
    """Whether a request names a day: more time does, and a window that closed before the sheet was sent. A reopened
    sheet may be corrected without one."""
    return kind == SheetRequest.EXTENSION or submission is None or submission.state != APPROVED


def check_can_request_extension(
    user: User, department: Department, period: ReportingPeriod, submission: Submission | None
) -> None:
    """More time is for a sheet that is still to be sent."""
    _check_asks_for(user, department, period, "申请延期")
    if submission is not None and submission.state in (SUBMITTED, ENDORSED, APPROVED):
        raise PermissionDenied(f"填报单当前状态为“{submission.get_state_display()}”，无需申请延期。")
    if closed_since(department, period) is not None:
        raise PermissionDenied("填报窗口已经关闭，请改为“申请重开”。")


def check_can_request_reopening(
    user: User, department: Department, period: ReportingPeriod, submission: Submission | None
) -> None:
    """Reopening is for a sheet that was approved, or that was not sent before its window closed."""
    _check_asks_for(user, department, period, "申请重开")
    if submission is not None and submission.state == APPROVED:
        return
    if submission is not None and submission.state == SUBMITTED:
        raise PermissionDenied("填报单正在等待本部门复核，填报人可以自行撤回，无需申请重开。")
    if submission is not None and submission.state == ENDORSED:
        raise PermissionDenied("填报单正在等待审核，需要修改时请联系审核员退回，无需申请重开。")
    if closed_since(department, period) is None:
        raise PermissionDenied("填报单现在就可以填写，无需申请重开。")


def check_can_request(
    user: User, kind: str, department: Department, period: ReportingPeriod, submission: Submission | None
) -> None:
    check = check_can_request_extension if kind == SheetRequest.EXTENSION else check_can_request_reopening
    check(user, department, period, submission)


def check_can_decide_request(user: User, request: SheetRequest) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied(f"只有{Role.COORDINATOR.label}可以处理填报申请。")
    if request.made_by_id == user.pk:
        raise PermissionDenied("这份申请由您本人提出，须由另一人处理。")
    _check_waiting(request)
    _check_plan_open(request.period)


def check_can_withdraw_request(user: User, request: SheetRequest) -> None:
    if request.made_by_id != user.pk:
        raise PermissionDenied("只有申请人本人可以撤回申请。")
    _check_waiting(request)


def can_request(
    user: User, kind: str, department: Department, period: ReportingPeriod, submission: Submission | None
) -> bool:
    try:
        check_can_request(user, kind, department, period, submission)
    except PermissionDenied:
        return False
    return True


def can_decide_request(user: User, request: SheetRequest) -> bool:
    try:
        check_can_decide_request(user, request)
    except PermissionDenied:
        return False
    return True


def can_withdraw_request(user: User, request: SheetRequest) -> bool:
    try:
        check_can_withdraw_request(user, request)
    except PermissionDenied:
        return False
    return True


def _check_asks_for(user: User, department: Department, period: ReportingPeriod, act: str) -> None:
    works_there = Membership.objects.filter(user=user, department=department).exists()
    if not user.has_role(Role.BUREAU_STAFF) or not works_there:
        raise PermissionDenied(f"只有{department.name}的填报人和复核人可以{act}。")
    _check_plan_open(period)
    if timezone.localdate() < period.opens_on:
        day = period.opens_on
        raise PermissionDenied(f"{period.name}尚未开放，{day.year}年{day.month}月{day.day}日起可以{act}。")


def _check_plan_open(period: ReportingPeriod) -> None:
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，不能再申请延期或重开。")


def _check_waiting(request: SheetRequest) -> None:
    if request.state != SheetRequest.WAITING:
        raise PermissionDenied(f"这份申请当前状态为“{request.get_state_display()}”，不能再处理。")
