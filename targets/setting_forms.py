"""What is typed about calendar, reporting and areas. What was typed stays; every error names field, reason, way out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from targets.areas import faults_of_area
from targets.calendar import REASON_LIMIT, faults_of_days, is_open
from targets.models import Area, Indicator, Plan, ReportingPeriod
from targets.models.plan import FREQUENCIES
from targets.reporting_settings import MOST_DUE_DAYS, IndicatorReporting, why_not_by_area
from targets.setting_words import NO, YES

DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
LAST_POSITION = 9999


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=DAY_FORMATS,
        help_text=help_text,
        error_messages={
            "required": f"请填写“{label}”，例如 2026-01-31。",
            "invalid": f"“{label}”不是有效日期，请写成 2026-01-31 的样子。",
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def reason_field(*, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label="理由（必填）" if required else "理由",
        required=required,
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages={
            "required": "“理由”未填：请写明为什么修改，理由会留在变更记录里。",
            "max_length": f"“理由”最多 {REASON_LIMIT} 字，现有 %(show_value)d 字，请缩短。",
        },
    )


class PeriodDaysForm(forms.Form):
    """The days of one period; the reason is required where the period is open already."""

    opens_on = day_field("开放填报日", help_text="这一天起各单位可以填报。")
    due_on = day_field("截止报送日", help_text="过了这一天仍未提交的，算逾期。")
    closes_on = day_field(
        "关闭填报日", required=False, help_text="这一天以后不能再填报，需要时须申请重开；留空则一直开放到方案关闭。"
    )
    reason = reason_field()

    def __init__(self, *args: Any, period: ReportingPeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period = period
        if not is_open(period):
            self.fields["reason"] = reason_field(required=False, help_text="该填报期尚未开放，可以不写。")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "opens_on" in typed and "due_on" in typed:
            faults = faults_of_days(
                self.period,
                opens_on=typed["opens_on"],
                due_on=typed["due_on"],
                closes_on=typed.get("closes_on"),
            )
            for name, sentence in faults.items():
                if name not in self.errors:
                    self.add_error(name, sentence)
        return typed


class PlanReportingForm(forms.Form):
    """The rule of due days, and the reports on tasks."""

    due_after_days = forms.IntegerField(
        label="期末后多少天截止",
        min_value=1,
        max_value=MOST_DUE_DAYS,
        error_messages={
            "required": f"请填写截止天数，1 到 {MOST_DUE_DAYS}。",
            "invalid": "“期末后多少天截止”不是整数，请填数字，例如 20。",
            "min_value": "“期末后多少天截止”至少为 1 天。",
            "max_value": f"“期末后多少天截止”最多为 {MOST_DUE_DAYS} 天。",
        },
    )
    due_in_working_days = forms.TypedChoiceField(
        label="天数按",
        choices=[(NO, "日历日（遇休息日顺延到下一个工作日）"), (YES, "工作日（按国务院放假安排）")],
        coerce=lambda word: word == YES,
        error_messages={"invalid_choice": "请选择日历日或工作日。", "required": "请选择日历日或工作日。"},
    )
    task_reports_every = forms.ChoiceField(
        label="任务进展报送频率",
        required=False,
        choices=[("", "不报送"), *FREQUENCIES],
        error_messages={"invalid_choice": "“任务进展报送频率”不在可选范围内，请重新选择。"},
    )
    task_reports_from = day_field(
        "任务进展自何日起报送", required=False, help_text="这一天以前结束的填报期不报任务进展；留空则自方案起始日起。"
    )
    reason = reason_field()

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "due_after_days": plan.due_after_days,
            "due_in_working_days": YES if plan.due_in_working_days else NO,
            "task_reports_every": plan.task_reports_every,
            "task_reports_from": plan.task_reports_from,
        }
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_task_reports_from(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["task_reports_from"]
        if day is not None and not self.plan.starts_on <= day <= self.plan.ends_on:
            raise forms.ValidationError(
                "“任务进展自何日起报送”须在方案期内"
                f"（{self.plan.starts_on:%Y-%m-%d} 至 {self.plan.ends_on:%Y-%m-%d}），请改填。"
            )
        return day

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("task_reports_from") is not None and not typed.get("task_reports_every"):
            self.add_error("task_reports_every", "已填任务进展的起始日，请选择报送频率；不报送的请清空起始日。")
        return typed


class AreaForm(forms.Form):
    code = forms.CharField(
        label="代码",
        max_length=32,
        help_text="行政区划代码；开发区等没有代码的，可自编，例如 370000-kfq。",
        error_messages={"required": "“代码”未填。", "max_length": "“代码”最多 32 个字。"},
    )
    name = forms.CharField(
        label="名称",
        max_length=60,
        error_messages={"required": "“名称”未填，请填写地区名称。", "max_length": "“名称”最多 60 个字，请缩短。"},
    )
    counts_toward_total = forms.BooleanField(
        label="计入全市合计",
        required=False,
        help_text="开发区的数已包含在所在县区里的，不要勾选，以免重复计算。",
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=200,
        help_text="不计入合计的，写明原因。",
        error_messages={"max_length": "“说明”最多 200 个字，现有 %(show_value)d 个，请缩短。"},
    )
    position = forms.IntegerField(
        label="次序",
        min_value=0,
        max_value=LAST_POSITION,
        error_messages={
            "required": "“次序”未填，请填整数，小的排在前面。",
            "invalid": "“次序”不是整数，请填数字，小的排在前面。",
            "min_value": "“次序”不能小于 0。",
            "max_value": f"“次序”不能大于 {LAST_POSITION}。",
        },
    )

    def __init__(self, *args: Any, area: Area | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area = area
        if area is not None:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        faults = faults_of_area(
            code=typed.get("code", "") if self.area is None else self.area.code,
            name=typed.get("name", ""),
            counts_toward_total=typed.get("counts_toward_total", True),
            note=typed.get("note", ""),
            but=self.area,
        )
        for name, sentence in faults.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return typed


@dataclass(slots=True)
class ReportingRow:
    """One indicator of the table: what is typed, and whether somebody else changed it since the form was made."""

    indicator: Indicator
    typed: IndicatorReporting
    was: str
    why_not_by_area: str
    error: str = ""

    @property
    def prefix(self) -> str:
        return f"i{self.indicator.pk}"

    @property
    def is_changed(self) -> bool:
        return self.typed.as_text() != self.was


@dataclass(slots=True)
class IndicatorsForm:
    """Every reported indicator of a plan in one table, with one reason for what is changed in it."""

    rows: list[ReportingRow]
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, indicators: Sequence[Indicator], data: Mapping[str, str] | None = None) -> "IndicatorsForm":
        has_parts = Area.objects.filter(parent__isnull=False).exists()
        form = cls(
            [_reporting_row(one, data, has_parts=has_parts) for one in indicators],
            reason="" if data is None else data.get("reason", ""),
        )
        if data is None:
            return form
        if not form.changed:
            form.errors["rows"] = "表中没有改动：请先改动要调整的指标，再保存。"
        if not form.reason.strip():
            form.errors["reason"] = "“理由”未填：请写明为什么修改，理由会留在变更记录里。"
        elif len(form.reason.strip()) > REASON_LIMIT:
            form.errors["reason"] = f"“理由”最多 {REASON_LIMIT} 字，现有 {len(form.reason.strip())} 字，请缩短。"
        return form

    @property
    def changed(self) -> list[ReportingRow]:
        return [row for row in self.rows if row.is_changed]

    @property
    def is_valid(self) -> bool:
        return not self.errors and not any(row.error for row in self.rows)


def _reporting_row(indicator: Indicator, data: Mapping[str, str] | None, *, has_parts: bool) -> ReportingRow:
    stored = IndicatorReporting.stored(indicator)
    why_not = why_not_by_area(indicator, has_parts=has_parts)
    prefix = f"i{indicator.pk}"
    if data is None or f"{prefix}-was" not in data:
        return ReportingRow(indicator, stored, stored.as_text(), why_not)
    typed = IndicatorReporting(
        indicator,
        data.get(f"{prefix}-every", ""),
        f"{prefix}-by_area" in data,
        f"{prefix}-evidence" in data,
    )
    row = ReportingRow(indicator, typed, data[f"{prefix}-was"], why_not)
    if not row.is_changed:
        row.typed, row.was = stored, stored.as_text()
    elif row.was != stored.as_text() and typed != stored:
        row.error = "刚刚已有人改动了这一项，请核对后再保存。"
        row.was = stored.as_text()
    elif typed.reported_every not in dict(FREQUENCIES):
        row.error = "“报送频率”不在可选范围内，请重新选择。"
    elif typed.by_area and not indicator.by_area and why_not:
        row.error = why_not
    return row
