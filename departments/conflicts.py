"""Says who changed a sheet before somebody else could, and when."""

from django.utils import timezone

from departments.labels import VERB_LABELS
from departments.models import Entry, Submission, TaskReport


def conflict_sentence(submission: Submission) -> str:
    """Who changed the sheet last and when, and what to do."""
    step = submission.steps.select_related("by").order_by("-id").first()
    entry = _last_changed(submission)
    if not submission.is_current:
        newer = Submission.objects.filter(
            department=submission.department_id, period=submission.period_id, is_current=True
        ).first()
        step = step if newer is None else newer.steps.select_related("by").order_by("id").first()
        entry = None
    if step is not None and (entry is None or entry.changed_at is None or step.at >= entry.changed_at):
        who, at, what = step.by, step.at, VERB_LABELS.get(step.verb, step.verb)
    elif entry is not None and entry.changed_by is not None and entry.changed_at is not None:
        who, at, what = entry.changed_by, entry.changed_at, VERB_LABELS["save"]
    else:
        return "这张填报单在您打开之后已被别人改动，您的操作没有执行；请核对最新内容后再试。"
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return f"{who}已于 {when} 对这张填报单执行“{what}”，您的操作没有执行；请核对最新内容后再试。"


def _last_changed(submission: Submission) -> Entry | TaskReport | None:
    """The figure or report that somebody saved last."""
    entry = submission.entries.exclude(changed_at=None).select_related("changed_by").order_by("-changed_at").first()
    reports = submission.task_reports.exclude(changed_at=None).select_related("changed_by")
    report = reports.order_by("-changed_at").first()
    if report is None or report.changed_at is None:
        return entry
    return report if entry is None or entry.changed_at is None or report.changed_at > entry.changed_at else entry
