"""The forms of supervision as typed: what was sent stays in them, and every wrong field has its sentence."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from departments.models import Department
from departments.models.supervision import SUPERVISION_VERBS

TEXT_LABELS = {
    "answer": "办理情况",
    "send_back": "退回理由",
    "postpone": "延期理由",
    "close": "核实情况",
    "reopen": "重新督办的理由",
}
NEEDS_DAY = frozenset({"postpone", "reopen"})
OFFERS_DAY = frozenset({"send_back", *NEEDS_DAY})


@dataclass(slots=True)
class AssignmentForm:
    """A new item: whom, what, by when."""

    department_code: str = ""
    demand: str = ""
    due_on_text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    department: Department | None = None
    due_on: dt.date | None = None

    @classmethod
    def sent(cls, data: Mapping[str, str], departments: list[Department]) -> "AssignmentForm":
        form = cls(
            department_code=data.get("department", "").strip(),
            demand=data.get("demand", "").replace("\r\n", "\n").strip(),
            due_on_text=data.get("due_on", "").strip(),
        )
        form.department = next((one for one in departments if one.code == form.department_code), None)
        if form.department is None:
            form.errors["department"] = "“承办单位”未选，或不在可选范围内，请重新选择。"
        if not form.demand:
            form.errors["demand"] = "“督办要求”未填，请写明要办什么、办到什么程度。"
        form.due_on = _day(form.due_on_text, form.errors)
        return form


@dataclass(slots=True)
class StepForm:
    """One verb on an item: its words, and a day where it sets one."""

    verb: str
    text: str = ""
    due_on_text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    due_on: dt.date | None = None

    @classmethod
    def sent(cls, verb: str, data: Mapping[str, str]) -> "StepForm":
        form = cls(
            verb=verb,
            text=data.get("text", "").replace("\r\n", "\n").strip(),
            due_on_text=data.get("due_on", "").strip(),
        )
        if not form.text:
            form.errors["text"] = f"“{form.text_label}”未填，请写明后再提交。"
        if form.offers_day and (form.due_on_text or form.needs_day):
            form.due_on = _day(form.due_on_text, form.errors)
        return form

    @property
    def label(self) -> str:
        return SUPERVISION_VERBS[self.verb]

    @property
    def text_label(self) -> str:
        return TEXT_LABELS[self.verb]

    @property
    def needs_day(self) -> bool:
        return self.verb in NEEDS_DAY

    @property
    def offers_day(self) -> bool:
        return self.verb in OFFERS_DAY


def _day(text: str, errors: dict[str, str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        errors["due_on"] = "“反馈期限”未填或不是有效日期，请按“2026-01-31”的格式填写。"
        return None
