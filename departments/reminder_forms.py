"""What is typed about reminders; every error names the field, what is wrong, and how to write it."""

import re

from django import forms

from departments.actions.reminding import MOST_DAYS, MOST_DAYS_BEFORE
from departments.reminders import Rule

BETWEEN_DAYS = re.compile(r"[\s,，、;；]+")


def _days_field(label: str, *, least: int, help_text: str) -> forms.IntegerField:
    wrong = f"“{label}”须是 {least} 到 {MOST_DAYS} 之间的整数，例如 3。"
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=MOST_DAYS,
        help_text=help_text,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


class ReminderRuleForm(forms.Form):
    days_before = forms.CharField(
        label="截止前几天提醒",
        required=False,
        max_length=60,
        help_text="天数之间用顿号隔开，例如 7、3、1；留空则截止前不提醒。截止当天总会提醒。",
        error_messages={"max_length": "“截止前几天提醒”太长，请只写天数，例如 7、3、1。"},
    )
    late_every = _days_field("逾期后每几天提醒一次", least=1, help_text="一直提醒到提交为止。")
    escalate_after = _days_field("逾期几天后同时提醒复核人", least=0, help_text="填 0 则不提醒复核人。")

    @classmethod
    def of(cls, rule: Rule) -> "ReminderRuleForm":
        days = "、".join(str(day) for day in rule.days_before)
        return cls(
            initial={
                "days_before": days,
                "late_every": rule.late_every,
                "escalate_after": rule.escalate_after,
            }
        )

    def clean_days_before(self) -> tuple[int, ...]:
        words = [word for word in BETWEEN_DAYS.split(self.cleaned_data["days_before"]) if word]
        if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_DAYS for word in words):
            raise forms.ValidationError(f"“截止前几天提醒”须是 1 到 {MOST_DAYS} 之间的整数，用顿号隔开，例如 7、3、1。")
        if len(set(words)) > MOST_DAYS_BEFORE:
            raise forms.ValidationError(f"“截止前几天提醒”最多写 {MOST_DAYS_BEFORE} 个天数，请减少几个。")
        return tuple(sorted({int(word) for word in words}, reverse=True))
