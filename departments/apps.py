"""Who owes a figure, who sent it, who approved it."""

from django.apps import AppConfig
from django.core.checks import register

ACTIONS = {
    "plan.load": "载入方案",
    "demonstration.load": "载入演示数据",
    "submission.save": "保存填报草稿",
    "submission.submit": "提交填报单",
    "submission.withdraw": "撤回填报单",
    "submission.endorse": "部门复核通过",
    "submission.return": "退回填报单",
    "submission.approve": "审核通过填报单",
    "submission.reopen": "重新开放填报单",
    "submission.extend": "批准延期",
    "workbook.download": "下载填报表",
    "workbook.upload": "上传填报表",
    "workbook.import": "导入填报表",
    "duty.set_reporter": "调整报送单位",
    "evidence.add": "添加佐证材料",
    "evidence.remove": "移除佐证材料",
    "evidence.download": "下载佐证材料",
    "comment.add": "发表意见",
    "submission.nudge": "催报",
    "reminders.rule": "修改提醒规则",
    "delivery.again": "重新发送外发消息",
    "request.make": "提出填报申请",
    "request.grant": "同意填报申请",
    "request.refuse": "不同意填报申请",
    "request.withdraw": "撤回填报申请",
    "supervision.assign": "交办督办事项",
    "supervision.answer": "反馈督办事项",
    "supervision.send_back": "退回重办督办事项",
    "supervision.postpone": "延长督办期限",
    "supervision.close": "督办事项销号",
    "supervision.reopen": "重新督办",
}
"""How this room's acts are called in the event log."""

CONTENTS = {
    "departments": "部门数",
    "evidence": "佐证材料",
    "task_reports": "任务进展",
    "milestones": "节点完成日",
    "cells": "重新开放的格",
    "clauses": "条款数",
    "messages": "消息数",
    "told": "被通知人数",
    "sheet_state": "填报单状态",
    "until": "批准至",
    "wanted_cells": "希望重开的格",
    "days_before": "截止前几天提醒",
    "indicators": "指标数",
    "tasks": "任务数",
    "goals": "总体目标数",
    "readings": "条文疑义数",
    "file": "文件名",
    "sha256": "文件摘要",
    "changes": "改动格数",
    "faults": "读不了的处数",
    "saved": "导入格数",
    "conflicts": "冲突格数",
}
"""How recorded contents that are no fields of their object are called in the event log."""


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = "部门与填报"

    def ready(self) -> None:
        from accounts.action_words import name_actions, name_contents
        from accounts.kept_posts import describe_with
        from departments.kept_words import describe
        from departments.models import Membership
        from departments.robots import check_robots

        name_actions(ACTIONS)
        name_contents(CONTENTS, {"function": dict(Membership.FUNCTIONS)})
        describe_with(describe)
        register(check_robots)
