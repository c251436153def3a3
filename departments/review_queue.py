"""The sheets that wait for one person's decision, in the order in which he goes through them."""

from accounts.models import Role, User
from departments.models import Membership, Submission
from departments.models.submission import ENDORSED, SUBMITTED, SubmissionQuerySet
from departments.permissions import departments_of


def waiting_for(user: User) -> SubmissionQuerySet:
    """What the reviewer may approve or the bureau's approver endorse, bureau by bureau, the newest period first; what
    he himself submitted or endorsed waits for somebody else."""
    sheets = SubmissionQuerySet(Submission).current().filter(period__plan__closed_at__isnull=True)
    if user.has_role(Role.REVIEWER):
        sheets = sheets.filter(state=ENDORSED)
    else:
        sheets = sheets.filter(state=SUBMITTED, department__in=departments_of(user, Membership.APPROVER))
    return (
        sheets.exclude(submitted_by=user)
        .exclude(endorsed_by=user, endorsed_by__isnull=False)
        .select_related("department", "period", "period__plan")
        .order_by("department__position", "department__code", "-period__ends_on", "pk")
    )


def next_to_review(user: User, submission: Submission) -> Submission | None:
    """The one after a sheet in that order, from the beginning again behind the last; None when no other waits."""
    waiting = list(waiting_for(user))
    others = [each for each in waiting if each.pk != submission.pk]
    later = [each for each in others if _place(each) > _place(submission)]
    return next(iter([*later, *others]), None)


def _place(submission: Submission) -> tuple[int, str, int, int]:
    department = submission.department
    return department.position, department.code, -submission.period.ends_on.toordinal(), submission.pk
