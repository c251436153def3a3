"""What the list of sheets to be reviewed says of each at a glance: warnings, evidence, provisional figures, changes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from departments.models import Entry, Evidence, Submission, SubmissionSnapshot, SubmissionStep, TaskReport
from departments.snapshots import cells_of_contents


@dataclass(frozen=True, slots=True)
class Marks:
    """Counts of one sheet. changed: cells that differ from what was returned last, None where it never was."""

    warnings: int = 0
    evidence: int = 0
    provisional: int = 0
    on_behalf: int = 0
    changed: int | None = None


def marks_of(submissions: Collection[Submission]) -> dict[int, Marks]:
    """By submission id; six queries, however many sheets."""
    ids = [submission.pk for submission in submissions]
    warnings: Counter[int] = Counter()
    provisional: Counter[int] = Counter()
    on_behalf: Counter[int] = Counter()
    for submission_id, findings, is_provisional, is_on_behalf in Entry.objects.filter(submission__in=ids).values_list(
        "submission", "findings", "is_provisional", "is_on_behalf"
    ):
        warnings[submission_id] += len(findings)
        provisional[submission_id] += is_provisional
        on_behalf[submission_id] += is_on_behalf
    on_behalf.update(
        TaskReport.objects.filter(submission__in=ids, is_on_behalf=True).values_list("submission", flat=True)
    )
    evidence = Counter(
        Evidence.objects.kept()
        .filter(
            department__in={submission.department_id for submission in submissions},
            period__in={submission.period_id for submission in submissions},
            supervision__isnull=True,
        )
        .values_list("department", "period")
    )
    changed = _changed(ids)
    return {
        submission.pk: Marks(
            warnings=warnings[submission.pk],
            evidence=evidence[submission.department_id, submission.period_id],
            provisional=provisional[submission.pk],
            on_behalf=on_behalf[submission.pk],
            changed=changed.get(submission.pk),
        )
        for submission in submissions
    }


def _changed(ids: Collection[int]) -> dict[int, int]:
    """How many cells of sheets that were returned say something else in what was sent last."""
    returned = {
        step.submission_id: step.snapshot
        for step in SubmissionStep.objects.filter(submission__in=ids, verb="return", snapshot__isnull=False)
        .select_related("snapshot")
        .order_by("id")
    }
    newest = {
        snapshot.submission_id: snapshot
        for snapshot in SubmissionSnapshot.objects.filter(submission__in=returned).order_by("number")
    }
    found = {}
    for submission_id, before in returned.items():
        if before is not None and submission_id in newest:
            old, new = cells_of_contents(before.contents), cells_of_contents(newest[submission_id].contents)
            found[submission_id] = sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
    return found
