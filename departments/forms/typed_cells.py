"""One figure of a sheet as somebody typed it: texts for the inputs, what they say, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from departments.plausibility import Finding, plain
from departments.sheets import NOTE_LIMIT, Cell, SheetRow, cell_in_words, figure_text
from targets.models import Observation
from targets.number_input import NumberRefused, parse_decimal

PERCENT_SIGNS = "%％"


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

    @classmethod
    def sent(cls, row: SheetRow, data: Mapping[str, str]) -> "TypedCell":
        """The row as the fields `<key>-…` say it; what cannot be read is in `errors`, and nothing typed is lost."""
        typed = cls(
            row=row,
            texts={name: data.get(f"{row.key}-{name}", "") for name in row.rules.fields},
            state=data.get(f"{row.key}-state", "number"),
            is_provisional=f"{row.key}-provisional" in data,
            note=data.get(f"{row.key}-note", "").replace("\r\n", "\n"),
            was=data.get(f"{row.key}-was", ""),
        )
        typed.cell = typed._read()
        return typed

    def _read(self) -> Cell:
        states = dict(Observation.STATES)
        if self.state not in states:
            self.errors["state"] = "“状态”不在可选范围内，请重新选择。"
            self.state = "number"
        numbers = {}
        for name in self.row.rules.fields:
            if not self.texts[name].strip():
                continue
            label = self.label_of(name)
            if self.state != "number":
                self.errors[name] = (
                    f"“{label}”已填数，而“状态”选的是“{states[self.state]}”：请清空该数，或把“状态”改为“数值”。"
                )
                continue
            try:
                numbers[name] = parse_decimal(without_percent_sign(self.texts[name], self.unit_of(name)))
            except NumberRefused as refusal:
                self.errors[name] = f"“{label}”一格：{refusal}"
        if len(self.note) > NOTE_LIMIT:
            self.errors["note"] = f"“说明”最多 {NOTE_LIMIT} 字，现有 {len(self.note)} 字，请缩短后再保存。"
        return Cell(
            state=self.state,
            value=numbers.get("value"),
            numerator=numbers.get("numerator"),
            denominator=numbers.get("denominator"),
            is_provisional=self.is_provisional and self.state == "number",
            note=self.note.strip(),
        )

    @property
    def key(self) -> str:
        return self.row.key

    name_prefix = key

    @property
    def is_changed(self) -> bool:
        """Whether the person changed the row since the form was made; what cannot be read was typed, so it was."""
        return bool(self.errors) or self.cell.as_text() != self.was

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the numbers as typed; nothing beside an error, which comes first. Of a sheet that was sent,
        what was odd about them then."""
        if self.errors:
            return ()
        return self.row.findings if self.cell == self.row.cell else self.row.findings_of(self.cell)

    @property
    def is_filled(self) -> bool:
        """Whether the row as typed says something complete, whether or not it is stored."""
        if self.errors:
            return False
        if self.cell.state != "number":
            return True
        return all(self.cell.measure.part(name) is not None for name in self.row.rules.fields)

    @property
    def quotient_text(self) -> str:
        return figure_text(self.row.indicator, self.cell.measure) if self.row.indicator.is_two_part else ""

    def in_words(self) -> str:
        """What was typed, right or wrong, as one line."""
        if not self.errors:
            return cell_in_words(self.cell)
        return " / ".join(text for text in self.texts.values() if text) or "（空）"

    def as_sent(self) -> dict[str, str]:
        """The row as a browser sends it, by field name."""
        data = {f"{self.key}-{name}": text for name, text in self.texts.items()}
        data |= {f"{self.key}-state": self.state, f"{self.key}-note": self.note}
        return data | ({f"{self.key}-provisional": "1"} if self.is_provisional else {})

    def label_of(self, name: str) -> str:
        return self.row.rules.name_of(name) if self.row.indicator.is_two_part else "数值"

    def unit_of(self, name: str) -> str:
        indicator = self.row.indicator
        return {
            "value": indicator.unit,
            "numerator": indicator.numerator_unit,
            "denominator": indicator.denominator_unit,
        }[name]

    @property
    def numbers(self) -> list[dict[str, str]]:
        """The number inputs of the row, as the template prints them."""
        indicator = self.row.indicator
        kinds = {
            "value": indicator.value_kind,
            "numerator": indicator.numerator_kind,
            "denominator": indicator.denominator_kind,
        }
        last, same, approved = self.row.last, self.row.same_last_year, self.row.approved
        return [
            {
                "field": name,
                "label": self.label_of(name),
                "unit": self.unit_of(name),
                "basis": self.row.basis_label if kinds[name] == "flow" or not indicator.is_two_part else "期末数",
                "text": self.texts[name],
                "error": self.errors.get(name, ""),
                "last": "" if last is None else _number_text(last.observation, name),
                "same": "" if same is None else _number_text(same.observation, name),
                "approved": "" if approved is None else _number_text(approved.observation, name),
            }
            for name in self.row.rules.fields
        ]


def without_percent_sign(text: str, unit: str) -> str:
    """A percent sign behind a number whose unit is % says nothing new: so a workbook formats it. Elsewhere it stays."""
    bare = text.strip()
    return bare[:-1] if unit == "%" and bare.endswith(tuple(PERCENT_SIGNS)) else text


def _number_text(observation: Observation, name: str) -> str:
    if observation.state != "number":
        return dict(Observation.STATES)[observation.state]
    number = getattr(observation, name)
    return "" if number is None else plain(number)
