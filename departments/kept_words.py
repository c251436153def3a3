"""What somebody sent after his login had ended, put into words: whose sheet, which figure, what was typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import ResolverMatch
from django.utils.text import Truncator

from accounts.kept_posts import Described
from departments.labels import VERB_LABELS
from departments.models import Department, Submission
from targets.models import Area, Indicator, Milestone, Observation, PlanTask, ReportingPeriod

CELL_FIELD = re.compile(r"(?:c(?P<indicator>\d{1,18})(?:a(?P<area>\d{1,18}))?|t(?P<task>\d{1,18}))-(?P<part>\w{1,20})")
LONGEST_TASK = 30
PARTS: Mapping[str, str] = {
    "value": "数值",
    "state": "数据状态",
    "note": "说明",
    "provisional": "快报数",
    "text": "进展",
}
OTHER_FIELDS: Mapping[str, str] = {
    "reason": "理由",
    "text": "内容",
    "title": "名称",
    "url": "链接",
    "note": "说明",
    "demand": "督办要求",
    "on_behalf_reason": "代填理由",
    "due_on": "期限",
    "wanted_until": "希望延至",
}
"""Fields outside the grid; what is not named here is for the program only."""


def describe(match: ResolverMatch, fields: Sequence[tuple[str, str]]) -> Described | None:
    """The form of a sheet in words; None for an address that is not of a bureau's sheet."""
    sheet = _sheet_of(match.kwargs)
    if match.app_name != "departments" or not sheet:
        return None
    verb = VERB_LABELS.get(match.url_name or "", "")
    names = _Names(fields)
    contents = [
        (label, names.value(name, value))
        for name, value in fields
        if value.strip() and not _goes_without_saying(name, value) and (label := names.label(name))
    ]
    return Described(f"{sheet}：{verb}" if verb else sheet, tuple(contents))


def _sheet_of(kwargs: Mapping[str, Any]) -> str:
    """The name of the sheet that an address speaks of; empty when it speaks of none."""
    if "submission_id" in kwargs:
        found = Submission.objects.filter(pk=kwargs["submission_id"]).select_related("department", "period").first()
        return "" if found is None else f"{found.department.name}{found.period.name}填报单"
    department = Department.objects.filter(code=kwargs.get("department_code", "")).first()
    period = ReportingPeriod.objects.filter(code=kwargs.get("period_code", "")).first()
    return "" if department is None or period is None else f"{department.name}{period.name}填报单"


def _goes_without_saying(name: str, value: str) -> bool:
    """That a cell holds a number, as nearly every one does."""
    return name.endswith("-state") and value == "number"


class _Names:
    """Labels of the fields of one form, read from the database at once."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        cells = [cell.groupdict() for name, _ in fields if (cell := CELL_FIELD.fullmatch(name))]
        self.indicators = Indicator.objects.in_bulk({int(cell["indicator"]) for cell in cells if cell["indicator"]})
        self.areas = Area.objects.in_bulk({int(cell["area"]) for cell in cells if cell["area"]})
        self.tasks = PlanTask.objects.in_bulk({int(cell["task"]) for cell in cells if cell["task"]})
        steps = {int(cell["part"][1:]) for cell in cells if re.fullmatch(r"m\d{1,18}", cell["part"])}
        self.milestones = Milestone.objects.in_bulk(steps)

    def label(self, name: str) -> str:
        """Empty for a field that is for the program only."""
        cell = CELL_FIELD.fullmatch(name)
        if cell is None:
            return OTHER_FIELDS.get(name, "")
        part = cell["part"]
        if cell["task"]:
            task = self.tasks.get(int(cell["task"]))
            milestone = self.milestones.get(int(part[1:])) if part[1:].isdecimal() else None
            what = PARTS.get(part, "") if milestone is None else f"{milestone.due_on:%Y-%m-%d} 节点的完成日"
            return f"任务 {Truncator(task.text).chars(LONGEST_TASK)}：{what}" if task is not None and what else ""
        indicator = self.indicators.get(int(cell["indicator"]))
        if indicator is None:
            return ""
        parts = {**PARTS, "numerator": indicator.numerator_name, "denominator": indicator.denominator_name}
        area = self.areas.get(int(cell["area"])) if cell["area"] else None
        where = "" if area is None else f"（{area.name}）"
        return f"{indicator.name}{where}：{parts[part]}" if parts.get(part) else ""

    @staticmethod
    def value(name: str, value: str) -> str:
        if name.endswith("-state"):
            return str(dict(Observation.STATES).get(value, value))
        return "是" if name.endswith("-provisional") else value
