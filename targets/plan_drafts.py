"""A plan as frozen values, before it is stored: what a plan file says, item by item, names instead of rows.

Bureaus stand here by their names only; who they are is decided by the room that knows bureaus.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from targets.terms import (
    Accumulation,
    AssessedOn,
    Basis,
    Comparison,
    Direction,
    Form,
    Frequency,
    InterimTarget,
    Kind,
    Path,
    Thresholds,
)

DEFAULT_DUE_DAYS_AFTER_END = 20


@dataclass(frozen=True, slots=True)
class AreaDraft:
    """A place; one that does not count toward the total says why in its note."""

    code: str
    name: str
    counts_toward_total: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentDraft:
    """A bureau: the name that the plan gives it, and its official name, confirmed or not."""

    code: str
    name: str
    official_name: str
    official_name_unconfirmed: bool = False
    coordinates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseDraft:
    """One passage of the text, whole, with the bureaus that its responsibility line lists, in that order."""

    section: str
    heading: str
    subheading: str = ""
    sector: str
    departments: tuple[str, ...] = ()
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityDraft:
    """One reported quantity; of a single value the unit is the indicator's own and the name stays empty."""

    kind: Kind
    unit: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDraft:
    """The promise; `value` carries its sign (−6 for 下降6%), `tolerance_percent` is in percent of it."""

    form: Form
    comparison: Comparison | None = None
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    due_on: date
    strict: bool = False
    tolerance_percent: Decimal | None = None
    interim: tuple[InterimTarget, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDraft:
    """What is measured and promised. Without any quantity nobody reports it: it is only named."""

    code: str
    name: str
    sector: str
    section: str
    clause_text: str
    definition: str = ""
    unit: str = ""
    unit_is_assumed: bool = False
    decimals: int = 1
    direction: Direction
    accumulation: Accumulation = Accumulation.LATEST
    assessed_on: AssessedOn = AssessedOn.PERIOD
    path: Path = Path.LINEAR
    reported_every: Frequency = Frequency.QUARTER
    basis: Basis | None = None
    value: QuantityDraft | None = None
    numerator: QuantityDraft | None = None
    denominator: QuantityDraft | None = None
    factor: Decimal = Decimal(1)
    whole_units: bool = False
    by_area: bool = False
    evidence_required: bool = False
    natural_lower: Decimal | None = None
    natural_upper: Decimal | None = None
    aspirational: bool = False
    condition: str = ""
    target: TargetDraft
    departments: tuple[str, ...] = ()
    choices_are_ours: tuple[str, ...] = ()

    @property
    def is_reported(self) -> bool:
        return self.value is not None or self.numerator is not None

    @property
    def adds_up(self) -> bool:
        """Whether the figures of the areas make the one of the whole: a published rate does not."""
        return self.numerator is not None or (self.value is not None and self.value.kind is not Kind.RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A duty without a number; `yearly_due` is a month and a day such as 12-31."""

    code: str
    section: str
    text: str
    sector: str
    kind: str
    due_on: date | None = None
    yearly_due: str = ""
    indicators: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDraft:
    code: str
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDraft:
    """A doubtful place of the text, and how it is read until somebody entitled decides."""

    code: str
    about: str
    doubt: str
    default_reading: str
    risk: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A whole plan. `areas` are the parts of the root area, in order; every other tuple is in the plan's order."""

    code: str
    title: str
    issuer: str
    issuer_short: str = ""
    starts_on: date
    ends_on: date
    baseline_year: int
    document_number: str = ""
    issued_on: date | None = None
    nature: str = ""
    source: str = ""
    is_demonstration: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    due_days_after_end: int = DEFAULT_DUE_DAYS_AFTER_END
    due_in_working_days: bool = False
    task_reports_every: Frequency | None = None
    task_reports_from: date | None = None
    root_area: AreaDraft
    areas: tuple[AreaDraft, ...] = ()
    departments: tuple[DepartmentDraft, ...] = ()
    sectors: tuple[str, ...] = ()
    clauses: tuple[ClauseDraft, ...] = ()
    indicators: tuple[IndicatorDraft, ...] = ()
    tasks: tuple[TaskDraft, ...] = ()
    goals: tuple[GoalDraft, ...] = ()
    readings: tuple[ReadingDraft, ...] = ()
