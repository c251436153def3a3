"""What is measured, from where it started (baselines) and where it should arrive (targets): both are versions."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from targets import labels
from targets.models.area import Area
from targets.models.plan import FREQUENCIES, MONTHS_WITH_A_REPORT, Clause, Plan, Sector
from targets.promise_words import target_text
from targets.terms import Accumulation, AssessedOn, Comparison, Direction, Form, Path

KINDS = labels.as_choices(labels.KIND_LABELS)

NUMBER: dict[str, Any] = {"max_digits": 24, "decimal_places": 8}
"""Digits of every reported or promised number; Decimal from form to PDF."""


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def reported(self) -> "IndicatorQuerySet":
        """Those that somebody reports: with quantities configured."""
        return self.exclude(value_kind="", numerator_kind="")

    def in_plan_order(self) -> "IndicatorQuerySet":
        return self.order_by("position", "code")


class Indicator(models.Model):
    """What is measured: unit, decimals, direction, accumulation, and the quantities in which it is reported.

    A quantity is reported either as one value or as numerator and denominator; `factor` turns their quotient into
    the indicator's unit (100 for %).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField("编号", max_length=20)
    name = models.CharField("指标名称", max_length=120)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="indicators", verbose_name="领域")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="indicators", verbose_name="条款")
    clause_text = models.TextField("条款原文")
    definition = models.TextField("口径", blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    unit = models.CharField("单位", max_length=30, blank=True)
    unit_is_assumed = models.BooleanField("单位为假定", default=False)
    decimals = models.PositiveSmallIntegerField("小数位", default=1)
    direction = models.CharField("方向", max_length=10, choices=labels.as_choices(labels.DIRECTION_LABELS))
    accumulation = models.CharField(
        "取数方式", max_length=20, choices=labels.as_choices(labels.ACCUMULATION_LABELS), default=Accumulation.LATEST
    )
    path = models.CharField(
        "时序路径", max_length=10, choices=labels.as_choices(labels.PATH_LABELS), default=Path.LINEAR
    )
    assessed_on = models.CharField(
        "评价时点", max_length=10, choices=labels.as_choices(labels.ASSESSED_ON_LABELS), default=AssessedOn.PERIOD
    )
    reported_every = models.CharField("报送频率", max_length=10, choices=FREQUENCIES, default="quarter")
    basis = models.CharField(
        "报送口径", max_length=20, choices=labels.as_choices(labels.BASIS_LABELS), blank=True, default=""
    )
    whole_units = models.BooleanField("按整数单位", default=False)
    by_area = models.BooleanField("分地区报送", default=False)
    evidence_required = models.BooleanField("须附佐证材料", default=False)
    natural_lower = models.DecimalField("自然下限", **NUMBER, null=True, blank=True)
    natural_upper = models.DecimalField("自然上限", **NUMBER, null=True, blank=True)

    value_kind = models.CharField("数值性质", max_length=10, choices=KINDS, blank=True)
    numerator_name = models.CharField("分子名称", max_length=80, blank=True)
    numerator_kind = models.CharField("分子性质", max_length=10, choices=KINDS, blank=True)
    numerator_unit = models.CharField("分子单位", max_length=30, blank=True)
    denominator_name = models.CharField("分母名称", max_length=80, blank=True)
    denominator_kind = models.CharField("分母性质", max_length=10, choices=KINDS, blank=True)
    denominator_unit = models.CharField("分母单位", max_length=30, blank=True)
    factor = models.DecimalField("换算系数", **NUMBER, default=Decimal(1))

    is_aspirational = models.BooleanField("力争目标", default=False)
    condition = models.CharField("前提条件", max_length=200, blank=True)
    unconfirmed_choices = models.JSONField("待确认的系统设定", default=list, blank=True)
    choices_confirmed_at = models.DateTimeField("设定确认时间", null=True, blank=True)
    choices_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_indicator_of_a_code_per_plan"),
            models.CheckConstraint(
                condition=Q(value_kind="") | Q(numerator_kind="", denominator_kind=""),
                name="indicator_reports_a_value_or_two_parts",
            ),
            models.CheckConstraint(
                condition=Q(numerator_kind="", denominator_kind="") | (~Q(numerator_kind="") & ~Q(denominator_kind="")),
                name="indicator_parts_come_in_pairs",
            ),
            models.CheckConstraint(
                condition=Q(natural_lower__isnull=True)
                | Q(natural_upper__isnull=True)
                | Q(natural_upper__gt=F("natural_lower")),
                name="indicator_natural_limits_are_in_order",
            ),
            models.CheckConstraint(condition=~Q(factor=0), name="indicator_factor_is_not_zero"),
            models.CheckConstraint(
                condition=Q(choices_confirmed_at__isnull=True, choices_confirmed_by__isnull=True)
                | Q(choices_confirmed_at__isnull=False, choices_confirmed_by__isnull=False),
                name="indicator_confirmation_names_day_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_two_part(self) -> bool:
        return bool(self.numerator_kind)

    @property
    def is_reported(self) -> bool:
        return bool(self.value_kind or self.numerator_kind)

    @property
    def rolls_up(self) -> bool:
        """Whether the figures of the areas add up to the city's: sums, or sum / sum; a published rate does not."""
        return self.is_two_part or self.value_kind in ("flow", "stock")

    @property
    def has_unconfirmed_choices(self) -> bool:
        return bool(self.unconfirmed_choices) and self.choices_confirmed_at is None

    def is_owed_in(self, period_ends_month: int) -> bool:
        """Whether a figure falls due with a quarter that ends in that month (3, 6, 9 or 12)."""
        return self.is_reported and period_ends_month in MONTHS_WITH_A_REPORT[self.reported_every]


class Target(models.Model):
    """What was promised. Never changed in place: a revision is a new version that supersedes the one before."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField("版本", default=1)
    form = models.CharField("目标形式", max_length=20, choices=labels.as_choices(labels.FORM_LABELS))
    comparison = models.CharField(
        "比较方式", max_length=2, choices=labels.as_choices(labels.COMPARISON_LABELS), blank=True
    )
    value = models.DecimalField("目标数", **NUMBER, null=True, blank=True)
    lower = models.DecimalField("下限", **NUMBER, null=True, blank=True)
    upper = models.DecimalField("上限", **NUMBER, null=True, blank=True)
    unit = models.CharField("目标单位", max_length=30, blank=True)
    due_on = models.DateField("到期日")
    is_strict = models.BooleanField("逐年严格", default=False)
    tolerance_percent = models.DecimalField("容差（承诺量的%）", max_digits=7, decimal_places=3, null=True, blank=True)
    document_number = models.CharField("依据文号", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField("被替代时间", null=True, blank=True)

    class Meta:
        verbose_name = "目标值"
        verbose_name_plural = "目标值"
        ordering = ["indicator", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "version"], name="one_target_per_version"),
            models.UniqueConstraint(
                fields=["indicator", "area"], condition=Q(superseded_at__isnull=True), name="one_current_target"
            ),
            models.CheckConstraint(
                condition=Q(form__in=[Form.DIRECTION, Form.MILESTONE, Form.YEARLY_MILESTONE], value__isnull=True)
                | Q(form=Form.BAND, lower__isnull=False, upper__gt=F("lower"))
                | (
                    ~Q(form__in=[Form.DIRECTION, Form.MILESTONE, Form.YEARLY_MILESTONE, Form.BAND])
                    & Q(value__isnull=False)
                ),
                name="target_has_the_numbers_of_its_form",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_percent__isnull=True) | Q(tolerance_percent__gte=0),
                name="target_tolerance_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} v{self.version} {self.form} {self.value}"

    @property
    def comparison_or_default(self) -> Comparison:
        """The comparison of the text, else the one that the direction implies: X or better."""
        if self.comparison:
            return Comparison(self.comparison)
        return Comparison.AT_LEAST if self.indicator.direction == Direction.INCREASE else Comparison.AT_MOST

    @property
    def words(self) -> str:
        """The promise in the words of every page: 较2020年下降6%左右."""
        return target_text(
            form=Form(self.form),
            comparison=self.comparison_or_default,
            direction=Direction(self.indicator.direction),
            accumulation=Accumulation(self.indicator.accumulation),
            value=self.value,
            lower=self.lower,
            upper=self.upper,
            unit=self.unit or self.indicator.unit,
            due_on=self.due_on,
            baseline_year=self.indicator.plan.baseline_year,
            is_aspirational=self.indicator.is_aspirational,
            is_strict=self.is_strict,
        )


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def in_force(self) -> "BaselineQuerySet":
        return self.filter(state=Baseline.APPROVED, superseded_at__isnull=True)

    def waiting(self) -> "BaselineQuerySet":
        return self.filter(state=Baseline.PROPOSED)


class Baseline(models.Model):
    """From where a promise counts: entered with its source by one person, approved by a second, then never changed.

    As long as nobody has decided, who proposed it may withdraw it.
    """

    PROPOSED, APPROVED, REJECTED, WITHDRAWN = "proposed", "approved", "rejected", "withdrawn"
    STATES = [(PROPOSED, "待审核"), (APPROVED, "已生效"), (REJECTED, "已退回"), (WITHDRAWN, "已撤回")]

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="baselines")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField("版本")
    year = models.PositiveSmallIntegerField("年份")
    value = models.DecimalField("基期值", **NUMBER)
    source = models.CharField("数据来源", max_length=200)
    document = models.CharField("依据文件", max_length=200)
    note = models.TextField("说明", blank=True)
    is_substitute = models.BooleanField("替代基期", default=False)
    is_demonstration = models.BooleanField("演示数据", default=False)
    state = models.CharField("状态", max_length=10, choices=STATES, default=PROPOSED)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_reason = models.CharField("审核意见", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    superseded_at = models.DateTimeField("被替代时间", null=True, blank=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = "基期值"
        verbose_name_plural = "基期值"
        ordering = ["indicator", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "version"], name="one_baseline_per_version"),
            models.UniqueConstraint(
                fields=["indicator", "area"],
                condition=Q(state="approved", superseded_at__isnull=True),
                name="one_baseline_in_force",
            ),
            models.UniqueConstraint(
                fields=["indicator", "area"], condition=Q(state="proposed"), name="one_baseline_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"], decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state__in=["proposed", "withdrawn"]) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="baseline_decision_names_day_and_person",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="baseline_withdrawal_names_its_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="baseline_is_decided_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year} {self.value}"


class ConditionRecord(models.Model):
    """Whether the condition under which a promise was made held in a year; the year judged decides."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="condition_records")
    year = models.PositiveSmallIntegerField("年份")
    held = models.BooleanField("条件成立")
    source = models.CharField("依据", max_length=200)
    is_demonstration = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "前提条件登记"
        verbose_name_plural = "前提条件登记"
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="one_condition_record_per_year")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year} {self.held}"


class InterimTarget(models.Model):
    """A step on the way that the plan itself sets for a year."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="interim_targets")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("到期日")
    value = models.DecimalField("目标数", **NUMBER)

    class Meta:
        verbose_name = "分期目标"
        verbose_name_plural = "分期目标"
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "area", "due_on"], name="one_interim_target_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.due_on} {self.value}"
