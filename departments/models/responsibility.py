"""Which bureaus the plan lists for a promise, a task or a passage, in its order; and which one reports."""

from django.db import models
from django.db.models import Q

from departments.models.department import Department
from targets.models import Clause, Indicator, PlanTask


class Responsibility(models.Model):
    """A bureau listed for an indicator; without ranks in the plan, the first is only “列首” until a lead is set."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="responsibilities")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="responsibilities")
    position = models.PositiveSmallIntegerField("列名次序")
    is_lead = models.BooleanField("主责", default=False)
    is_reporter = models.BooleanField("由其报送", default=False)

    class Meta:
        verbose_name = "责任单位"
        verbose_name_plural = "责任单位"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "department"], name="one_responsibility_per_department"),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(is_reporter=True), name="one_reporter_per_indicator"
            ),
            models.UniqueConstraint(fields=["indicator"], condition=Q(is_lead=True), name="one_lead_per_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.department}"


class TaskResponsibility(models.Model):
    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="responsibilities")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="task_responsibilities")
    position = models.PositiveSmallIntegerField("列名次序")
    is_reporter = models.BooleanField("由其报送", default=False)

    class Meta:
        verbose_name = "任务责任单位"
        verbose_name_plural = "任务责任单位"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "department"], name="one_task_responsibility_per_department"),
            models.UniqueConstraint(fields=["task"], condition=Q(is_reporter=True), name="one_reporter_per_task"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.department}"


class ClauseDepartment(models.Model):
    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="listed_departments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="listed_clauses")
    position = models.PositiveSmallIntegerField("列名次序")

    class Meta:
        verbose_name = "条款责任单位"
        verbose_name_plural = "条款责任单位"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "department"], name="one_listing_per_clause_and_department")
        ]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.department}"
