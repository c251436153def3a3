"""The words that promises, figures and assessments are made of. Values are stored and exchanged; names are code."""

from enum import StrEnum


class Accumulation(StrEnum):
    """How reported figures become the actual value."""

    LATEST = "latest"
    SUM = "sum"
    RATIO = "ratio"
    RATIO_OF_SUMS = "ratio_of_sums"


class Form(StrEnum):
    """What the target speaks of."""

    VALUE = "value"
    CHANGE_PERCENT = "change_percent"
    CHANGE_ABSOLUTE = "change_absolute"
    CHANGE_POINTS = "change_points"
    HOLD = "hold"
    BAND = "band"
    CEILING = "ceiling"
    DIRECTION = "direction"
    MILESTONE = "milestone"
    YEARLY_MILESTONE = "yearly_milestone"


CHANGES = frozenset({Form.CHANGE_PERCENT, Form.CHANGE_ABSOLUTE, Form.CHANGE_POINTS})
MILESTONES = frozenset({Form.MILESTONE, Form.YEARLY_MILESTONE})


class Comparison(StrEnum):
    """How the actual value is compared with the target; `~` is 左右."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    ABOUT = "~"


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Path(StrEnum):
    """The curve from baseline to target."""

    LINEAR = "linear"
    GEOMETRIC = "geometric"


class Kind(StrEnum):
    """A flow adds up over time, a stock is as of a day, a rate exists only as published."""

    FLOW = "flow"
    STOCK = "stock"
    RATE = "rate"


class Basis(StrEnum):
    """What span a reported flow speaks of: 本期数, 本年累计, 规划期累计（较基期新增）."""

    PERIOD = "period"
    YEAR_TO_DATE = "year_to_date"
    SINCE_START = "since_start"


class AssessedOn(StrEnum):
    """Assessed at every period, or on year ends only."""

    YEAR = "year"
    PERIOD = "period"


class Frequency(StrEnum):
    """How often a figure is reported."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Absence(StrEnum):
    """A figure with a state and no number: 尚未公布, 未统计, 不适用."""

    NOT_YET_PUBLISHED = "not_yet_published"
    NOT_COMPILED = "not_compiled"
    NOT_APPLICABLE = "not_applicable"


class Status(StrEnum):
    """How a promise stands; the order is that of the rules."""

    NOT_ASSESSED = "not_assessed"
    NO_DATA = "no_data"
    BASELINE_MISSING = "baseline_missing"
    ACHIEVED = "achieved"
    MISSED = "missed"
    NO_FINAL_FIGURE = "no_final_figure"
    TOO_EARLY = "too_early"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MOVING_AWAY = "moving_away"
    NOT_YET_MET = "not_yet_met"


class Flag(StrEnum):
    """What stands beside a status."""

    STALE = "stale"
    WITHDRAWN = "withdrawn"
    PROVISIONAL = "provisional"
    TOLERANCE_USED = "tolerance_used"
    ASPIRATIONAL = "aspirational"
    SUBSTITUTE_BASELINE = "substitute_baseline"
    PARTIAL_SUM = "partial_sum"
    PERIODS_MISSING = "periods_missing"
    NOT_HELD = "not_held"
    YEAR_MISSING = "year_missing"
    DEFINITION_CHANGED = "definition_changed"
    EARLY = "early"
    LATE = "late"
    LINEAR_ONLY = "linear_only"
    CONDITION_UNKNOWN = "condition_unknown"
    PART_YEAR = "part_year"
