"""A bureau's figures of many periods side by side: a column is the sheet of a period, a line is an indicator.

Whoever starts late enters years at once. Where nothing is approved yet, a figure is compared with what the grid says of
the periods before: a slip of the comma shows while it is typed, not when the next quarter is reviewed.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from accounts.models import User
from departments import permissions
from departments.forms import EntryForm, TypedCell
from departments.models import Department, Submission
from departments.problems import Problem, problems_of
from departments.sheets import Cell, PastFigure, Sheet, SheetRow, build_sheet
from departments.sheets.building import MONTHS_BETWEEN
from targets.models import Indicator, Observation, Plan, ReportingPeriod
from targets.periods import add_months

Typed = Mapping[tuple[int, dt.date], tuple[ReportingPeriod, Cell]]
"""By indicator id and end of period: what the grid says."""


@dataclass(frozen=True, slots=True)
class Column:
    """One period: its sheet, and why nothing can be filled in (empty where it can)."""

    period: ReportingPeriod
    sheet: Sheet
    why_not: str

    @property
    def is_open(self) -> bool:
        return not self.why_not

    @property
    def prefix(self) -> str:
        """What stands before a cell's key where cells of several periods are together."""
        return f"{self.period.code}/"


def history_columns(
    department: Department, plan: Plan, user: User, *, today: dt.date, years: Collection[int] | None = None
) -> list[Column]:
    """The periods that have opened, oldest first, in which the bureau has figures to report; of some years or all."""
    periods = plan.periods.filter(opens_on__lte=today).order_by("ends_on").select_related("plan")
    if years is not None:
        periods = periods.filter(ends_on__year__in=years)
    sheets = Submission.objects.current().filter(department=department, period__plan=plan)
    current = {sheet.period_id: sheet for sheet in sheets.select_related("department", "period", "period__plan")}
    columns = []
    for period in periods:
        submission = current.get(period.pk)
        sheet = build_sheet(department, period, submission)
        if sheet.rows:
            columns.append(Column(period, sheet, _why_not(user, sheet)))
    return columns


def _why_not(user: User, sheet: Sheet) -> str:
    if sheet.submission is None:
        may = permissions.can_fill(user, sheet.department, sheet.period)
    else:
        may = permissions.can_save(user, sheet.submission)
    return "" if may else permissions.why_locked(user, sheet) or "只能查看。"


@dataclass(slots=True)
class HistoryForm:
    """The grid as typed: a form for each column, its rows compared with what stands beside them."""

    columns: list[Column]
    forms: dict[str, EntryForm] = field(default_factory=dict)
    """By code of the period."""

    @classmethod
    def of(cls, columns: list[Column], data: Mapping[str, str] | None = None) -> "HistoryForm":
        forms = {
            column.period.code: EntryForm.of(column.sheet, column.sheet.rows)
            if data is None or not column.is_open
            else EntryForm.sent(column.sheet, _own(column, data), column.sheet.rows)
            for column in columns
        }
        form = cls(columns, forms)
        said = form._said()
        for each in forms.values():
            for typed in each.typed:
                typed.row = beside(typed.row, each.sheet.period, said)
        return form

    def _said(self) -> Typed:
        said = {}
        for each in self.forms.values():
            for typed in each.typed:
                if typed.is_filled and typed.cell.state == "number":
                    said[typed.row.indicator.pk, each.sheet.period.ends_on] = (each.sheet.period, typed.cell)
        return said

    @property
    def open_forms(self) -> list[tuple[Column, EntryForm]]:
        return [(column, self.forms[column.period.code]) for column in self.columns if column.is_open]

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid for _, form in self.open_forms)

    @property
    def problems(self) -> list[Problem]:
        """What cannot be read, period by period, with keys of the grid."""
        return [
            Problem(f"{column.prefix}{one.key}", one.field, f"{column.period.name}，{one.sentence}")
            for column, form in self.open_forms
            for one in form.problems
        ]

    def lines(self) -> list["Line"]:
        """The indicators in the plan's order, each with its cell in every column."""
        indicators: dict[int, Indicator] = {}
        cells: dict[int, dict[str, TypedCell]] = {}
        for code, form in self.forms.items():
            for typed in form.typed:
                indicators[typed.row.indicator.pk] = typed.row.indicator
                cells.setdefault(typed.row.indicator.pk, {})[code] = typed
        ordered = sorted(indicators.values(), key=lambda indicator: (indicator.position, indicator.code))
        lines, first = [], 1
        for indicator in ordered:
            row = next(iter(cells[indicator.pk].values())).row
            found = tuple(
                GridCell(column, cells[indicator.pk].get(column.period.code), at)
                for at, column in enumerate(self.columns, start=1)
            )
            lines.append(Line(indicator, row, found, first))
            first += len(row.rules.fields)
        return lines


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of the grid; `typed` is None where the indicator is not owed in the period."""

    column: Column
    typed: TypedCell | None
    at: int

    @property
    def key(self) -> str:
        return "" if self.typed is None else f"{self.column.prefix}{self.typed.key}"

    @property
    def is_open(self) -> bool:
        return self.typed is not None and self.column.is_open and self.column.sheet.is_open(self.typed.key)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator over all columns; `first` is the number of its first line of numbers in the grid."""

    indicator: Indicator
    row: SheetRow
    cells: tuple[GridCell, ...]
    first: int

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Names and units of the numbers, one a line."""
        one = self.indicator
        if not one.is_two_part:
            return [("数值", one.unit)]
        return [(one.numerator_name, one.numerator_unit), (one.denominator_name, one.denominator_unit)]


def beside(row: SheetRow, period: ReportingPeriod, said: Typed) -> SheetRow:
    """The row compared with what the grid says of the periods before, where nothing is approved for them."""
    last_on = add_months(period.ends_on, -MONTHS_BETWEEN[row.indicator.reported_every])
    return replace(
        row,
        last=row.last or _past(row, said, last_on),
        same_last_year=row.same_last_year or _past(row, said, add_months(period.ends_on, -12)),
    )


def _past(row: SheetRow, said: Typed, day: dt.date) -> PastFigure | None:
    found = said.get((row.indicator.pk, day))
    if found is None:
        return None
    period, cell = found
    figure = Observation(
        indicator=row.indicator,
        area=row.area,
        period=period,
        value=cell.value,
        numerator=cell.numerator,
        denominator=cell.denominator,
        is_provisional=cell.is_provisional,
    )
    return PastFigure(period.name, figure)


def problems_in_grid(form: EntryForm) -> tuple[Problem, ...]:
    """What keeps one column from being sent, looked at beside the other columns."""
    rows = {typed.key: typed.row for typed in form.typed}
    return problems_of(replace(form.sheet, rows=tuple(rows.get(row.key, row) for row in form.sheet.rows)))


def years_around(codes: Iterable[str]) -> set[int]:
    """The years of some periods and the ones before, with which they are compared."""
    years = {int(code[:4]) for code in codes if code[:4].isdigit()}
    return years | {year - 1 for year in years}


def _own(column: Column, data: Mapping[str, str]) -> dict[str, str]:
    """The fields of one column, under the names that a sheet's own form gives them."""
    return {name.removeprefix(column.prefix): text for name, text in data.items() if name.startswith(column.prefix)}
