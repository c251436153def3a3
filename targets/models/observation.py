"""Approved figures. Never changed in place: a correction is a new version, and the old one stays readable."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from targets import labels
from targets.models.area import Area
from targets.models.indicator import NUMBER, Indicator
from targets.models.period import ReportingPeriod
from targets.terms import Absence, Figure


class ObservationQuerySet(models.QuerySet["Observation"]):
    def current(self) -> "ObservationQuerySet":
        return self.filter(superseded_at__isnull=True)

    def as_known_at(self, instant: dt.datetime) -> "ObservationQuerySet":
        """The versions in force at an instant: what a page or briefing of that time was made from."""
        return self.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=instant), recorded_at__lte=instant)


class Observation(models.Model):
    """One approved figure of one (indicator, area, period), as it was reported on the indicator's basis."""

    STATES = [("number", "数值"), *labels.as_choices(labels.ABSENCE_LABELS)]

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="observations")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="observations")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="observations")
    version = models.PositiveSmallIntegerField("版本", default=1)
    state = models.CharField("数据状态", max_length=20, choices=STATES, default="number")
    value = models.DecimalField("数值", **NUMBER, null=True, blank=True)
    numerator = models.DecimalField("分子", **NUMBER, null=True, blank=True)
    denominator = models.DecimalField("分母", **NUMBER, null=True, blank=True)
    is_provisional = models.BooleanField("快报数", default=False)
    note = models.TextField("说明", blank=True)
    reference = models.CharField("来源", max_length=120, blank=True)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField("被替代时间", null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = "实际值"
        verbose_name_plural = "实际值"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period", "version"], name="one_observation_per_version"
            ),
            models.UniqueConstraint(
                fields=["indicator", "area", "period"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_observation",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="number")
                    & (
                        Q(value__isnull=False, numerator__isnull=True, denominator__isnull=True)
                        | Q(value__isnull=True, numerator__isnull=False, denominator__isnull=False)
                    )
                )
                | (~Q(state="number") & Q(value__isnull=True, numerator__isnull=True, denominator__isnull=True)),
                name="observation_has_a_number_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} v{self.version}"

    def as_figure(self) -> Figure:
        """The figure as the calculus takes it; needs `period` to be loaded."""
        return Figure(
            period_end=self.period.ends_on,
            value=self.value,
            numerator=self.numerator,
            denominator=self.denominator,
            provisional=self.is_provisional,
            absence=None if self.state == "number" else Absence(self.state),
        )
