"""Decides who may do what with a bureau's sheet: every check raises with the sentence that its refusal shows.

Views, actions and templates ask the same checks: `check_can_…` raises PermissionDenied, `can_…` asks it as a question.
A sheet that somebody may not even see does not exist for him: views ask `visible_to` first and answer 404.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from departments.labels import VERB_LABELS
from departments.models import Department, Membership, Submission
from departments.models.department import DepartmentQuerySet
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED, TRANSITIONS
from targets.models import ReportingPeriod

SEES_EVERY_BUREAU = (Role.REVIEWER, Role.COORDINATOR, Role.LEADER)


def departments_of(user: User, function: str | None = None) -> DepartmentQuerySet:
    """The bureaus somebody works for: in a function, or in any. Only bureau staff reports or endorses, whatever
    memberships an account of another role may have."""
    departments = DepartmentQuerySet(Department).in_plan_order()
    if not user.has_role(Role.BUREAU_STAFF):
        return departments.none()
    memberships = Membership.objects.filter(user=user)
    if function is not None:
        memberships = memberships.filter(function=function)
    return departments.filter(pk__in=memberships.values("department"))


def visible_departments(user: User) -> DepartmentQuerySet:
    """The bureaus whose sheets somebody may read: his own, or every one; administrators see none."""
    if user.has_role(*SEES_EVERY_BUREAU):
        return DepartmentQuerySet(Department).in_plan_order()
    return departments_of(user)


def can_see(user: User, department: Department) -> bool:
    return visible_departments(user).filter(pk=department.pk).exists()


# --- What a bureau does with its own sheet ----------------------------------------------------------------------------


def check_can_fill(user: User, department: Department, period: ReportingPeriod) -> None:
    """Whether somebody may fill in a bureau's sheet of a period at all, whether the sheet exists already or not."""
    _check_function(user, department, Membership.REPORTER, "填报人", "填报")
    _check_window(period)


def check_can_save(user: User, submission: Submission) -> None:
    check_can_fill(user, submission.department, submission.period)
    if not submission.is_current:
        raise PermissionDenied("这是填报单的旧版本，只能查看。")
    if submission.state not in (DRAFT, RETURNED):
        raise PermissionDenied(_locked(submission))


def check_can_submit(user: User, submission: Submission) -> None:
    check_can_save(user, submission)
    _check_state(submission, "submit")


def check_can_withdraw(user: User, submission: Submission) -> None:
    """As long as nobody has endorsed it."""
    check_can_fill(user, submission.department, submission.period)
    _check_state(submission, "withdraw")


def check_can_endorse(user: User, submission: Submission) -> None:
    _check_function(user, submission.department, Membership.APPROVER, "复核人", "复核")
    _check_window(submission.period)
    _check_state(submission, "endorse")
    _check_not_ones_own(user, submission)


def check_can_return(user: User, submission: Submission) -> None:
    """The bureau's approver returns what was submitted to him, the reviewer what was endorsed."""
    _check_window(submission.period)
    _check_state(submission, "return")
    if submission.state == SUBMITTED:
        _check_function(user, submission.department, Membership.APPROVER, "复核人", "退回")
    else:
        _check_role(user, Role.REVIEWER, "退回待审核的填报单")
    _check_not_ones_own(user, submission)


# --- What the city does with it ---------------------------------------------------------------------------------------


def check_can_approve(user: User, submission: Submission) -> None:
    _check_role(user, Role.REVIEWER, "审核填报单")
    _check_window(submission.period)
    _check_state(submission, "approve")
    _check_not_ones_own(user, submission)


def check_can_reopen(user: User, submission: Submission) -> None:
    _check_role(user, Role.COORDINATOR, "重新打开填报单")
    _check_window(submission.period)
    if not submission.is_current or submission.state != APPROVED:
        raise PermissionDenied("只有已通过审核的当前版本可以重新打开。")


def check_can_extend(user: User, period: ReportingPeriod) -> None:
    _check_role(user, Role.COORDINATOR, "批准延期")
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，不能再延期。")


# --- The same, asked as questions -------------------------------------------------------------------------------------


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except PermissionDenied:
        return False
    return True


def can_fill(user: User, department: Department, period: ReportingPeriod) -> bool:
    return _allows(lambda: check_can_fill(user, department, period))


def can_save(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_save(user, submission))


def can_submit(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_submit(user, submission))


def can_withdraw(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_withdraw(user, submission))


def can_endorse(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_endorse(user, submission))


def can_return(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_return(user, submission))


def can_approve(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_approve(user, submission))


def can_reopen(user: User, submission: Submission) -> bool:
    return _allows(lambda: check_can_reopen(user, submission))


def can_extend(user: User, period: ReportingPeriod) -> bool:
    return _allows(lambda: check_can_extend(user, period))


# --- The rules behind them --------------------------------------------------------------------------------------------


def _check_function(user: User, department: Department, function: str, name: str, act: str) -> None:
    if not user.has_role(Role.BUREAU_STAFF):
        raise PermissionDenied(f"{Role(user.role).label}不能代部门{act}。")
    if not Membership.objects.filter(user=user, department=department, function=function).exists():
        raise PermissionDenied(f"只有{department.name}的{name}可以{act}。")


def _check_role(user: User, role: Role, act: str) -> None:
    if not user.has_role(role):
        raise PermissionDenied(f"只有{role.label}可以{act}。")


def _check_window(period: ReportingPeriod) -> None:
    """A period opens after its end and stays open, also to late figures, until the plan is closed."""
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，填报单只能查看。")
    if timezone.localdate() < period.opens_on:
        day = period.opens_on
        raise PermissionDenied(f"{period.name}尚未开放，{day.year}年{day.month}月{day.day}日起可以填报。")


def _check_state(submission: Submission, verb: str) -> None:
    if not submission.is_current:
        raise PermissionDenied("这是填报单的旧版本，只能查看。")
    allowed, _ = TRANSITIONS[verb]
    if submission.state not in allowed:
        raise PermissionDenied(f"填报单当前状态为“{submission.get_state_display()}”，不能执行“{VERB_LABELS[verb]}”。")


def _locked(submission: Submission) -> str:
    if submission.state == APPROVED:
        return "填报单已通过审核，不能再改；如需更正，请联系统筹协调员重新打开。"
    if submission.state == SUBMITTED:
        return "填报单已提交，正在等待本部门复核人复核；需要修改时请先撤回。"
    return "填报单已经本部门复核，正在等待审核；需要修改时请联系审核员退回。"


def _check_not_ones_own(user: User, submission: Submission) -> None:
    """Four eyes: whoever entered a number of a sheet, submitted or endorsed it, does not judge it."""
    if submission.submitted_by_id == user.pk:
        raise PermissionDenied("这张填报单由您本人提交，须由另一人处理。")
    if submission.state == ENDORSED and submission.endorsed_by_id == user.pk:
        raise PermissionDenied("这张填报单由您本人复核，须由另一人处理。")
    if submission.entries.filter(changed_by=user).exists():
        raise PermissionDenied("这张填报单中有您本人填写的数，须由另一人处理。")
