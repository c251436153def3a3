"""Who is told of a step that a sheet took: whom it waits for now, and who wants to know what became of it."""

from collections.abc import Mapping

from django.db.models import Q
from django.urls import reverse

from accounts.models import Role, User
from departments.models import Membership, Notice, SubmissionStep
from departments.notifying import tell
from departments.sheets import sheet_url

WORDS: Mapping[str, tuple[str, str]] = {
    "submit": ("待复核", "已提交，请复核。"),
    "endorse": ("待审核", "已通过部门复核，请审核。"),
    "return": ("已退回", "被退回，请修改后重新提交。"),
    "approve": ("审核通过", "已通过审核，数据已入库。"),
    "reopen": ("已重新打开", "已重新打开，请更正后重新提交。"),
}
"""By verb: the beginning of the title, and what has happened; of other steps nobody is told."""


def tell_of_step(step: SubmissionStep) -> int:
    """One notice for each person concerned, but not for the one who took the step: what he was told of the sheet before
    is settled by it. Returns how many."""
    earlier = [f"step:{pk}:{step.by_id}" for pk in step.submission.steps.values_list("pk", flat=True)]
    Notice.objects.filter(key__in=earlier, read_at__isnull=True).update(read_at=step.at)
    if step.verb not in WORDS:
        return 0
    submission = step.submission
    sheet = f"{submission.department.name}{submission.period.name}填报单"
    title, happened = WORDS[step.verb]
    url = sheet_url(submission.department, submission.period)
    if step.verb == "endorse":
        url = reverse("departments:submission", args=[submission.pk])
    return tell(
        users=User.objects.filter(_concerned(step), is_active=True).exclude(pk=step.by_id).distinct(),
        kind=Notice.STEP,
        key=f"step:{step.pk}",
        title=f"{title}：{sheet}",
        body=f"{sheet}{happened}" + (f"\n理由：{step.reason}" if step.reason else ""),
        url=url,
        at=step.at,
    )


def _concerned(step: SubmissionStep) -> Q:
    submission = step.submission
    submitter = Q(pk=submission.submitted_by_id)
    if step.verb == "submit":
        return _members(submission.department_id, Membership.APPROVER)
    if step.verb == "endorse":
        return Q(role=Role.REVIEWER)
    if step.verb == "approve":
        return submitter
    return submitter | _members(submission.department_id, Membership.REPORTER)


def _members(department_id: int, function: str) -> Q:
    """The bureau's people of a function; a membership counts only with the role of bureau staff."""
    members = Membership.objects.filter(department=department_id, function=function).values("user")
    return Q(role=Role.BUREAU_STAFF, pk__in=members)
