"""Adding to the thread of a figure or task. What was said is never changed and never taken back."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import Role, User
from departments.models import Comment, Department, Membership, Notice, Submission, SubmissionStep
from departments.notifying import tell
from departments.permissions import departments_of
from departments.permissions import evidence as evidence_permissions
from departments.sheets import build_sheet, key_of, sheet_url
from targets.actions import Refused
from targets.models import Area, Indicator, PlanTask, ReportingPeriod

LONGEST_COMMENT = 1000


@transaction.atomic
def add_comment(
    *,
    department: Department,
    period: ReportingPeriod,
    text: str,
    by: User,
    indicator: Indicator | None = None,
    area: Area | None = None,
    task: PlanTask | None = None,
    at: dt.datetime | None = None,
) -> Comment:
    """Adds a remark to the thread of a figure (`area`: by default the city) or of a task, and tells the other side.

    Raises PermissionDenied, or Refused with the sentence that says what to put right.
    """
    if (indicator is None) == (task is None):
        raise ValueError("A comment is on one figure or one task.")
    if indicator is not None and area is None:
        area = Area.objects.root()
    evidence_permissions.check_can_comment(by, department, period)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("“意见”未填：请写明要说的内容后再发送。")
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"“意见”最多 {LONGEST_COMMENT} 字，现有 {len(text)} 字，请缩短后再发送。")
    at = at or timezone.now()
    submission = Submission.objects.current().filter(department=department, period=period).first()
    comment = Comment(
        department=department,
        period=period,
        indicator=indicator,
        area=area if indicator is not None else None,
        task=task,
        text=text,
        at=at,
        by=by,
        is_demonstration=by.is_demonstration or period.plan.is_demonstration,
    )
    row = build_sheet(department, period, submission).row_of(key_of(comment))
    if row is None:
        raise Refused("填报单中没有这一格：请回到填报单，刷新页面后重试。")
    comment.save()
    tell(
        users=_others(comment, submission),
        kind=Notice.COMMENT,
        key=f"comment:{comment.pk}",
        title=f"{department.name}{period.name}：“{row.name}”有新意见",
        body=f"{by}：{text}",
        url=f"{sheet_url(department, period)}#row-{row.key}",
        at=at,
    )
    audit.record(
        action="comment.add",
        by=by,
        subject=comment,
        label=f"{department.name} {period.name} {row.name}",
        after={"text": text},
    )
    return comment


def _others(comment: Comment, submission: Submission | None) -> list[User]:
    """Who should know: the bureau's people, whoever has spoken in the thread, and the reviewers once the sheet has
    reached them. Never the one who wrote."""
    people = Q(
        pk__in=Membership.objects.filter(department=comment.department).values("user"), role=Role.BUREAU_STAFF
    ) | Q(
        pk__in=Comment.objects.filter(
            department=comment.department,
            period=comment.period,
            indicator=comment.indicator,
            area=comment.area,
            task=comment.task,
        ).values("by")
    )
    is_of_the_bureau = departments_of(comment.by).filter(pk=comment.department_id).exists()
    if is_of_the_bureau and submission is not None and _has_reached_the_city(submission):
        people |= Q(role=Role.REVIEWER)
    return list(User.objects.filter(people, is_active=True).exclude(pk=comment.by_id))


def _has_reached_the_city(submission: Submission) -> bool:
    """Whether any version of the sheet was ever handed to the reviewers."""
    return SubmissionStep.objects.filter(
        submission__department=submission.department_id, submission__period=submission.period_id, verb="endorse"
    ).exists()
