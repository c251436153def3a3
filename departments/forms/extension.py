"""More time for a bureau: a day and a reason, as typed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

REASON_LIMIT = 300


@dataclass(slots=True)
class ExtensionForm:
    """A day and a reason, as typed."""

    due_on_text: str = ""
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    due_on: dt.date | None = None

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> "ExtensionForm":
        form = cls(due_on_text=data.get("due_on", "").strip(), reason=data.get("reason", "").strip())
        try:
            form.due_on = dt.date.fromisoformat(form.due_on_text)
        except ValueError:
            form.errors["due_on"] = "“延期至”不是有效日期，请按“2026-01-31”的格式填写。"
        if not form.reason:
            form.errors["reason"] = "“理由”未填，批准延期必须写明理由。"
        elif len(form.reason) > REASON_LIMIT:
            form.errors["reason"] = f"“理由”最多 {REASON_LIMIT} 字，请缩短后再试。"
        return form
