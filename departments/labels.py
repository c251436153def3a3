"""PURE: the Chinese words for what happens to a sheet, in one place, so that pages, refusals and messages agree."""

from collections.abc import Mapping

VERB_LABELS: Mapping[str, str] = {
    "save": "保存草稿",
    "submit": "提交复核",
    "withdraw": "撤回",
    "endorse": "复核通过",
    "return": "退回",
    "approve": "审核通过",
    "reopen": "重新打开",
    "extend": "延期",
}

MISSING = "missing"
"""The state of a sheet that does not exist yet."""

MISSING_LABEL = "未填报"
