"""Makes cells of a sheet out of cells of a workbook: what is empty there stays as it is stored, nothing is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from accounts.workbook_reading import ReadCell
from departments.sheets import NOTE_LIMIT, REPORT_LIMIT, AnyCell, Cell, SheetRow, TaskCell, TaskRow
from departments.workbooks.cell_values import CellRefused, choice_in, day_in, number_in, words_in
from departments.workbooks.tables import Place
from targets.models import Observation

STATES = dict(Observation.STATES)
YES_NO = {"yes": "是", "no": "否"}


@dataclass(frozen=True, slots=True)
class Input:
    """One open cell of the workbook: what is in it, if anything, and where it is."""

    place: Place
    cell: ReadCell | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be taken: where, of which row, what stood in it, why and what to do."""

    place: str
    name: str
    given: str
    sentence: str


@dataclass(slots=True)
class Assembled:
    """A cell of the sheet as the workbook has it; None where something in it could not be taken."""

    name: str
    cell: AnyCell | None = None
    faults: list[Fault] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    emptied: list[Place] = field(default_factory=list)

    def refuse(self, given: Input, sentence: str) -> None:
        text = "" if given.cell is None else given.cell.text
        self.faults.append(Fault(str(given.place), self.name, text.strip()[:60], sentence))

    def hint(self, given: Input, hint: str) -> None:
        if hint:
            self.hints.append(f"{given.place.reference}：{hint}。")


def figure_of(row: SheetRow, before: Cell, inputs: Mapping[str, Input]) -> Assembled:
    """The figure of a row. inputs: by field of the row, and state, provisional, note; those that are still there."""
    made = Assembled(row.name)
    state = _state(made, before, inputs)
    numbers = _numbers(made, row, before, inputs)
    if state != "number":
        for name in numbers:
            label = row.rules.name_of(name) if row.indicator.is_two_part else "数值"
            made.refuse(
                inputs[name],
                f"“{label}”已填数，而“状态”选的是“{STATES[state]}”：请清空该数，或把“状态”改为“数值”。",
            )
        cell = Cell(state=state, note=before.note)
    else:
        kept = {name: numbers.get(name, before.measure.part(name)) for name in ("value", "numerator", "denominator")}
        made.emptied += [
            inputs[name].place
            for name in row.rules.fields
            if name in inputs and inputs[name].cell is None and before.measure.part(name) is not None
        ]
        cell = Cell(
            value=kept["value"],
            numerator=kept["numerator"],
            denominator=kept["denominator"],
            is_provisional=before.is_provisional,
            note=before.note,
        )
        cell = _with_provisional(made, cell, inputs.get("provisional"))
    cell = replace(cell, note=_words(made, inputs.get("note"), before.note, NOTE_LIMIT, "说明"))
    made.places = [inputs[name].place for name in (*row.rules.fields, "state") if name in inputs]
    made.cell = None if made.faults else cell
    return made


def report_of(row: TaskRow, before: TaskCell, text: Input | None, days: Mapping[int, Input]) -> Assembled:
    """The report on a task. days: by milestone id the cell of its day."""
    made = Assembled(row.name)
    words = _words(made, text, before.text, REPORT_LIMIT, "本期进展")
    reached = dict(before.reached)
    for milestone_id, given in days.items():
        if given.cell is None:
            if milestone_id in reached:
                made.emptied.append(given.place)
            continue
        try:
            meant = day_in(given.cell)
        except CellRefused as refusal:
            made.refuse(given, str(refusal))
            continue
        made.hint(given, meant.hint)
        reached[milestone_id] = meant.value
    made.places = [each.place for each in (text, *days.values()) if each is not None]
    made.cell = None if made.faults else TaskCell(text=words, reached=tuple(reached.items()))
    return made


def _state(made: Assembled, before: Cell, inputs: Mapping[str, Input]) -> str:
    given = inputs.get("state")
    if given is None or given.cell is None:
        return before.state
    try:
        return choice_in(given.cell, STATES, column="状态").value
    except CellRefused as refusal:
        made.refuse(given, str(refusal))
        return before.state


def _numbers(made: Assembled, row: SheetRow, before: Cell, inputs: Mapping[str, Input]) -> dict[str, Decimal]:
    units = {
        "value": row.indicator.unit,
        "numerator": row.indicator.numerator_unit,
        "denominator": row.indicator.denominator_unit,
    }
    numbers = {}
    for name in row.rules.fields:
        given = inputs.get(name)
        if given is None or given.cell is None:
            continue
        try:
            meant = number_in(given.cell, unit=units[name], before=before.measure.part(name))
        except CellRefused as refusal:
            made.refuse(given, str(refusal))
            continue
        made.hint(given, meant.hint)
        numbers[name] = meant.value
    return numbers


def _with_provisional(made: Assembled, cell: Cell, given: Input | None) -> Cell:
    if given is None or given.cell is None:
        return cell
    try:
        return replace(cell, is_provisional=choice_in(given.cell, YES_NO, column="快报数").value == "yes")
    except CellRefused as refusal:
        made.refuse(given, str(refusal))
        return cell


def _words(made: Assembled, given: Input | None, before: str, longest: int, column: str) -> str:
    if given is None:
        return before
    if given.cell is None:
        if before:
            made.emptied.append(given.place)
        return before
    try:
        words = words_in(given.cell).value
    except CellRefused as refusal:
        made.refuse(given, str(refusal))
        return before
    if len(words) > longest:
        made.refuse(given, f"“{column}”最多 {longest} 字，现有 {len(words)} 字，请缩短后再上传。")
    return words
