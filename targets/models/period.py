"""Reporting periods: the span that a figure speaks of, when it opens and when it is due."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from targets.models.plan import Plan
from targets.periods import period_name
from targets.terms import Frequency


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def open_on(self, day: dt.date) -> "ReportingPeriodQuerySet":
        """Open for figures: from the opening day on, also when late, until the plan is closed."""
        return self.filter(opens_on__lte=day, plan__closed_at__isnull=True)

    def newest_first(self) -> "ReportingPeriodQuerySet":
        return self.order_by("-ends_on")


class ReportingPeriod(models.Model):
    """One quarter of a plan; half-yearly and yearly figures are owed in the quarter with which they end."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="periods")
    code = models.CharField("填报期", max_length=10)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日")
    opens_on = models.DateField("开放填报日")
    due_on = models.DateField("截止报送日")
    closes_on = models.DateField("关闭填报日", null=True, blank=True)
    """The last day on which bureaus may fill in; without one the period stays open until the plan is closed."""

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "填报期"
        verbose_name_plural = "填报期"
        ordering = ["ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_period_of_a_code_per_plan"),
            models.UniqueConstraint(fields=["plan", "ends_on"], name="one_period_per_end_and_plan"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(opens_on__gt=F("ends_on")), name="period_opens_after_its_end"),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="period_is_due_after_it_opens"),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("due_on")),
                name="period_closes_after_it_is_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The period in words, such as 2025年四季度."""
        return period_name(self.ends_on, Frequency.QUARTER)

    @property
    def year(self) -> int:
        return self.ends_on.year


class DueDay(models.Model):
    """The day on which one series' figure is due, where it is not the period's own: a granted extension."""

    indicator = models.ForeignKey("targets.Indicator", on_delete=models.CASCADE, related_name="due_days")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="due_days")
    due_on = models.DateField("截止报送日")
    reason = models.CharField("理由", max_length=300)
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "个别截止日"
        verbose_name_plural = "个别截止日"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period"], name="one_due_day_per_series_and_period")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} {self.due_on}"
