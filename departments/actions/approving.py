"""Approves a sheet: its figures and reports count from now on, in one transaction with the state and the events."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments import permissions
from departments.actions.moving import add_step, claim, record, unchanged
from departments.models import MilestoneReport, Submission, TaskReport, TaskResponsibility
from departments.models.submission import APPROVED
from targets.actions import (
    NewObservation,
    NewTaskProgress,
    Refused,
    record_observations,
    record_task_progress,
    write_milestone,
)
from targets.models import Milestone

ON_BEHALF = "代填"


@transaction.atomic
def approve(
    *, submission: Submission, by: User, lock_version: int | None = None, at: dt.datetime | None = None
) -> Submission:
    """Records figures and reports as approved: state, versions, audit events and dirty rows in one transaction.

    The bell that asks for a recomputation rings after the commit. What equals the approved stays as it is, so that a
    reopened sheet makes new versions of what was corrected only.
    """
    at = at or timezone.now()
    submission = unchanged(submission, lock_version)
    permissions.check_can_approve(by, submission)
    from_state = submission.state
    claim(submission, states=(from_state,), state=APPROVED, approved_at=at, approved_by=by)
    reference = f"{submission.department.name} {submission.period.code} 填报单第{submission.version}版"
    steps_reached = _record_milestones(submission, reference, by=by, at=at)
    tasks = _record_reports(submission, reference, by=by, at=at)
    record_observations(
        figures=[
            NewObservation(
                indicator=entry.indicator,
                area=entry.area,
                period=submission.period,
                state=entry.state,
                value=entry.value,
                numerator=entry.numerator,
                denominator=entry.denominator,
                is_provisional=entry.is_provisional,
                note=entry.note,
                mark=ON_BEHALF if entry.is_on_behalf else "",
            )
            for entry in submission.entries.select_related("indicator", "indicator__plan", "area")
            if entry.is_filled
        ],
        by=by,
        reference=reference,
        is_demonstration=submission.is_demonstration,
        at=at,
    )
    step = add_step(submission, "approve", from_state=from_state, by=by, at=at)
    record(
        step, **({"task_reports": tasks} if tasks else {}), **({"milestones": steps_reached} if steps_reached else {})
    )
    return submission


def _record_milestones(submission: Submission, reference: str, *, by: User, at: dt.datetime) -> dict[str, object]:
    """Writes the days on which the sheet says that steps were reached; takes back those that the last version said of
    tasks that it still reports on."""
    said = {each.milestone_id: each.reached_on for each in _milestones_of(submission)}
    reported = set(submission.task_reports.values_list("task", flat=True))
    before = _version_before(submission)
    withdrawn = {
        each.milestone_id: each.reached_on
        for each in ([] if before is None else _milestones_of(before))
        if each.milestone_id not in said and each.report.task_id in reported
    }
    written: dict[str, object] = {}
    for milestone in Milestone.objects.filter(pk__in={*said, *withdrawn}).select_related("task").order_by("pk"):
        day = said.get(milestone.pk)
        if milestone.reached_on == day or (day is None and milestone.reached_on != withdrawn[milestone.pk]):
            continue
        write_milestone(
            milestone=milestone,
            reached_on=day,
            note=reference,
            by=by,
            is_demonstration=submission.is_demonstration,
            at=at,
        )
        written[f"{milestone.task.code} {milestone.due_on}"] = day
    return written


def _milestones_of(submission: Submission) -> Iterable[MilestoneReport]:
    return MilestoneReport.objects.filter(report__submission=submission).select_related("report")


def _version_before(submission: Submission) -> Submission | None:
    return (
        Submission.objects.filter(
            department=submission.department_id,
            period=submission.period_id,
            state=APPROVED,
            version__lt=submission.version,
        )
        .order_by("-version")
        .first()
    )


def _record_reports(submission: Submission, reference: str, *, by: User, at: dt.datetime) -> list[str]:
    """Records the reports on tasks; where several bureaus report on one task, what each says stands under its name."""
    own = list(submission.task_reports.select_related("task", "submission__department"))
    if not own:
        return []
    texts: dict[int, dict[int, TaskReport]] = {report.task_id: {} for report in own}
    others = (
        TaskReport.objects.filter(task__in=texts, submission__period=submission.period_id, submission__state=APPROVED)
        .exclude(submission__department=submission.department_id)
        .select_related("submission__department")
        .order_by("submission__version")
    )
    for report in (*others, *own):  # of each bureau the newest version
        texts[report.task_id][report.submission.department_id] = report
    order = {
        (each.task_id, each.department_id): (not each.is_reporter, each.position)
        for each in TaskResponsibility.objects.filter(task__in=texts)
    }
    reports = []
    for report in own:
        of_task = sorted(
            (each for each in texts[report.task_id].values() if each.is_filled),
            key=lambda each: order.get((each.task_id, each.submission.department_id), (True, 0)),
        )
        mark = f"（{ON_BEHALF}）" if any(each.is_on_behalf for each in of_task) else ""
        reports.append(
            NewTaskProgress(
                task=report.task,
                period=submission.period,
                text=of_task[0].text
                if len(of_task) == 1
                else "\n".join(f"{each.submission.department.name}：{each.text}" for each in of_task),
                reference=f"{reference}{mark}",
            )
        )
    written = record_task_progress(reports=reports, by=by, is_demonstration=submission.is_demonstration, at=at)
    return [progress.task.code for progress in written]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the approval of one sheet of many went; `error` is empty where it succeeded."""

    submission: Submission
    error: str = ""


def approve_many(*, items: Iterable[tuple[Submission, int]], by: User, at: dt.datetime | None = None) -> list[Outcome]:
    """Approves each sheet at the version that was read, each in its own transaction: one refusal stops no other."""
    outcomes = []
    for submission, lock_version in items:
        try:
            outcomes.append(Outcome(approve(submission=submission, by=by, lock_version=lock_version, at=at)))
        except (Refused, PermissionDenied) as refusal:
            outcomes.append(Outcome(submission, str(refusal)))
    return outcomes
