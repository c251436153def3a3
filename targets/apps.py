"""What was promised, what was reported, and how it stands."""

import re

from django.apps import AppConfig

ACTIONS = {
    "observation.record": "记录实际值",
    "baseline.propose": "提出基期值",
    "baseline.approve": "批准基期值",
    "baseline.reject": "退回基期值",
    "baseline.withdraw": "撤回基期值",
    "indicator.confirm_choices": "确认系统设定",
    "condition.record": "登记前提条件",
    "milestone.record": "登记节点完成情况",
    "queue.retry": "重新排队重算",
    "calendar.generate": "生成填报期",
    "calendar.change": "修改填报期日期",
    "calendar.reschedule": "重排填报期",
    "plan.set_reporting": "修改方案报送设置",
    "indicator.set_reporting": "修改指标报送设置",
    "area.add": "添加地区",
    "area.change": "修改地区",
}
"""How this room's acts are called in the event log."""

CONTENTS = {
    "choices": "确认的设定",
    "unit_was_assumed": "单位原为假定",
    "figures": "数据条数",
}
"""How recorded contents that are no fields of their object are called in the event log."""

CHOICES = {
    "reported": "报送的数",
    "reported_every": "报送频率",
    "basis": "报送口径",
    "path": "时序路径",
    "whole_units": "按整数单位",
    "decimals": "显示小数位",
    "accumulation": "取数方式",
    "assessed_on": "评价时点",
}
QUARTERS = "一二三四"


def _codes_in_words(text: str) -> str:
    """2025Q4 → 2025年四季度, and the version behind it: v2 → 第2版."""
    text = re.sub(r"\b(\d{4})Q([1-4])\b", lambda found: f"{found[1]}年{QUARTERS[int(found[2]) - 1]}季度", text)
    return re.sub(r"(?<=季度) v(\d+)$", r" 第\1版", text)


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "目标与进度"

    def ready(self) -> None:
        from accounts.action_words import name_actions, name_contents, read_codes_with
        from targets.models.plan import FREQUENCIES

        name_actions(ACTIONS)
        name_contents(CONTENTS, {"choices": CHOICES, "task_reports_every": dict(FREQUENCIES)})
        read_codes_with(_codes_in_words)
