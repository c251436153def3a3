"""What a bureau owes in a period: one row an indicator, with what it reported before and what is odd about it now."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from departments import plausibility
from departments.models import Department, Entry, Extension, Responsibility, Submission
from departments.models.deadline import due_day_of
from departments.plausibility import CellRules, Finding, Measure, Past
from targets import labels
from targets.models import Area, Indicator, Observation, ReportingPeriod
from targets.numbers import shown
from targets.periods import add_months
from targets.promise_words import with_unit
from targets.terms import Basis, Kind

MONTHS_BETWEEN = {"quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a number, or two parts, or the state that explains why there is none."""

    state: str = "number"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_provisional: bool = False
    note: str = ""

    @classmethod
    def of(cls, entry: Entry) -> "Cell":
        return cls(
            state=entry.state,
            value=entry.value,
            numerator=entry.numerator,
            denominator=entry.denominator,
            is_provisional=entry.is_provisional,
            note=entry.note,
        )

    @property
    def measure(self) -> Measure:
        return Measure(value=self.value, numerator=self.numerator, denominator=self.denominator)

    def as_text(self) -> str:
        """The cell as one line, equal for equal cells: a form carries it to tell what its reader changed."""
        numbers = [
            None if number is None else plausibility.plain(number)
            for number in (self.value, self.numerator, self.denominator)
        ]
        return json.dumps([self.state, *numbers, self.is_provisional, self.note], ensure_ascii=False)


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
    """One indicator of a sheet. `entry` is None while nothing has been saved."""

    indicator: Indicator
    rules: CellRules
    entry: Entry | None
    last: PastFigure | None
    same_last_year: PastFigure | None
    last_is_of_this_year: bool
    approved: PastFigure | None = None
    """What counts for this very period today, where the sheet is a correction of it."""

    @property
    def cell(self) -> Cell:
        return Cell() if self.entry is None else Cell.of(self.entry)

    @property
    def is_filled(self) -> bool:
        return self.entry is not None and self.entry.is_filled

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
        return plausibility.findings(self.rules, cell.measure, self.past)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.findings_of(self.cell)

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
class Sheet:
    """A bureau's sheet of one period, whether or not a submission exists yet."""

    department: Department
    period: ReportingPeriod
    submission: Submission | None
    extension: Extension | None
    rows: tuple[SheetRow, ...]

    @property
    def due_on(self) -> dt.date:
        return due_day_of(self.period, self.extension)

    @property
    def lock_version(self) -> int:
        """0 for a sheet that does not exist yet: the first save makes it 1."""
        return 0 if self.submission is None else self.submission.lock_version

    @property
    def filled_count(self) -> int:
        return sum(row.is_filled for row in self.rows)

    @property
    def url(self) -> str:
        return sheet_url(self.department, self.period)


def sheet_url(department: Department, period: ReportingPeriod) -> str:
    address = reverse("departments:entry", args=[department.code, period.code])
    return f"{address}?{urlencode({'plan': period.plan.code})}"


def reported_indicators(department: Department, period: ReportingPeriod) -> list[Indicator]:
    """The indicators whose figures a bureau owes in a period, in the plan's order."""
    responsibilities = Responsibility.objects.filter(
        department=department, is_reporter=True, indicator__plan=period.plan_id
    ).select_related("indicator", "indicator__sector")
    owed = [r.indicator for r in responsibilities if r.indicator.is_owed_in(period.ends_on.month)]
    return sorted(owed, key=lambda indicator: (indicator.position, indicator.code))


def build_sheet(department: Department, period: ReportingPeriod, submission: Submission | None) -> Sheet:
    """The sheet with its rows and what was approved before, in five queries.

    Rows are what the bureau owes today, and what an earlier sheet holds beside it (a duty may have moved since).
    """
    indicators = reported_indicators(department, period)
    entries: dict[int, Entry] = {}
    if submission is not None:
        for entry in submission.entries.select_related("indicator", "indicator__sector", "changed_by"):
            entries[entry.indicator_id] = entry
    if submission is not None and not submission.is_editable:
        known = {indicator.pk for indicator in indicators}
        indicators += [e.indicator for e in entries.values() if e.indicator_id not in known]
    past = _past_figures(indicators, period)
    return Sheet(
        department=department,
        period=period,
        submission=submission,
        extension=Extension.objects.filter(department=department, period=period).first(),
        rows=tuple(_row(indicator, period, entries.get(indicator.pk), past) for indicator in indicators),
    )


def _row(
    indicator: Indicator,
    period: ReportingPeriod,
    entry: Entry | None,
    past: Mapping[tuple[int, dt.date], Observation],
) -> SheetRow:
    last_on = add_months(period.ends_on, -MONTHS_BETWEEN[indicator.reported_every])
    last = past.get((indicator.pk, last_on))
    same = past.get((indicator.pk, add_months(period.ends_on, -12)))
    approved = past.get((indicator.pk, period.ends_on))
    return SheetRow(
        indicator=indicator,
        rules=rules_of(indicator),
        entry=entry,
        last=None if last is None else PastFigure(last.period.name, last),
        same_last_year=None if same is None else PastFigure(same.period.name, same),
        last_is_of_this_year=last_on.year == period.ends_on.year,
        approved=None if approved is None else PastFigure(approved.period.name, approved),
    )


def _past_figures(indicators: Iterable[Indicator], period: ReportingPeriod) -> dict[tuple[int, dt.date], Observation]:
    """Approved figures of a period, of its year so far and of the last one: by indicator id and the period's end."""
    observations = (
        Observation.objects.current()
        .filter(
            indicator__in=[indicator.pk for indicator in indicators],
            area__parent__isnull=True,
            period__ends_on__lte=period.ends_on,
            period__ends_on__gte=dt.date(period.ends_on.year - 1, 1, 1),
        )
        .select_related("period")
    )
    return {(o.indicator_id, o.period.ends_on): o for o in observations}


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


def cell_in_words(cell: Cell) -> str:
    """A cell as one line, for the event log and for comparing two versions."""
    if cell.state != "number":
        words = dict(Observation.STATES)[cell.state]
    elif cell.numerator is not None or cell.denominator is not None:
        words = f"{_number_in_words(cell.numerator)} / {_number_in_words(cell.denominator)}"
    else:
        words = _number_in_words(cell.value)
    extra = ("，快报数" if cell.is_provisional else "") + (f"，说明：{cell.note}" if cell.note else "")
    return words + extra


def _number_in_words(number: Decimal | None) -> str:
    return "（空）" if number is None else plausibility.plain(number)


def root_area() -> Area:
    return Area.objects.get(parent__isnull=True)
