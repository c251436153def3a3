"""How each indicator stands at each period: a cache that only `targets.assessing` writes."""

from typing import Any

from django.db import models

from targets import labels
from targets.models.area import Area
from targets.models.indicator import Baseline, Indicator, Target
from targets.models.period import ReportingPeriod
from targets.terms import Status

RESULT: dict[str, Any] = {"max_digits": 40, "decimal_places": 16}
"""Digits of a computed number; the calculus itself works with 28 significant digits."""


class Assessment(models.Model):
    """Progress, gap, pace and status of one indicator in one area, as seen from the end of one period."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="assessments")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="assessments")
    target = models.ForeignKey(Target, on_delete=models.SET_NULL, null=True, related_name="+")
    baseline = models.ForeignKey(Baseline, on_delete=models.SET_NULL, null=True, related_name="+")

    status = models.CharField("状态", max_length=20, choices=labels.as_choices(labels.STATUS_LABELS))
    met = models.BooleanField("已达到", null=True)
    strictly_met = models.BooleanField("按严格口径达到", null=True)
    actual = models.DecimalField("实际", null=True, **RESULT)
    target_value = models.DecimalField("目标", null=True, **RESULT)
    baseline_value = models.DecimalField("基期", null=True, **RESULT)
    expected = models.DecimalField("时序应达", null=True, **RESULT)
    progress = models.DecimalField("完成进度", null=True, **RESULT)
    expected_progress = models.DecimalField("时序进度", null=True, **RESULT)
    pace = models.DecimalField("进度比", null=True, **RESULT)
    lead_points = models.DecimalField("超欠时序进度（百分点）", null=True, **RESULT)
    gap = models.DecimalField("差距", null=True, **RESULT)
    required_per_year = models.DecimalField("年均需", null=True, **RESULT)
    observed_per_year = models.DecimalField("年均已", null=True, **RESULT)
    attainment = models.DecimalField("完成率", null=True, **RESULT)
    elapsed = models.DecimalField("时间占比", null=True, **RESULT)
    datum_on = models.DateField("数据截至", null=True)
    details = models.JSONField("其余结果与算式", default=dict)
    flags = models.JSONField("标记", default=list)
    reason = models.CharField("判定理由", max_length=300, blank=True)
    as_of = models.DateField("评价日")
    assessed_at = models.DateTimeField("计算时间")

    class Meta:
        verbose_name = "评价"
        verbose_name_plural = "评价"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period"], name="one_assessment_per_series_and_period"
            ),
            models.CheckConstraint(condition=models.Q(status__in=list(Status)), name="assessment_has_a_known_status"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} {self.status}"
