"""A plan and its text: sectors, clauses, goals and the doubtful readings. A plan is data, never code."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from targets.terms import Thresholds

FREQUENCIES = [("quarter", "每季度"), ("half_year", "每半年"), ("year", "每年")]
MONTHS_WITH_A_REPORT = {"quarter": (3, 6, 9, 12), "half_year": (6, 12), "year": (12,)}
"""The months with whose end something reported at that frequency is owed."""


class PlanQuerySet(models.QuerySet["Plan"]):
    def for_switcher(self) -> "PlanQuerySet":
        """The plans a reader may choose from: real ones first, the newest first."""
        return self.order_by("is_demonstration", "-starts_on", "code")


class Plan(models.Model):
    """What a city promised for a span of years, with the thresholds by which it judges itself."""

    code = models.CharField("方案编号", max_length=32, unique=True)
    title = models.CharField("方案名称", max_length=200)
    issuer = models.CharField("印发单位", max_length=100)
    issuer_short = models.CharField("简报发文机关标志", max_length=60, blank=True)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日")
    baseline_year = models.PositiveSmallIntegerField("基期年份")
    document_number = models.CharField("文号", max_length=100, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    nature = models.CharField("文本性质", max_length=200, blank=True)
    source = models.CharField("文本来源", max_length=200, blank=True)
    is_demonstration = models.BooleanField("演示方案", default=False)
    has_demonstration_figures = models.BooleanField("含演示数据", default=False)

    on_track_from = models.DecimalField("符合时序进度下限", max_digits=5, decimal_places=3, default=Decimal("0.95"))
    at_risk_from = models.DecimalField("略滞后下限", max_digits=5, decimal_places=3, default=Decimal("0.60"))
    too_early_before = models.DecimalField("暂不评价的时间占比", max_digits=5, decimal_places=3, default=Decimal("0.2"))
    outlook_from = models.DecimalField("可作展望的时间占比", max_digits=5, decimal_places=3, default=Decimal("0.4"))
    stale_after_months = models.PositiveSmallIntegerField("数据较旧（月）", default=18)
    withdrawn_after_months = models.PositiveSmallIntegerField("数据过旧（月）", default=30)

    due_after_days = models.PositiveSmallIntegerField("期末后多少天截止", default=20)
    due_in_working_days = models.BooleanField("按工作日计", default=False)
    task_reports_every = models.CharField(
        "任务进展报送频率", max_length=10, choices=FREQUENCIES, blank=True, default=""
    )
    task_reports_from = models.DateField("任务进展自何日起报送", null=True, blank=True)

    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "方案"
        verbose_name_plural = "方案"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(at_risk_from__lt=F("on_track_from")), name="plan_thresholds_are_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="plan_closing_names_day_and_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def owes_task_reports_in(self, period_ends_on: dt.date) -> bool:
        """Whether the progress of tasks falls due with a quarter that ends on that day."""
        if not self.task_reports_every:
            return False
        if self.task_reports_from is not None and period_ends_on < self.task_reports_from:
            return False
        return period_ends_on.month in MONTHS_WITH_A_REPORT[self.task_reports_every]

    @property
    def baseline_instant(self) -> dt.date:
        """The instant that elapsed time counts from: the last day before the plan starts."""
        return self.starts_on - dt.timedelta(days=1)

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(
            on_track=self.on_track_from,
            at_risk=self.at_risk_from,
            too_early=self.too_early_before,
            outlook_from=self.outlook_from,
            stale_after_months=self.stale_after_months,
            withdrawn_after_months=self.withdrawn_after_months,
        )


class Sector(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sectors")
    name = models.CharField("领域", max_length=60)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "领域"
        verbose_name_plural = "领域"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="one_sector_of_a_name_per_plan")]

    def __str__(self) -> str:
        return self.name


class Clause(models.Model):
    """One passage of the plan: section, headings and words that promises and duties come from."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses")
    section = models.CharField("条款号", max_length=20)
    heading = models.CharField("标题", max_length=200)
    subheading = models.CharField("小标题", max_length=200, blank=True)
    text = models.TextField("原文", blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="clauses")
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "条款"
        verbose_name_plural = "条款"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "section"], name="one_clause_of_a_section_per_plan")]

    def __str__(self) -> str:
        return f"{self.section} {self.subheading or self.heading}"


class Goal(models.Model):
    """A goal without a number: shown, never assessed, owed by nobody."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    code = models.CharField("编号", max_length=20)
    text = models.TextField("目标")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="goals")

    class Meta:
        verbose_name = "总体目标"
        verbose_name_plural = "总体目标"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_goal_of_a_code_per_plan")]

    def __str__(self) -> str:
        return self.text


class Reading(models.Model):
    """A doubtful place of the plan's text, and how the system reads it until somebody entitled decides."""

    RISKS = [("低", "低"), ("中", "中"), ("高", "高")]

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="readings")
    code = models.CharField("编号", max_length=20)
    about = models.CharField("疑点", max_length=300)
    doubt = models.TextField("说明")
    default_reading = models.TextField("默认读法")
    risk = models.CharField("影响", max_length=4, choices=RISKS)
    indicators = models.ManyToManyField("targets.Indicator", related_name="readings", blank=True)

    class Meta:
        verbose_name = "条文疑义"
        verbose_name_plural = "条文疑义"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_reading_of_a_code_per_plan")]

    def __str__(self) -> str:
        return f"{self.code} {self.about}"
