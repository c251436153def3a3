"""How the settings of reporting are called, and how their values read; values are kept as text (see SettingChange)."""

import datetime as dt
from collections.abc import Mapping

from targets.models.plan import FREQUENCIES

SETTING_LABELS: Mapping[str, str] = {
    "due_after_days": "期末后多少天截止",
    "due_in_working_days": "按工作日计",
    "task_reports_every": "任务进展报送频率",
    "task_reports_from": "任务进展自何日起报送",
    "reported_every": "报送频率",
    "by_area": "分地区报送",
    "evidence_required": "须附佐证材料",
    "opens_on": "开放填报日",
    "due_on": "截止报送日",
    "closes_on": "关闭填报日",
    "reporter": "报送单位",
    "days_before": "截止前几天提醒",
    "late_every": "逾期后每几天提醒",
    "escalate_after": "逾期几天后提醒复核人",
}
YES, NO = "yes", "no"

Value = str | int | bool | dt.date | None


def as_text(value: Value) -> str:
    """A setting's value as it is kept; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def setting_label(name: str) -> str:
    return SETTING_LABELS.get(name, name)


def value_words(name: str, text: str) -> str:
    """A kept value in the words of the screen."""
    if text in (YES, NO):
        return "是" if text == YES else "否"
    if name in ("reported_every", "task_reports_every"):
        return dict(FREQUENCIES).get(text, text or "不报送")
    return text or "（空）"
