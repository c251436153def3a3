"""What the coordinator types about a plan: baselines, conditions, decisions, steps. Errors say the way out."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from targets.models import Indicator, Plan
from targets.number_input import NumberRefused, parse_decimal
from targets.numbers import plain

EARLIEST_YEAR = 1949


class TypedNumberField(forms.CharField):
    """A number as people type it, read by `parse_decimal`; what was typed stays in the field when it is refused."""

    def __init__(self, *, required_sentence: str = "请填写数字。", **options: Any) -> None:
        options.setdefault("max_length", 60)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        options.setdefault("error_messages", {"required": required_sentence})
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_decimal(text)
        except NumberRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class BaselineForm(forms.Form):
    """A baseline of one indicator. A year other than the plan's own is a substitute and has to be explained."""

    year = TypedNumberField(label="年份", required_sentence="请填写基期年份。", max_length=10)
    value = TypedNumberField(label="基期值", required_sentence="请填写基期值；如果确实是零，请填 0。")
    source = forms.CharField(
        label="数据来源",
        max_length=200,
        help_text="由哪个单位或哪本年鉴提供。",
        error_messages={"required": "请填写数据来源。"},
    )
    document = forms.CharField(
        label="依据文件",
        max_length=200,
        help_text="文件名称、文号或页码，供审核人核对。",
        error_messages={"required": "请填写依据文件。"},
    )
    is_substitute = forms.BooleanField(
        label="替代基期", required=False, help_text="所用年份或统计范围与方案规定的不同时勾选，并在说明中写明原因。"
    )
    note = forms.CharField(label="说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = indicator.plan
        self.indicator = indicator
        self.fields["value"].help_text = f"单位：{indicator.unit or '（无）'}。只填数字，可带千位分隔符。"

    def clean_year(self) -> int | None:
        year: Decimal | None = self.cleaned_data["year"]
        if year is None:
            return None
        if year != year.to_integral_value() or not EARLIEST_YEAR <= year <= self.plan.ends_on.year:
            raise forms.ValidationError(
                f"年份应是{EARLIEST_YEAR}到{self.plan.ends_on.year}之间的四位数，例如 {self.plan.baseline_year}。"
            )
        return int(year)

    def clean_value(self) -> Decimal | None:
        value: Decimal | None = self.cleaned_data["value"]
        lower, upper, unit = self.indicator.natural_lower, self.indicator.natural_upper, self.indicator.unit
        if value is not None and lower is not None and value < lower:
            raise forms.ValidationError(f"基期值不应小于 {plain(lower)}{unit}，请检查数字和单位。")
        if value is not None and upper is not None and value > upper:
            raise forms.ValidationError(f"基期值不应大于 {plain(upper)}{unit}，请检查数字和单位。")
        return value

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        year = typed.get("year")
        if year is not None and year != self.plan.baseline_year and not typed.get("is_substitute"):
            self.add_error(
                "is_substitute",
                f"{year}年不是方案的基期年份（{self.plan.baseline_year}年）：请改正年份，或勾选“替代基期”。",
            )
        if typed.get("is_substitute") and not typed.get("note"):
            self.add_error("note", "使用替代基期时，请写明原因。")
        return typed


class DecisionForm(forms.Form):
    """Approve, or return with a reason."""

    APPROVE, RETURN = "approve", "return"

    decision = forms.ChoiceField(
        choices=[(APPROVE, "批准"), (RETURN, "退回")],
        error_messages={"required": "请选择批准或退回。", "invalid_choice": "请选择批准或退回。"},
    )
    reason = forms.CharField(
        label="退回理由",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="退回时必填；批准时不用填。",
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("decision") == self.RETURN and not typed.get("reason"):
            self.add_error("reason", "请写明退回理由，便于提出人改正。")
        return typed


class ConditionForm(forms.Form):
    """Whether the condition of a promise held in one year."""

    year = forms.TypedChoiceField(
        label="年份",
        coerce=int,
        empty_value=None,
        error_messages={"required": "请选择年份。", "invalid_choice": "请在方案期内选择年份。"},
    )
    held = forms.TypedChoiceField(
        label="条件是否成立",
        choices=[("", "请选择"), ("yes", "成立"), ("no", "不成立")],
        coerce=lambda word: word == "yes",
        empty_value=None,
        error_messages={"required": "请选择成立或不成立。", "invalid_choice": "请选择成立或不成立。"},
    )
    source = forms.CharField(
        label="依据",
        max_length=200,
        help_text="由哪个单位认定、见于哪份文件。",
        error_messages={"required": "请填写依据。"},
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(str(year), f"{year}年") for year in range(plan.starts_on.year, plan.ends_on.year + 1)]
        choice = self.fields["year"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [("", "请选择"), *years]


class MilestoneForm(forms.Form):
    """The day on which a dated step was done; without a day it is not done, and the note says how it stands."""

    reached_on = forms.DateField(
        label="完成日",
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        help_text="尚未完成的留空。",
        error_messages={"invalid": "日期请写成 2025-01-31 的样子。"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        help_text="依据文件、完成情况或未完成的原因，最多 300 个字。",
        error_messages={"max_length": "说明最多 300 个字，现在有 %(show_value)d 个字。"},
    )

    def clean_reached_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["reached_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("完成日不能晚于今天；尚未完成的请留空。")
        if day is not None and day.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"完成日的年份应是{EARLIEST_YEAR}以后的四位数，请检查。")
        return day

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "reached_on" in typed and typed["reached_on"] is None and typed.get("note") == "":
            self.add_error("reached_on", "请填写完成日；尚未完成的，请在说明中写明情况。")
        return typed
