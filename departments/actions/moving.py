"""How a verb is carried out: the version that was read, one conditional UPDATE, the step and its audit event."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import audit
from accounts.models import User
from departments.conflicts import conflict_sentence
from departments.models import Submission, SubmissionSnapshot, SubmissionStep
from departments.models.submission import TRANSITIONS
from departments.problems import Problem
from departments.step_notices import tell_of_step
from targets.actions import Refused


class Conflict(Refused):
    """Somebody else changed the sheet since it was read; the message says who and when."""


class NotReady(Refused):
    """A sheet cannot be sent yet: `problems` says for each field what is missing or wrong, and the way out."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"还有 {len(problems)} 处需要处理，暂不能提交：" + " ".join(p.sentence for p in problems[:3]))
        self.problems = problems


def unchanged(submission: Submission, lock_version: int | None) -> Submission:
    """The sheet as it is now, held until the act is over, if it is still at the version that was read; raises Conflict
    otherwise. Whoever adds evidence or saves a cell holds it, too: what is read of it here stays so."""
    read = submission.lock_version if lock_version is None else lock_version
    now = held(submission)
    if now.lock_version != read or not now.is_current:
        raise Conflict(conflict_sentence(now))
    return now


def held(submission: Submission) -> Submission:
    """The sheet as it is now, locked; not against rows that refer to it, which are looked up when others commit."""
    return (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("department", "period", "period__plan")
        .get(pk=submission.pk)
    )


def claim(submission: Submission, *, states: tuple[str, ...], **changes: Any) -> None:
    """One UPDATE on the state and version that were checked: nobody can have come between. Raises Conflict if so.

    The database refuses a judge who entered or sent what he judges; whoever comes so far reads a sentence, too.
    """
    claimed = Submission.objects.filter(
        pk=submission.pk, is_current=True, state__in=states, lock_version=submission.lock_version
    )
    try:
        with transaction.atomic():
            hit = claimed.update(lock_version=F("lock_version") + 1, **changes)
    except IntegrityError as error:
        if not {"endorsed_by", "approved_by"} & set(changes):
            raise
        raise Refused("这张填报单由您本人填写、提交或复核过，须由另一人处理。") from error
    if not hit:
        raise Conflict(conflict_sentence(Submission.objects.get(pk=submission.pk)))
    submission.lock_version += 1
    for name, value in changes.items():
        setattr(submission, name, value)


def move(
    submission: Submission, verb: str, *, by: User, at: dt.datetime, reason: str = "", **changes: Any
) -> SubmissionStep:
    """Moves a sheet on as the transition table says; whoever calls records the audit event when all else is done."""
    from_state = submission.state
    _, to_state = TRANSITIONS[verb]
    claim(submission, states=(from_state,), state=to_state, **changes)
    return add_step(submission, verb, from_state=from_state, by=by, at=at, reason=reason)


def add_step(
    submission: Submission, verb: str, *, from_state: str, by: User, at: dt.datetime, reason: str = ""
) -> SubmissionStep:
    """One line of the sheet's way, with the snapshot that it was about."""
    return SubmissionStep.objects.create(
        submission=submission,
        verb=verb,
        from_state=from_state,
        to_state=submission.state,
        at=at,
        by=by,
        reason=reason,
        snapshot=SubmissionSnapshot.objects.filter(submission=submission).order_by("-number").first(),
    )


def record(step: SubmissionStep, **more: Any) -> None:
    """Tells the people concerned of a step, then its audit event; the last statement of its act."""
    tell_of_step(step)
    audit.record(
        action=f"submission.{step.verb}",
        by=step.by,
        subject=step.submission,
        label=label_of(step.submission),
        before={"state": step.from_state},
        after={"state": step.to_state, **more},
        reason=step.reason,
    )


def required(reason: str, act: str) -> str:
    """The reason without its margins; raises Refused where there is none."""
    reason = reason.strip()
    if not reason:
        raise Refused(f"{act}必须写明理由。")
    return reason


def label_of(submission: Submission) -> str:
    return f"{submission.department.name} {submission.period.name} 填报单第{submission.version}版"
