"""What one bureau sends for one period, cell by cell, and the states it goes through."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from departments.models.department import Department
from targets.models import Area, Indicator, Milestone, Observation, PlanTask, ReportingPeriod
from targets.models.indicator import NUMBER

DRAFT, SUBMITTED, ENDORSED, APPROVED, RETURNED = "draft", "submitted", "endorsed", "approved", "returned"

STATES = [
    (DRAFT, "填报中"),
    (SUBMITTED, "待部门复核"),
    (ENDORSED, "待审核"),
    (APPROVED, "已通过"),
    (RETURNED, "已退回"),
]

TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    # verb: (from, to) — the diagram of the documentation is drawn from this table
    "submit": ((DRAFT, RETURNED), SUBMITTED),
    "withdraw": ((SUBMITTED,), DRAFT),
    "endorse": ((SUBMITTED,), ENDORSED),
    "return": ((SUBMITTED, ENDORSED), RETURNED),
    "approve": ((ENDORSED,), APPROVED),
}
"""A reopened submission is a new version in state draft, beside the approved one that stays as it was."""


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def current(self) -> "SubmissionQuerySet":
        """The newest version of each (department, period)."""
        return self.filter(is_current=True)


class Submission(models.Model):
    """One bureau's sheet for one period. `lock_version` guards every write: two people cannot overwrite each other."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="submissions")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveSmallIntegerField("版本", default=1)
    is_current = models.BooleanField("当前版本", default=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=DRAFT)
    lock_version = models.PositiveIntegerField("修改次数", default=0)
    created_at = models.DateTimeField("建立时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    endorsed_at = models.DateTimeField("复核时间", null=True, blank=True)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField("审核通过时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.TextField("退回理由", blank=True)
    first_submitted_on = models.DateField("首次提交日", null=True, blank=True)
    """Empty again when its bureau takes it back before anybody has judged it."""
    first_due_on = models.DateField("首次提交时的截止日", null=True, blank=True)
    """The day on which it was due when it was sent first: more time that is given later does not make it punctual."""
    reopened_keys = models.JSONField("重新开放的格", default=list, blank=True)
    """Keys of the cells that a reopened version may change; empty: every cell."""
    on_behalf_reason = models.CharField("代填理由", max_length=300, blank=True)
    """Why the coordinator filled in for the bureau; empty while nobody did."""
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "填报单"
        verbose_name_plural = "填报单"
        constraints = [
            models.UniqueConstraint(fields=["department", "period", "version"], name="one_submission_per_version"),
            models.UniqueConstraint(
                fields=["department", "period"], condition=Q(is_current=True), name="one_current_submission"
            ),
            models.CheckConstraint(condition=Q(state__in=[s for s, _ in STATES]), name="submission_has_a_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[SUBMITTED, ENDORSED, APPROVED]) | Q(submitted_by__isnull=False),
                name="submission_names_its_submitter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ENDORSED, APPROVED]) | Q(endorsed_by__isnull=False),
                name="submission_names_its_endorser",
            ),
            models.CheckConstraint(
                condition=~Q(state=APPROVED) | Q(approved_by__isnull=False), name="submission_names_its_approver"
            ),
            models.CheckConstraint(
                condition=~Q(state=RETURNED) | (Q(returned_by__isnull=False) & ~Q(return_reason="")),
                name="returned_submission_says_why",
            ),
            models.CheckConstraint(
                condition=Q(endorsed_by__isnull=True) | ~Q(endorsed_by=F("submitted_by")),
                name="nobody_endorses_what_he_submitted",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("endorsed_by"))),
                name="nobody_approves_what_he_submitted_or_endorsed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period}"

    @property
    def is_editable(self) -> bool:
        return self.state in (DRAFT, RETURNED)


class SubmissionHand(models.Model):
    """That somebody filled in or sent a sheet, whoever wrote over it or sent it again after him: he never judges it.

    A reopened version inherits the hands of the one that it was made from, with its cells.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="hands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "经手人"
        verbose_name_plural = "经手人"
        constraints = [models.UniqueConstraint(fields=["submission", "user"], name="one_hand_per_person")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.user_id}"


class Entry(models.Model):
    """One cell of a submission: a number, or numerator and denominator, or the reason why there is none."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="entries")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entries")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("数据状态", max_length=20, choices=Observation.STATES, default="number")
    value = models.DecimalField("数值", **NUMBER, null=True, blank=True)
    numerator = models.DecimalField("分子", **NUMBER, null=True, blank=True)
    denominator = models.DecimalField("分母", **NUMBER, null=True, blank=True)
    is_provisional = models.BooleanField("快报数", default=False)
    note = models.TextField("说明", blank=True)
    findings = models.JSONField("校验结果", default=list, blank=True)
    """What was odd about the figure when it was last saved: [level, code, field, sentence] each."""
    is_on_behalf = models.BooleanField("代填", default=False)
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "填报数"
        verbose_name_plural = "填报数"
        ordering = ["indicator__position", "indicator__code"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "indicator", "area"], name="one_entry_per_series"),
            models.CheckConstraint(
                condition=Q(state="number") | Q(value__isnull=True, numerator__isnull=True, denominator__isnull=True),
                name="entry_without_number_has_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.indicator_id}"

    @property
    def is_filled(self) -> bool:
        """Whether the cell says something complete: its number, both its parts, or why there is none."""
        if self.state != "number":
            return True
        if self.indicator.is_two_part:
            return self.numerator is not None and self.denominator is not None
        return self.value is not None


class TaskReport(models.Model):
    """What a bureau says of one task in a sheet; the dated steps it reached stand beside it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="task_reports")
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField("进展", blank=True)
    is_on_behalf = models.BooleanField("代填", default=False)
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "任务进展填报"
        verbose_name_plural = "任务进展填报"
        ordering = ["task__position", "task__code"]
        constraints = [models.UniqueConstraint(fields=["submission", "task"], name="one_report_per_task")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.task_id}"

    @property
    def is_filled(self) -> bool:
        return bool(self.text.strip())


class MilestoneReport(models.Model):
    """The day on which a bureau says that a dated step was reached; it counts once the sheet is approved."""

    report = models.ForeignKey(TaskReport, on_delete=models.CASCADE, related_name="milestones")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="reports")
    reached_on = models.DateField("完成日")

    class Meta:
        verbose_name = "节点完成填报"
        verbose_name_plural = "节点完成填报"
        constraints = [models.UniqueConstraint(fields=["report", "milestone"], name="one_report_per_milestone")]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.reached_on}"


class SubmissionSnapshot(models.Model):
    """A sheet exactly as it was sent, each time it was sent. Only ever added to: the database refuses changes."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField("第几次提交")
    contents = models.JSONField("内容")
    sha256 = models.CharField("内容摘要", max_length=64)
    sent_at = models.DateTimeField("提交时间")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "提交版本"
        verbose_name_plural = "提交版本"
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_snapshot_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} #{self.number}"


class SubmissionStep(models.Model):
    """One step a submission took: who moved it from where to where, when and why."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField("动作", max_length=12)
    from_state = models.CharField("原状态", max_length=10, choices=STATES)
    to_state = models.CharField("新状态", max_length=10, choices=STATES)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("理由", blank=True)
    snapshot = models.ForeignKey(
        SubmissionSnapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name="所据版本",
    )
    """What was sent: the version that the step made (submit) or judged (endorse, return, approve)."""

    class Meta:
        verbose_name = "流转记录"
        verbose_name_plural = "流转记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.verb}"


AWAITING_OTHERS = frozenset({SUBMITTED, ENDORSED, APPROVED})
"""States in which the bureau has done its part."""


def is_overdue(
    state: str, *, due_on: dt.date, first_sent_on: dt.date | None, today: dt.date, due_when_sent: dt.date | None = None
) -> bool:
    """Due and not sent; a returned sheet that was sent in time once is on its way again, not late.

    due_when_sent: the day on which it was due when it was sent first; without it, `due_on`.
    """
    if state in AWAITING_OTHERS or due_on >= today:
        return False
    return first_sent_on is None or first_sent_on > (due_when_sent or due_on)
