"""What was promised, what was reported, and how it stands."""

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
}
"""How this room's acts are called in the event log."""


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "目标与进度"

    def ready(self) -> None:
        from accounts.action_words import name_actions

        name_actions(ACTIONS)
