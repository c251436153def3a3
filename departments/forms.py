"""What a person typed, read into cells; nothing typed is lost when something is wrong with it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from departments.plausibility import Finding, plain
from departments.problems import Problem, row_name
from departments.sheets import Cell, Sheet, SheetRow, cell_in_words, figure_text
from targets.models import Observation
from targets.number_input import NumberRefused, parse_decimal

NOTE_LIMIT = 1000
REASON_LIMIT = 300


@dataclass(slots=True)
class TypedCell:
    """One row of the form as typed: texts for the inputs, and by field what is wrong with them."""

    row: SheetRow
    texts: dict[str, str]
    state: str = "number"
    is_provisional: bool = False
    note: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    cell: Cell = field(default_factory=Cell)
    was: str = ""
    """The cell when the form was made, as `Cell.as_text`."""

    @classmethod
    def of(cls, row: SheetRow, cell: Cell) -> "TypedCell":
        """The row as it is stored."""
        texts = {}
        for name in row.rules.fields:
            number = cell.measure.part(name)
            texts[name] = "" if number is None else plain(number)
        return cls(
            row=row,
            texts=texts,
            state=cell.state,
            is_provisional=cell.is_provisional,
            note=cell.note,
            cell=cell,
            was=cell.as_text(),
        )

    @property
    def is_changed(self) -> bool:
        """Whether the person changed the row since the form was made; what cannot be read was typed, so it was."""
        return bool(self.errors) or self.cell.as_text() != self.was

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the numbers as typed; nothing beside an error, which comes first."""
        return () if self.errors else self.row.findings_of(self.cell)

    @property
    def quotient_text(self) -> str:
        return figure_text(self.row.indicator, self.cell.measure) if self.row.indicator.is_two_part else ""

    def in_words(self) -> str:
        """What was typed, right or wrong, as one line."""
        if not self.errors:
            return cell_in_words(self.cell)
        return " / ".join(text for text in self.texts.values() if text) or "（空）"

    @property
    def name_prefix(self) -> str:
        return self.row.key

    @property
    def numbers(self) -> list[dict[str, str]]:
        """The number inputs of the row, as the template prints them."""
        indicator = self.row.indicator
        units = {
            "value": indicator.unit,
            "numerator": indicator.numerator_unit,
            "denominator": indicator.denominator_unit,
        }
        kinds = {
            "value": indicator.value_kind,
            "numerator": indicator.numerator_kind,
            "denominator": indicator.denominator_kind,
        }
        last, same, approved = self.row.last, self.row.same_last_year, self.row.approved
        return [
            {
                "field": name,
                "label": self.row.rules.name_of(name) if indicator.is_two_part else "数值",
                "unit": units[name],
                "basis": self.row.basis_label if kinds[name] == "flow" or not indicator.is_two_part else "期末数",
                "text": self.texts[name],
                "error": self.errors.get(name, ""),
                "last": "" if last is None else _number_text(last.observation, name),
                "same": "" if same is None else _number_text(same.observation, name),
                "approved": "" if approved is None else _number_text(approved.observation, name),
            }
            for name in self.row.rules.fields
        ]


def _number_text(observation: Observation, name: str) -> str:
    if observation.state != "number":
        return dict(Observation.STATES)[observation.state]
    number = getattr(observation, name)
    return "" if number is None else plain(number)


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that two people filled in differently."""

    row: SheetRow
    mine: str
    stored: str


@dataclass(slots=True)
class EntryForm:
    """A bureau's sheet as a form: made from what is stored, or from what was sent."""

    sheet: Sheet
    typed: list[TypedCell]
    lock_version: int

    @classmethod
    def of(cls, sheet: Sheet) -> "EntryForm":
        return cls(
            sheet=sheet,
            typed=[TypedCell.of(row, row.cell) for row in sheet.rows],
            lock_version=sheet.lock_version,
        )

    @classmethod
    def sent(cls, sheet: Sheet, data: Mapping[str, str]) -> "EntryForm":
        """Reads the fields `c<indicator id>-…`; a row that was not sent stays as it is stored."""
        try:
            lock_version = int(data.get("lock_version", ""))
        except ValueError:
            lock_version = -1  # a form without its version conflicts with every version
        typed = [
            _read(row, data) if f"{row.key}-state" in data else TypedCell.of(row, row.cell)
            for row in sheet.rows
        ]
        return cls(sheet=sheet, typed=typed, lock_version=lock_version)

    @property
    def is_valid(self) -> bool:
        return not any(typed.errors for typed in self.typed)

    @property
    def cells(self) -> dict[str, Cell]:
        return {typed.row.key: typed.cell for typed in self.typed}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what was typed, in the order of the rows."""
        return tuple(
            Problem(typed.row.key, name, f"{row_name(typed.row)}：{sentence}")
            for typed in self.typed
            for name, sentence in typed.errors.items()
        )

    def merged(self) -> tuple["EntryForm", tuple["Difference", ...]]:
        """After somebody else saved: the form as it should be shown now, and the rows that both people changed.

        Rows that this person left alone take what is stored now; rows that he changed keep what he typed.
        """
        typed, differences = [], []
        for mine in self.typed:
            stored = mine.row.cell
            if not mine.is_changed or (not mine.errors and mine.cell == stored):
                typed.append(TypedCell.of(mine.row, stored))
                continue
            if stored.as_text() != mine.was:
                differences.append(Difference(row=mine.row, mine=mine.in_words(), stored=cell_in_words(stored)))
            typed.append(replace(mine, was=stored.as_text()))
        return EntryForm(sheet=self.sheet, typed=typed, lock_version=self.sheet.lock_version), tuple(differences)

    def as_differences(self) -> tuple["Difference", ...]:
        """What this person changed, beside what is stored, where it can no longer be saved."""
        return tuple(
            Difference(row=mine.row, mine=mine.in_words(), stored=cell_in_words(mine.row.cell))
            for mine in self.typed
            if mine.is_changed and (mine.errors or mine.cell != mine.row.cell)
        )

    @property
    def says_what_is_stored(self) -> bool:
        """Whether nothing would be lost by throwing the form away: the same was sent twice."""
        return self.is_valid and all(typed.cell == typed.row.cell for typed in self.typed)

    def mark(self, problems: tuple[Problem, ...]) -> None:
        """Puts problems found elsewhere beside their fields."""
        by_key = {typed.row.key: typed for typed in self.typed}
        for problem in problems:
            typed = by_key.get(problem.key)
            if typed is not None:
                typed.errors.setdefault(problem.field, problem.sentence.partition("：")[2])


def _read(row: SheetRow, data: Mapping[str, str]) -> TypedCell:
    prefix = row.key
    typed = TypedCell(
        row=row,
        texts={name: data.get(f"{prefix}-{name}", "") for name in row.rules.fields},
        state=data.get(f"{prefix}-state", "number"),
        is_provisional=f"{prefix}-provisional" in data,
        note=data.get(f"{prefix}-note", "").replace("\r\n", "\n"),
        was=data.get(f"{prefix}-was", ""),
    )
    states = dict(Observation.STATES)
    if typed.state not in states:
        typed.errors["state"] = "“状态”不在可选范围内，请重新选择。"
        typed.state = "number"
    numbers = {}
    for name in row.rules.fields:
        if not typed.texts[name].strip():
            continue
        label = row.rules.name_of(name) if row.indicator.is_two_part else "数值"
        if typed.state != "number":
            typed.errors[name] = (
                f"“{label}”已填数，而“状态”选的是“{states[typed.state]}”：请清空该数，或把“状态”改为“数值”。"
            )
            continue
        try:
            numbers[name] = parse_decimal(typed.texts[name])
        except NumberRefused as refusal:
            typed.errors[name] = f"“{label}”一格：{refusal}"
    if len(typed.note) > NOTE_LIMIT:
        typed.errors["note"] = f"“说明”最多 {NOTE_LIMIT} 字，现有 {len(typed.note)} 字，请缩短后再保存。"
    typed.cell = Cell(
        state=typed.state,
        value=numbers.get("value"),
        numerator=numbers.get("numerator"),
        denominator=numbers.get("denominator"),
        is_provisional=typed.is_provisional and typed.state == "number",
        note=typed.note.strip(),
    )
    return typed


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
