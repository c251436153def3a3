"""Reopens an approved sheet: a new version beside the approved one, in which some cells or all may change."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.actions.moving import add_step, claim, record, required, unchanged
from departments.models import Entry, Submission
from departments.models.submission import APPROVED
from departments.sheets import reported_indicators


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    reason: str,
    by: User,
    keys: Collection[str] = (),
    lock_version: int | None = None,
    at: dt.datetime | None = None,
) -> Submission:
    """Makes a new version of an approved sheet, a draft with the same cells; the approved one stays as it was.

    Until the new version is approved in its turn, the approved figures count. A cell whose duty has moved to another
    bureau since is not taken along.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_reopen(by, submission)
    reason = required(reason, "重新打开填报单")
    claim(submission, states=(APPROVED,), is_current=False)
    newer = Submission.objects.create(
        department=submission.department,
        period=submission.period,
        version=submission.version + 1,
        # Goes on counting, so that a form made from the old version cannot pass for one of the new.
        lock_version=submission.lock_version,
        created_at=at,
        first_submitted_on=submission.first_submitted_on,
        is_demonstration=submission.is_demonstration,
        reopened_keys=sorted(keys),
    )
    owed = reported_indicators(submission.department, submission.period)
    Entry.objects.bulk_create(
        Entry(
            submission=newer,
            indicator_id=entry.indicator_id,
            area_id=entry.area_id,
            changed_at=entry.changed_at,
            changed_by_id=entry.changed_by_id,
            state=entry.state,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            is_provisional=entry.is_provisional,
            note=entry.note,
        )
        for entry in submission.entries.filter(indicator__in=owed)
    )
    record(add_step(newer, "reopen", from_state=APPROVED, by=by, at=at, reason=reason))
    return newer
