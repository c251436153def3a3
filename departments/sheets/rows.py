"""One line of a sheet: an indicator of the city or of a county, or a task, with what was reported before."""

from dataclasses import dataclass
from decimal import Decimal

from departments import plausibility, rolling_up
from departments.models import Entry, TaskReport
from departments.plausibility import CellRules, Finding, Level, Measure, Past
from departments.rolling_up import AreaPart, RollUp
from departments.sheets.cells import Cell, TaskCell
from targets import labels
from targets.models import Area, Indicator, Milestone, Observation, PlanTask, TaskProgress
from targets.numbers import shown
from targets.promise_words import with_unit
from targets.terms import Basis, Kind


@dataclass(frozen=True, slots=True)
class PastFigure:
    """An approved figure of an earlier period, beside which the new one is read."""

    period_name: str
    observation: Observation

    @property
    def measure(self) -> Measure:
        o = self.observation
        return Measure(value=o.value, numerator=o.numerator, denominator=o.denominator)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One indicator of a sheet, for the city or for one county. `entry` is None while nothing has been saved."""

    indicator: Indicator
    area: Area
    key: str
    rules: CellRules
    entry: Entry | None
    last: PastFigure | None
    same_last_year: PastFigure | None
    last_is_of_this_year: bool
    approved: PastFigure | None = None
    """What counts for this very period today, where the sheet is a correction of it."""
    parts: tuple[AreaPart, ...] = ()
    """What the counties say, at the city's row of an indicator that is broken down."""
    typed: Cell | None = None
    """What the row would say if it were saved; see `Sheet.with_cells`."""
    is_settled: bool = False
    """Whether the sheet is out of its people's hands: its findings are those that were kept with the figure."""

    @property
    def cell(self) -> Cell:
        if self.typed is not None:
            return self.typed
        return Cell() if self.entry is None else Cell.of(self.entry)

    @property
    def is_city(self) -> bool:
        return self.area.parent_id is None

    @property
    def is_filled(self) -> bool:
        """Whether the cell says something complete: its number, both its parts, or why there is none."""
        if self.entry is None and self.typed is None:
            return False
        cell = self.cell
        return cell.state != "number" or all(cell.measure.part(field) is not None for field in self.rules.fields)

    @property
    def name(self) -> str:
        """The row in words: 03 秸秆综合利用率（沂水县）."""
        words = f"{self.indicator.code} {self.indicator.name}"
        return words if self.is_city else f"{words}（{self.area.name}）"

    @property
    def basis_label(self) -> str:
        """On what basis the number is reported, in words; empty for a rate as published."""
        return basis_label(self.indicator)

    @property
    def past(self) -> Past:
        last, same = self.last, self.same_last_year
        return Past(
            last=None if last is None else last.measure,
            last_name="上期" if last is None else last.period_name,
            last_is_of_this_year=self.last_is_of_this_year,
            same_last_year=None if same is None else same.measure,
            same_name="上年同期" if same is None else same.period_name,
        )

    def findings_of(self, cell: Cell) -> tuple[Finding, ...]:
        """What is odd about a cell of this row; nothing to find where there is no number."""
        if cell.state != "number":
            return ()
        found = plausibility.findings(self.rules, cell.measure, self.past)
        if self.parts and not any(finding.level is Level.ERROR for finding in found):
            together = rolling_up.roll_up(self.rules, self.parts, cell.measure)
            if together is not None:
                found += plausibility.areas_against_city(
                    self.rules, together.figure, together.city, is_complete=together.is_complete
                )
        return found

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the row's own cell, as it is or as it was when the sheet was sent."""
        if self.is_settled:
            return () if self.entry is None else tuple(_finding(kept) for kept in self.entry.findings)
        return self.findings_of(self.cell)

    @property
    def is_on_behalf(self) -> bool:
        """Whether the coordinator filled the cell in for the bureau."""
        return self.entry is not None and self.entry.is_on_behalf

    @property
    def roll_up(self) -> RollUp | None:
        """What the counties add up to beside the city's figure; None where the indicator is not broken down."""
        if not self.parts:
            return None
        return rolling_up.roll_up(self.rules, self.parts, self.cell.measure)

    @property
    def change_text(self) -> str:
        """How the figure moved against the same period of last year, in the indicator's unit; empty without both."""
        if self.same_last_year is None:
            return ""
        now = plausibility.quotient(self.rules, self.cell.measure)
        before = plausibility.quotient(self.rules, self.same_last_year.measure)
        if now is None or before is None:
            return ""
        change = now - before
        if self.indicator.unit == "%":
            return f"{signed(change, self.indicator.decimals)} 个百分点"
        if before == 0:
            return f"{signed(change, self.indicator.decimals)} {self.indicator.unit}"
        return f"{signed(change / abs(before) * 100, 1)}%"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the bureau: owed in this period, or to be reported if there is something to say."""

    task: PlanTask
    milestones: tuple[Milestone, ...]
    report: TaskReport | None
    last: TaskProgress | None
    """The newest approved report of an earlier period."""
    key: str
    is_owed: bool
    approved: TaskProgress | None = None
    """What counts for this very period today, where the sheet is a correction of it."""
    typed: TaskCell | None = None

    @property
    def cell(self) -> TaskCell:
        if self.typed is not None:
            return self.typed
        return TaskCell() if self.report is None else TaskCell.of(self.report)

    @property
    def is_filled(self) -> bool:
        return bool(self.cell.text.strip())

    @property
    def is_on_behalf(self) -> bool:
        """Whether the coordinator filled the cell in for the bureau."""
        return self.report is not None and self.report.is_on_behalf

    @property
    def name(self) -> str:
        return f"任务 {self.task.code}"


def findings_kept(row: SheetRow) -> list[list[str]]:
    """The findings of a row as they are stored with its figure: level, code, field and sentence of each."""
    return [[f.level.value, f.code, f.field, f.sentence] for f in row.findings]


def _finding(kept: list[str]) -> Finding:
    level, code, field, sentence = kept
    return Finding(Level(level), code, field, sentence)


def rules_of(indicator: Indicator) -> CellRules:
    """An indicator's definition as the plausibility checks take it."""
    return CellRules(
        unit=indicator.unit,
        is_two_part=indicator.is_two_part,
        value_name=indicator.name,
        numerator_name=indicator.numerator_name or "分子",
        denominator_name=indicator.denominator_name or "分母",
        value_kind=Kind(indicator.value_kind) if indicator.value_kind else None,
        numerator_kind=Kind(indicator.numerator_kind) if indicator.numerator_kind else None,
        denominator_kind=Kind(indicator.denominator_kind) if indicator.denominator_kind else None,
        basis=Basis(indicator.basis) if indicator.basis else Basis.PERIOD,
        factor=indicator.factor,
        natural_lower=indicator.natural_lower,
        natural_upper=indicator.natural_upper,
        whole_units=indicator.whole_units,
    )


def basis_label(indicator: Indicator) -> str:
    """What span the reported number speaks of, in words."""
    kinds = {indicator.value_kind, indicator.numerator_kind, indicator.denominator_kind}
    if Kind.FLOW in kinds:
        return labels.BASIS_LABELS[Basis(indicator.basis) if indicator.basis else Basis.PERIOD]
    if Kind.STOCK in kinds:
        return "期末数"
    return "公布数"


def figure_text(indicator: Indicator, measure: Measure) -> str:
    """The figure in the indicator's unit, rounded for showing; empty where it cannot be computed."""
    number = plausibility.quotient(rules_of(indicator), measure)
    if number is None:
        return "分母为0，无法计算" if measure.denominator == 0 else ""
    percent = indicator.unit == "%"
    return with_unit(shown(number, indicator.decimals, percent=percent), indicator.unit)


def signed(number: Decimal, decimals: int) -> str:
    """A change with its sign; a true minus is not used, so that the text can be copied into a workbook."""
    rounded = Decimal(shown(number, decimals))
    return f"{rounded:+f}" if rounded != 0 else "0"
