"""PURE: the frozen values that pages, exports and briefings show; one object for all, so that they cannot disagree.

Numbers are there twice: as the calculus computed them (`assessment`), and as text already rounded for showing, so
that a template only prints.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from targets.terms import Absence, Assessment, Form, Status


@dataclass(frozen=True, slots=True)
class PlanView:
    id: int
    code: str
    title: str
    issuer: str
    issuer_short: str
    starts_on: dt.date
    ends_on: dt.date
    baseline_year: int
    nature: str
    is_demonstration: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PeriodView:
    id: int
    code: str  # 2025Q4
    name: str  # 2025年四季度
    starts_on: dt.date
    ends_on: dt.date
    due_on: dt.date
    is_last_of_plan: bool


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One point of an indicator's history, in the indicator's unit as the calculus reads it (the actual y)."""

    on: dt.date
    label: str  # 2023Q4
    actual: Decimal | None
    expected: Decimal | None
    status: Status
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class PendingFigure:
    """A figure that was sent and waits for approval (待审): shown beside the approved ones, part of no number."""

    on: dt.date
    label: str  # 2025年四季度
    actual: Decimal | None  # the actual y that it would give; None where it gives none, such as a part of a year
    figure_text: str  # as it was reported
    state_label: str  # 待部门复核, 待审核
    sent_on: dt.date | None
    is_correction: bool  # an approved figure of the period counts meanwhile


@dataclass(frozen=True, slots=True)
class LampView:
    """The light of sending (填报灯): whether a figure or a sheet came in time; progress has a light of its own."""

    value: str  # on_time, made_up, missing, not_due
    label: str
    short: str
    tone: str


@dataclass(frozen=True, slots=True)
class BaselineView:
    year: int
    value: Decimal
    value_text: str
    source: str
    document: str
    is_substitute: bool
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One promise and how it stands at the period."""

    id: int
    code: str
    name: str
    unit: str
    unit_is_assumed: bool
    decimals: int
    sector: str
    department: str  # the bureau that reports, by the plan's name; empty when owed by nobody
    departments: tuple[str, ...]  # all listed, in the plan's order
    clause_section: str
    clause_text: str
    is_aspirational: bool
    is_quantified: bool
    is_budget: bool  # a quantity that may be used up: a larger share makes it worse
    form: Form
    band: tuple[Decimal, Decimal] | None  # lower and upper edge of a band
    condition: str
    target_text: str  # “≥95%（稳定保持）”, “较2020年下降6%左右”
    target_value_text: str  # T in the indicator's unit, or "—"
    baseline: BaselineView | None
    actual_text: str  # "95.8%" or "—"
    gap_text: str  # "还差0.8个百分点", "高于目标0.8个百分点", "在区间内", "余量20.7吨", "—"
    progress_text: str  # "50.0%" or "—"
    lead_text: str  # "超时序进度3.1个百分点", "欠时序进度…", "—"
    required_text: str
    observed_text: str
    datum_text: str  # "2024年" or "2025年三季度"; empty without a datum
    status: Status
    status_label: str
    flag_texts: tuple[str, ...]
    assessment: Assessment
    series: tuple[SeriesPoint, ...]
    absence: Absence | None  # why the newest due figure has no number
    note: str  # the bureau's own explanation with the newest figure
    has_unconfirmed_choices: bool
    lamp: LampView | None = None  # how the period's figure came; None where none is owed in the period
    is_pending: bool = False  # a figure of the period was sent and waits for approval; it counts nowhere yet


@dataclass(frozen=True, slots=True)
class StatusCount:
    status: Status
    label: str
    count: int
    tone: str  # ok, warn, bad, none


@dataclass(frozen=True, slots=True)
class SectorView:
    id: int
    name: str
    rows: tuple[IndicatorRow, ...]
    counts: tuple[StatusCount, ...]
    task_count: int
    sentence: str


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """Whether a bureau's sheet of the period is in: approved, waiting, returned, not sent; late or in time."""

    code: str
    name: str
    official_name: str
    owes: int  # figures and reports on tasks that it owes in the period; 0: nothing to send
    state: str  # draft, submitted, endorsed, approved, returned; "missing": no sheet yet; "nothing_owed"
    state_label: str
    due_on: dt.date
    is_extended: bool
    is_overdue: bool
    sent_on: dt.date | None
    was_on_time: bool | None  # None while nothing was sent
    is_correcting: bool = False  # approved once and reopened: the approved figures count until the new ones do
    owes_tasks: int = 0  # those of `owes` that are reports on tasks
    lamp: LampView | None = None  # None where nothing is owed

    @property
    def owes_words(self) -> str:
        """What it owes: 8项, or 指标8项、任务3项 where reports on tasks are among it."""
        if not self.owes_tasks:
            return f"{self.owes}项"
        figures = self.owes - self.owes_tasks
        return (f"指标{figures}项、" if figures else "") + f"任务{self.owes_tasks}项"


@dataclass(frozen=True, slots=True)
class MilestoneView:
    task_code: str
    text: str
    sector: str
    departments: tuple[str, ...]
    due_on: dt.date
    reached_on: dt.date | None
    is_overdue: bool
    note: str

    @property
    def is_late(self) -> bool:
        """Done, but after the day it was due."""
        return self.reached_on is not None and self.reached_on > self.due_on


@dataclass(frozen=True, slots=True)
class StatusChange:
    code: str
    name: str
    before: Status | None
    after: Status
    before_label: str
    after_label: str
    tone: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    code: str
    about: str
    doubt: str
    default_reading: str
    risk: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that a page or a briefing shows of one plan at one period."""

    plan: PlanView
    period: PeriodView
    cut_off: dt.datetime
    sentence: str
    counts: tuple[StatusCount, ...]  # quantified promises by status, in the order of targets.labels
    assessed_count: int  # those with a judgement; the denominator that is said aloud
    quantified_count: int
    sectors: tuple[SectorView, ...]  # every sector with indicators, in the plan's order
    departments: tuple[DepartmentView, ...]
    milestones: tuple[MilestoneView, ...]
    task_count: int
    changes: tuple[StatusChange, ...]  # against the period before
    previous_counts: Mapping[Status, int]
    readings: tuple[ReadingView, ...]
    is_demonstration: bool

    @property
    def rows(self) -> tuple[IndicatorRow, ...]:
        return tuple(row for sector in self.sectors for row in sector.rows)
