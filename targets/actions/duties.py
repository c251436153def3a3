"""Records how tasks stand: the reports that bureaus gave on them, and the days on which dated steps were reached."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions.refusing import Refused, refuse_closed
from targets.models import Milestone, PlanTask, ReportingPeriod, TaskProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTaskProgress:
    """What is to stand as the report on a task in a period; an empty one takes back what stood there."""

    task: PlanTask
    period: ReportingPeriod
    text: str
    reference: str = ""

    def __post_init__(self) -> None:
        if self.period.plan_id != self.task.plan_id:
            raise Refused(f"任务 {self.task.code}：填报期不属于该任务的方案。")


@transaction.atomic
def record_task_progress(
    *,
    reports: Sequence[NewTaskProgress],
    by: User,
    is_demonstration: bool = False,
    at: dt.datetime | None = None,
) -> list[TaskProgress]:
    """Records approved reports on tasks; one that is there already is superseded by a new version, never changed.

    A report equal to the current version is left alone. A step of a bureau's act: the room above asks who may, and
    audits. Raises Refused for a closed plan or the same task and period twice.
    """
    at = at or timezone.now()
    for plan in {report.period.plan for report in reports}:
        refuse_closed(plan)
    keys = [(report.task.pk, report.period.pk) for report in reports]
    if len(set(keys)) != len(keys):
        raise Refused("同一任务、填报期的进展出现了两次。")
    newest: dict[tuple[int, int], TaskProgress] = {}
    for progress in TaskProgress.objects.filter(
        task__in={task for task, _ in keys}, period__in={period for _, period in keys}
    ).order_by("version"):
        newest[progress.task_id, progress.period_id] = progress
    written = []
    superseded = []
    for key, report in zip(keys, reports, strict=True):
        last = newest.get(key)
        stands = "" if last is None or last.superseded_at is not None else last.text
        if stands == report.text:
            continue
        if last is not None and last.superseded_at is None:
            superseded.append(last.pk)
        if report.text:
            written.append(
                TaskProgress(
                    task=report.task,
                    period=report.period,
                    version=1 if last is None else last.version + 1,
                    text=report.text,
                    reference=report.reference,
                    is_demonstration=is_demonstration,
                    recorded_at=at,
                    recorded_by=by,
                )
            )
    TaskProgress.objects.filter(pk__in=superseded).update(superseded_at=at)
    return TaskProgress.objects.bulk_create(written)


@transaction.atomic
def record_milestone(
    *, milestone: Milestone, reached_on: dt.date | None, note: str, by: User, is_demonstration: bool = False
) -> Milestone:
    """Records the day on which a dated step was reached, or (None) that it was not."""
    permissions.check_can_record_milestones(by)
    before, milestone = write_milestone(
        milestone=milestone, reached_on=reached_on, note=note, by=by, is_demonstration=is_demonstration
    )
    audit.record(
        action="milestone.record",
        by=by,
        subject=milestone,
        label=f"{milestone.task.code} {milestone.due_on}",
        before=before,
        after={"reached_on": reached_on, "note": note},
    )
    return milestone


def write_milestone(
    *,
    milestone: Milestone,
    reached_on: dt.date | None,
    note: str,
    by: User,
    is_demonstration: bool = False,
    at: dt.datetime | None = None,
) -> tuple[dict[str, object], Milestone]:
    """Writes the day of a dated step, inside an act that asked who may and that audits: what it said before, and now.

    Raises Refused for a closed plan, or a day that is yet to come.
    """
    milestone = (
        Milestone.objects.select_for_update(of=("self",), no_key=True).select_related("task__plan").get(pk=milestone.pk)
    )
    refuse_closed(milestone.task.plan)
    if reached_on is not None and reached_on > timezone.localdate():
        raise Refused("完成日不能晚于今天。")
    before: dict[str, object] = {"reached_on": milestone.reached_on, "note": milestone.note}
    milestone.reached_on, milestone.note, milestone.is_demonstration = reached_on, note, is_demonstration
    milestone.recorded_at, milestone.recorded_by = at or timezone.now(), by
    milestone.save(update_fields=["reached_on", "note", "is_demonstration", "recorded_at", "recorded_by"])
    return before, milestone
