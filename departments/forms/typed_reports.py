"""The report on one task as somebody typed it: words, and the days on which dated steps were reached."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from departments.plausibility import Finding
from departments.sheets import REPORT_LIMIT, TaskCell, TaskRow, cell_in_words
from targets.models import Milestone


@dataclass(slots=True)
class TypedReport:
    """One task of the form as typed. `days`: by milestone id the text of the day reached."""

    row: TaskRow
    text: str = ""
    days: dict[int, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    cell: TaskCell = field(default_factory=TaskCell)
    was: str = ""
    """The cell when the form was made, as `TaskCell.as_text`."""

    @classmethod
    def of(cls, row: TaskRow, cell: TaskCell) -> "TypedReport":
        """The row as it is stored."""
        reached = dict(cell.reached)
        days = {step.pk: reached[step.pk].isoformat() if step.pk in reached else "" for step in row.milestones}
        return cls(row=row, text=cell.text, days=days, cell=cell, was=cell.as_text())

    @classmethod
    def sent(cls, row: TaskRow, data: Mapping[str, str]) -> "TypedReport":
        """The row as the fields `<key>-text` and `<key>-m<milestone id>` say it."""
        typed = cls(
            row=row,
            text=data.get(f"{row.key}-text", "").replace("\r\n", "\n"),
            days={step.pk: data.get(f"{row.key}-m{step.pk}", "").strip() for step in row.milestones},
            was=data.get(f"{row.key}-was", ""),
        )
        typed.cell = typed._read(timezone.localdate())
        return typed

    def _read(self, today: dt.date) -> TaskCell:
        reached = []
        for step in self.row.milestones:
            typed = self.days[step.pk]
            if not typed:
                continue
            name = f"m{step.pk}"
            try:
                day = dt.date.fromisoformat(typed)
            except ValueError:
                self.errors[name] = (
                    f"{_name_of(step)}的“完成日”不是有效日期（{typed[:20]}），请按“2026-01-31”的格式填写。"
                )
                continue
            if day > today:
                self.errors[name] = f"{_name_of(step)}的“完成日”（{typed}）在今天之后；尚未完成的请留空。"
                continue
            reached.append((step.pk, day))
        if len(self.text) > REPORT_LIMIT:
            self.errors["text"] = f"“进展”最多 {REPORT_LIMIT} 字，现有 {len(self.text)} 字，请缩短后再保存。"
        return TaskCell(text=self.text.strip(), reached=tuple(reached))

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def is_changed(self) -> bool:
        return bool(self.errors) or self.cell.as_text() != self.was

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Words are not checked for what is plausible."""
        return ()

    @property
    def is_filled(self) -> bool:
        return bool(self.cell.text) and not self.errors

    @property
    def quotient_text(self) -> str:
        return ""

    def in_words(self) -> str:
        """What was typed, right or wrong, as one line."""
        if not self.errors:
            return cell_in_words(self.cell)
        return "；".join(text for text in (self.text, *self.days.values()) if text) or "（空）"

    def as_sent(self) -> dict[str, str]:
        """The row as a browser sends it, by field name."""
        return {f"{self.key}-text": self.text} | {f"{self.key}-m{step}": day for step, day in self.days.items()}

    @property
    def steps(self) -> list[dict[str, object]]:
        """The dated steps as the template prints them."""
        return [
            {
                "field": f"m{step.pk}",
                "milestone": step,
                "text": self.days[step.pk],
                "error": self.errors.get(f"m{step.pk}", ""),
            }
            for step in self.row.milestones
        ]


def _name_of(step: Milestone) -> str:
    return f"{step.due_on:%Y-%m-%d} 到期的节点"
