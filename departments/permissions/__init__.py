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
from departments.permissions.window import check_plan_open, check_window
from departments.sheets import Sheet
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


def fills_on_behalf(user: User) -> bool:
    """Whether somebody fills in for bureaus, marked as such, and not for one of his own."""
    return user.has_role(Role.COORDINATOR)


def check_can_fill(user: User, department: Department, period: ReportingPeriod, *, on_behalf: bool = False) -> None:
    """Whether somebody may fill in a bureau's sheet of a period at all, whether the sheet exists already or not.

    on_behalf: asked for the coordinator who fills in for the bureau; the bureau's window does not bind him.
    """
    if on_behalf:
        _check_role(user, Role.COORDINATOR, "代部门填报")
        check_plan_open(period)
        return
    _check_function(user, department, Membership.REPORTER, "填报人", "填报")
    check_window(department, period)


def check_can_save(user: User, submission: Submission, *, on_behalf: bool = False) -> None:
    check_can_fill(user, submission.department, submission.period, on_behalf=on_behalf)
    if not submission.is_current:
        raise PermissionDenied("这是填报单的旧版本，只能查看。")
    if submission.state not in (DRAFT, RETURNED):
        raise PermissionDenied(_locked(submission))


def check_can_submit(user: User, submission: Submission, *, on_behalf: bool = False) -> None:
    check_can_save(user, submission, on_behalf=on_behalf)
    if on_behalf and not submission.on_behalf_reason:
        raise PermissionDenied("这张填报单由本部门自行填报，未经代填，不能由统筹协调员提交。")
    _check_state(submission, "submit")


def check_can_withdraw(user: User, submission: Submission) -> None:
    """As long as nobody has endorsed it; what was submitted for a bureau, also by who submitted it."""
    on_behalf = fills_on_behalf(user) and submission.submitted_by_id == user.pk
    check_can_fill(user, submission.department, submission.period, on_behalf=on_behalf)
    _check_state(submission, "withdraw")


def check_can_endorse(user: User, submission: Submission) -> None:
    _check_function(user, submission.department, Membership.APPROVER, "复核人", "复核")
    check_plan_open(submission.period)
    _check_state(submission, "endorse")
    _check_not_ones_own(user, submission)


def check_can_return(user: User, submission: Submission) -> None:
    """The bureau's approver returns what was submitted to him, the reviewer what was endorsed."""
    check_plan_open(submission.period)
    _check_state(submission, "return")
    if submission.state == SUBMITTED:
        _check_function(user, submission.department, Membership.APPROVER, "复核人", "退回")
    else:
        _check_role(user, Role.REVIEWER, "退回待审核的填报单")
    _check_not_ones_own(user, submission)


# --- What the city does with it ---------------------------------------------------------------------------------------


def check_can_approve(user: User, submission: Submission) -> None:
    _check_role(user, Role.REVIEWER, "审核填报单")
    check_plan_open(submission.period)
    _check_state(submission, "approve")
    _check_not_ones_own(user, submission)


def check_can_reopen(user: User, submission: Submission) -> None:
    _check_role(user, Role.COORDINATOR, "重新打开填报单")
    check_plan_open(submission.period)
    if not submission.is_current or submission.state != APPROVED:
        raise PermissionDenied("只有已通过审核的当前版本可以重新打开。")


def check_can_extend(user: User, period: ReportingPeriod) -> None:
    _check_role(user, Role.COORDINATOR, "批准延期")
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，不能再延期。")


def why_locked(user: User, sheet: Sheet) -> str:
    """For a reporter of the bureau: why there is nothing to fill in, in a sentence; empty where there is."""
    if not departments_of(user, Membership.REPORTER).filter(pk=sheet.department.pk).exists():
        return ""
    try:
        if sheet.submission is None:
            check_can_fill(user, sheet.department, sheet.period)
        else:
            check_can_save(user, sheet.submission)
    except PermissionDenied as refusal:
        return str(refusal)
    return "" if sheet.owes_anything else "本部门在该填报期没有需要报送的指标或任务。"


# --- The same, asked as questions -------------------------------------------------------------------------------------


def _allows(check: Callable[[], None]) -> bool:
    try:
        check()
    except PermissionDenied:
        return False
    return True


def can_fill(user: User, department: Department, period: ReportingPeriod, *, on_behalf: bool = False) -> bool:
    return _allows(lambda: check_can_fill(user, department, period, on_behalf=on_behalf))


def can_save(user: User, submission: Submission, *, on_behalf: bool = False) -> bool:
    return _allows(lambda: check_can_save(user, submission, on_behalf=on_behalf))


def can_submit(user: User, submission: Submission, *, on_behalf: bool = False) -> bool:
    return _allows(lambda: check_can_submit(user, submission, on_behalf=on_behalf))


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


def _check_state(submission: Submission, verb: str) -> None:
    if not submission.is_current:
        raise PermissionDenied("这是填报单的旧版本，只能查看。")
    allowed, _ = TRANSITIONS[verb]
    if submission.state not in allowed:
        raise PermissionDenied(f"填报单当前状态为“{submission.get_state_display()}”，不能执行“{VERB_LABELS[verb]}”。")


def _locked(submission: Submission) -> str:
    if submission.state == APPROVED:
        if submission.approved_at is None:
            return "填报单已通过审核，不能再改；如需更正，请申请重开。"
        when = timezone.localtime(submission.approved_at)
        return f"填报单已由{submission.approved_by}于 {when:%Y-%m-%d %H:%M} 审核通过，不能再改；如需更正，请申请重开。"
    if submission.state == SUBMITTED:
        return "填报单已提交，正在等待本部门复核人复核；需要修改时请先撤回。"
    return "填报单已经本部门复核，正在等待审核；需要修改时请联系审核员退回。"


def _check_not_ones_own(user: User, submission: Submission) -> None:
    """Four eyes: whoever ever entered a number of a sheet or submitted it, or endorsed it, does not judge it."""
    if submission.submitted_by_id == user.pk:
        raise PermissionDenied("这张填报单由您本人提交，须由另一人处理。")
    if submission.state == ENDORSED and submission.endorsed_by_id == user.pk:
        raise PermissionDenied("这张填报单由您本人复核，须由另一人处理。")
    if submission.entries.filter(changed_by=user).exists() or submission.task_reports.filter(changed_by=user).exists():
        raise PermissionDenied("这张填报单中有您本人填写的数，须由另一人处理。")
    if submission.hands.filter(user=user).exists():  # also where a colleague wrote over it or sent it again
        raise PermissionDenied("这张填报单由您本人填写或提交过，须由另一人处理。")
