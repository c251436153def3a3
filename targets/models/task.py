"""Duties without a number: tasks of the plan, and their dated steps."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from targets.models.indicator import Indicator
from targets.models.period import ReportingPeriod
from targets.models.plan import Clause, Plan, Sector


class PlanTask(models.Model):
    """A qualitative duty: ongoing, every year, or to be reached once (a milestone)."""

    ONGOING, ANNUAL, MILESTONE = "ongoing", "annual", "milestone"
    KINDS = [(ONGOING, "持续推进"), (ANNUAL, "年度任务"), (MILESTONE, "节点任务")]

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks")
    code = models.CharField("编号", max_length=20)
    text = models.TextField("任务")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="tasks")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField("性质", max_length=10, choices=KINDS)
    due_on = models.DateField("到期日", null=True, blank=True)
    yearly_due = models.CharField("每年到期（月-日）", max_length=5, blank=True)
    indicators = models.ManyToManyField(Indicator, related_name="tasks", blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = "重点任务"
        verbose_name_plural = "重点任务"
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_task_of_a_code_per_plan")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def for_board(self) -> "MilestoneQuerySet":
        return self.select_related("task", "task__sector", "task__clause").order_by("due_on", "task__position")


class Milestone(models.Model):
    """A dated step of a task; reached on a day, or not yet."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="milestones")
    due_on = models.DateField("到期日")
    reached_on = models.DateField("完成日", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("登记时间", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "节点"
        verbose_name_plural = "节点"
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["task", "due_on"], name="one_milestone_per_task_and_day"),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, recorded_by__isnull=True)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False),
                name="milestone_record_names_day_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"


class TaskProgressQuerySet(models.QuerySet["TaskProgress"]):
    def current(self) -> "TaskProgressQuerySet":
        return self.filter(superseded_at__isnull=True)


class TaskProgress(models.Model):
    """An approved report on a task in a period. Never changed in place: a correction is a new version."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="progress")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="task_progress")
    version = models.PositiveSmallIntegerField("版本", default=1)
    text = models.TextField("进展")
    reference = models.CharField("来源", max_length=120, blank=True)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField("被替代时间", null=True, blank=True)

    objects = TaskProgressQuerySet.as_manager()

    class Meta:
        verbose_name = "任务进展"
        verbose_name_plural = "任务进展"
        ordering = ["task", "period", "version"]
        constraints = [
            models.UniqueConstraint(fields=["task", "period", "version"], name="one_task_progress_per_version"),
            models.UniqueConstraint(
                fields=["task", "period"], condition=Q(superseded_at__isnull=True), name="one_current_task_progress"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period_id} v{self.version}"
