"""What people changed in how and when a plan is reported: kept with the reason, shown beside the settings."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from targets.models.indicator import Indicator
from targets.models.period import ReportingPeriod
from targets.models.plan import Plan
from targets.models.task import PlanTask


class SettingChangeQuerySet(models.QuerySet["SettingChange"]):
    def newest_first(self) -> "SettingChangeQuerySet":
        return self.select_related("indicator", "task", "period", "changed_by").order_by("-changed_at", "-pk")


class SettingChange(models.Model):
    """One setting of a plan, or of one of its indicators, tasks or periods, before and after. Only ever added to.

    `name` is the setting's code, `before` and `after` are its values as text: what the first change of a setting calls
    `before` is what the plan was loaded with.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="setting_changes")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, null=True, blank=True, related_name="setting_changes"
    )
    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, null=True, blank=True, related_name="setting_changes")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.CASCADE, null=True, blank=True, related_name="setting_changes"
    )
    name = models.CharField("设定", max_length=30)
    before = models.CharField("原为", max_length=120, blank=True)
    after = models.CharField("改为", max_length=120, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SettingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "设定变更"
        verbose_name_plural = "设定变更"
        ordering = ["changed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=True, task__isnull=True)
                | Q(indicator__isnull=True, period__isnull=True)
                | Q(task__isnull=True, period__isnull=True),
                name="setting_change_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.name}"
