"""The words of the calculus: frozen values that refuse nonsense at birth.

Everything that `targets.progress.assess` takes and gives back is named here (the enumerations live in
`targets.vocabulary`). Nothing in this module computes a status, reads a clock or knows of Django. Quantities are
`Decimal` in the indicator's own unit unless a docstring says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from targets.vocabulary import (
    CHANGES as CHANGES,
)
from targets.vocabulary import (
    MILESTONES as MILESTONES,
)
from targets.vocabulary import (
    Absence as Absence,
)
from targets.vocabulary import (
    Accumulation as Accumulation,
)
from targets.vocabulary import (
    AssessedOn as AssessedOn,
)
from targets.vocabulary import (
    Basis as Basis,
)
from targets.vocabulary import (
    Comparison as Comparison,
)
from targets.vocabulary import (
    Direction as Direction,
)
from targets.vocabulary import (
    Flag as Flag,
)
from targets.vocabulary import (
    Form as Form,
)
from targets.vocabulary import (
    Frequency as Frequency,
)
from targets.vocabulary import (
    Kind as Kind,
)
from targets.vocabulary import (
    Path as Path,
)
from targets.vocabulary import (
    Status as Status,
)

HUNDRED = Decimal(100)
DEFAULT_TOLERANCE_PERCENT = Decimal(5)
LARGEST_EXPONENT = 30


class TermsError(ValueError):
    """The words of a promise contradict each other; the message is a Chinese sentence for the reader."""


class FiguresError(ValueError):
    """Reported figures contradict each other or the promise; the message is a Chinese sentence for the reader."""


@dataclass(frozen=True, slots=True)
class FlagNote:
    """A flag, with the year that it speaks of where it speaks of one."""

    flag: Flag
    year: int | None = None

    def __str__(self) -> str:
        return self.flag.value if self.year is None else f"{self.flag.value}:{self.year}"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of the statuses; settings of a plan. Shares are fractions, ages are months."""

    on_track: Decimal = Decimal("0.95")
    at_risk: Decimal = Decimal("0.60")
    too_early: Decimal = Decimal("0.2")
    outlook_from: Decimal = Decimal("0.4")
    stale_after_months: int = 18
    withdrawn_after_months: int = 30

    def __post_init__(self) -> None:
        if not Decimal(0) < self.at_risk <= self.on_track:
            raise TermsError("进度判定线应满足：0 < 略滞后线 ≤ 符合时序进度线。")
        if not Decimal(0) <= self.too_early <= Decimal(1):
            raise TermsError("“暂不评价”的时间比例应在0和1之间。")
        if not Decimal(0) <= self.outlook_from <= Decimal(1):
            raise TermsError("开始给出趋势展望的时间比例应在0和1之间。")
        if not 0 < self.stale_after_months <= self.withdrawn_after_months:
            raise TermsError("数据陈旧的月数应大于0，且不大于撤回评价的月数。")


@dataclass(frozen=True, slots=True)
class Figure:
    """One reported figure: a value, or a numerator and a denominator, or a state without a number."""

    period_end: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    provisional: bool = False
    absence: Absence | None = None

    def __post_init__(self) -> None:
        day = self.period_end.isoformat()
        if (self.numerator is None) != (self.denominator is None):
            raise FiguresError(f"{day}的分子和分母应同时填报。")
        if self.value is not None and self.numerator is not None:
            raise FiguresError(f"{day}不应既填数值又填分子、分母。")
        if self.has_number == (self.absence is not None):
            raise FiguresError(f"{day}应填数值，或注明没有数值的原因，二者取一。")
        for number in (self.value, self.numerator, self.denominator):
            refuse_absurd_number(number, FiguresError, f"{day}的数值")

    @property
    def has_number(self) -> bool:
        return self.value is not None or self.numerator is not None


@dataclass(frozen=True, slots=True)
class InterimTarget:
    """A value that the plan itself names for a day before the end."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value at the start; `substitute` when another year or another scope had to stand in."""

    value: Decimal
    substitute: bool = False


def refuse_absurd_number(number: Decimal | None, error: type[ValueError], what: str) -> None:
    """Refuse what is no number, and magnitudes that no indicator has."""
    if number is None:
        return
    if not number.is_finite() or (number and abs(number.adjusted()) > LARGEST_EXPONENT):
        raise error(f"{what}不是可以计算的数。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was promised, and how it is to be read. See docs/method.md.

    `starts_on` is the instant of the baseline (2020-12-31 for a plan that starts on 2021-01-01). `value` is the X of
    the text: for a change it carries its sign (−6 for 下降6%). `factor` turns numerator / denominator into the unit
    of the target (100 for a percentage). `conditions` says for which year the plan's condition held. `final_due_on`
    is the day on which the figure of the plan's last period is due; without it that is the end of the plan.
    """

    starts_on: date
    ends_on: date
    accumulation: Accumulation
    form: Form
    comparison: Comparison = Comparison.AT_LEAST
    direction: Direction | None = Direction.INCREASE
    path: Path = Path.LINEAR
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    due_on: date | None = None
    baseline: Baseline | None = None
    tolerance_percent: Decimal | None = None
    value_kind: Kind | None = None
    numerator_kind: Kind | None = None
    denominator_kind: Kind | None = None
    factor: Decimal = Decimal(1)
    basis: Basis = Basis.PERIOD
    assessed_on: AssessedOn = AssessedOn.PERIOD
    whole_units: bool = False
    strict: bool = False
    aspirational: bool = False
    conditional: bool = False
    conditions: Mapping[int, bool] = field(default_factory=lambda: MappingProxyType({}))
    natural_lower: Decimal | None = None
    natural_upper: Decimal | None = None
    interim: tuple[InterimTarget, ...] = ()
    thresholds: Thresholds = Thresholds()
    final_due_on: date | None = None
    reported_every: Frequency | None = None

    def __post_init__(self) -> None:
        refuse_nonsense(self)

    @property
    def due(self) -> date:
        """The day on which the promise falls due."""
        return self.ends_on if self.due_on is None else self.due_on

    @property
    def time_to_report(self) -> timedelta:
        """How long after its end the figure of a last period is due."""
        return timedelta(0) if self.final_due_on is None else self.final_due_on - self.ends_on

    @property
    def counts_from_zero(self) -> bool:
        """Whether the figures themselves start at nothing (B = 0): a sum, or figures reported since the start."""
        return self.reported_as_change or self.accumulation is Accumulation.SUM

    @property
    def reported_as_change(self) -> bool:
        """Whether the figures themselves are the change since the baseline (较基期新增): then B = 0 and T = X.

        So is a value reported 规划期累计 that is no flow; the newest value of a flow is that of a whole year.
        """
        in_one_part = self.accumulation in (Accumulation.LATEST, Accumulation.SUM)
        runs_up = self.form is Form.VALUE and self.accumulation is Accumulation.LATEST
        as_change = self.form in CHANGES or (runs_up and self.value_kind is not Kind.FLOW)
        return in_one_part and as_change and self.basis is Basis.SINCE_START

    def condition_held(self, year: int) -> bool:
        """Whether a year counts: it does not where the plan's condition did not hold."""
        return not self.conditional or self.conditions.get(year) is not False

    @property
    def is_budget(self) -> bool:
        """A quantity that may be used up."""
        return is_budget(self.form, self.accumulation, self.comparison, self.value)


def is_budget(form: Form, accumulation: Accumulation, comparison: Comparison, value: Decimal | None) -> bool:
    """Whether a promise is a quantity that may be used up: a ceiling, or a sum that shall stay below its target."""
    below = comparison in (Comparison.AT_MOST, Comparison.LESS_THAN)
    adds_up = accumulation is Accumulation.SUM and form in (Form.VALUE, Form.CHANGE_ABSOLUTE)
    return form is Form.CEILING or (adds_up and below and value is not None and value > 0)


def refuse_nonsense(terms: Terms) -> None:
    """Raise TermsError, with a sentence, where the words of a promise contradict each other."""
    refuse_impossible_days(terms)
    numbers = (terms.value, terms.lower, terms.upper, terms.factor, terms.natural_lower, terms.natural_upper)
    for number in (*numbers, *(one.value for one in terms.interim)):
        refuse_absurd_number(number, TermsError, "目标或参数")
    if terms.baseline is not None:
        refuse_absurd_number(terms.baseline.value, TermsError, "基期值")
    if terms.factor <= 0:
        raise TermsError("换算系数应大于0。")
    if terms.tolerance_percent is not None and not Decimal(0) <= terms.tolerance_percent <= HUNDRED:
        raise TermsError("容差应是0到100之间的百分数。")
    low, high = terms.natural_lower, terms.natural_upper
    if low is not None and high is not None and low >= high:
        raise TermsError("指标的自然下限应小于自然上限。")
    refuse_incomplete_target(terms)
    refuse_contrary_direction(terms)


def refuse_impossible_days(terms: Terms) -> None:
    if terms.ends_on <= terms.starts_on:
        raise TermsError("规划期的截止日应晚于起始日。")
    if terms.due <= terms.starts_on:
        raise TermsError("目标的期限应晚于规划期的起始日。")
    if terms.final_due_on is not None and terms.final_due_on < terms.ends_on:
        raise TermsError("终期数的报送期限不应早于规划期的截止日。")
    days = [one.on for one in terms.interim]
    if len(set(days)) != len(days):
        raise TermsError("同一天不应有两个阶段目标。")
    if any(not terms.starts_on < day < terms.due for day in days):
        raise TermsError("阶段目标的日期应在起始日和目标期限之间。")


def refuse_incomplete_target(terms: Terms) -> None:
    form, promised = terms.form, terms.value
    if form is Form.BAND:
        if terms.lower is None or terms.upper is None:
            raise TermsError("区间目标应同时有下限和上限。")
        if terms.lower > terms.upper:
            raise TermsError("区间目标的下限不应大于上限。")
    elif form in MILESTONES:
        if terms.due_on is None:
            raise TermsError("节点目标应有完成期限。")
    elif form is not Form.DIRECTION and promised is None:
        raise TermsError("这种目标应有目标数值。")
    if terms.interim and (form in MILESTONES or form in (Form.HOLD, Form.BAND, Form.DIRECTION)):
        raise TermsError("保持、区间、方向和节点目标没有阶段目标。")
    if terms.accumulation is Accumulation.SUM and terms.value_kind not in (None, Kind.FLOW):
        raise TermsError("只有流量可以累加，存量和比率不能累加。")
    parts = (terms.numerator_kind, terms.denominator_kind)
    if terms.accumulation is Accumulation.RATIO_OF_SUMS and any(kind not in (None, Kind.FLOW) for kind in parts):
        raise TermsError("累计比例的分子和分母应是流量，存量和比率不能累加。")
    if Kind.RATE in parts:
        raise TermsError("分子和分母应是流量或存量，不能是比率。")
    if form is Form.CEILING and terms.accumulation is not Accumulation.SUM:
        raise TermsError("总量控制按规划期累计数评价；对水平的控制应写成“不高于”的数值目标。")
    if form is Form.HOLD and terms.accumulation is Accumulation.SUM:
        raise TermsError("逐年保持的目标不能按规划期累计数评价。")
    if form is Form.CEILING and promised is not None and promised <= 0:
        raise TermsError("总量控制的目标应大于0。")
    if form is Form.CHANGE_POINTS and promised is not None:
        start = Decimal(0) if terms.baseline is None or terms.counts_from_zero else terms.baseline.value
        if start + promised > HUNDRED:
            raise TermsError(
                f"按提高{promised.normalize():f}个百分点计算，目标值为{(start + promised).normalize():f}%，超过100%："
                "请核对基期值，或检查目标是否应为百分比变化。"
            )
    if form is Form.CHANGE_PERCENT:
        if promised is not None and promised < -HUNDRED:
            raise TermsError("下降幅度不应超过100%。")
        if terms.baseline is not None and terms.baseline.value == 0 and not terms.reported_as_change:
            raise TermsError("基期值为0，不能按百分比变化计算目标值。")


def refuse_contrary_direction(terms: Terms) -> None:
    if terms.form in (Form.BAND, Form.DIRECTION, Form.CEILING) or terms.form in MILESTONES:
        return
    above = terms.comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN)
    below = terms.comparison in (Comparison.AT_MOST, Comparison.LESS_THAN)
    if (above and terms.direction is Direction.DECREASE) or (below and terms.direction is Direction.INCREASE):
        raise TermsError("比较符号与改善方向相反：越大越好的指标应为“不低于”，越小越好的应为“不高于”。")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of 怎样算出来的: what, by which formula, with which numbers, and the result."""

    label: str
    formula: str
    filled: str
    result: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How a promise stands on a day. None where a quantity is not defined or not known; shares are fractions.

    `progress`, `expected_progress`, `elapsed`, `excess`, `attainment` are fractions (0.5 is half), `lead_points` is in
    percentage points, `gap` in the unit (> 0 still to go), `required_per_year` and `observed_per_year` in the unit
    per year, or a yearly rate as a fraction where the path is geometric. `tolerance` is in the unit.
    `part_year_on` and `part_year_actual` are a figure of part of a year that is newer than the assessed year end;
    `same_period_last_year` is its (or the datum's) counterpart one year before.
    """

    status: Status
    reason: str
    met: bool | None = None
    strictly_met: bool | None = None
    datum_on: date | None = None
    elapsed: Decimal | None = None
    actual: Decimal | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    expected: Decimal | None = None
    progress: Decimal | None = None
    expected_progress: Decimal | None = None
    pace: Decimal | None = None
    lead_points: Decimal | None = None
    gap: Decimal | None = None
    tolerance: Decimal | None = None
    excess: Decimal | None = None
    required_per_year: Decimal | None = None
    observed_per_year: Decimal | None = None
    effort_ratio: Decimal | None = None
    attainment: Decimal | None = None
    outlook_low: Decimal | None = None
    outlook_high: Decimal | None = None
    part_year_on: date | None = None
    part_year_actual: Decimal | None = None
    same_period_last_year: Decimal | None = None
    flags: tuple[FlagNote, ...] = ()
    steps: tuple[Step, ...] = ()
