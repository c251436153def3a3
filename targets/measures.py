"""The numbers of an assessment: target, progress, gap, pace and what follows from them, before any status is given.

Everything is an exact fraction in the indicator's own unit; None where a quantity is not defined. Pure.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from targets.actuals import Datum, Reading, final_day
from targets.paths import Course, Point
from targets.periods import add_months, whole_months
from targets.terms import (
    CHANGES,
    DEFAULT_TOLERANCE_PERCENT,
    Accumulation,
    Comparison,
    Direction,
    Form,
    Path,
    Terms,
)

LUMPY_UP_TO = 20
NEGLIGIBLE_CHANGE = Fraction(1, 100)
INDEX = Fraction(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The numbers of one promise as of its newest datum. Shares are fractions; `lead_points` is in points."""

    datum: Datum | None
    months: int
    total_months: int
    final: bool
    deadline_passed: bool
    goal: Fraction | None
    start: Fraction | None
    sense: int | None
    course: Course | None = None
    tolerance: Fraction | None = None
    met: bool | None = None
    strictly_met: bool | None = None
    like_hold: bool = False
    expected: Fraction | None = None
    progress: Fraction | None = None
    expected_progress: Fraction | None = None
    pace: Fraction | None = None
    gap: Fraction | None = None
    excess: Fraction | None = None
    required: Fraction | None = None
    observed: Fraction | None = None
    attainment: Fraction | None = None
    outlook: tuple[Fraction, Fraction] | None = None

    @property
    def elapsed(self) -> Fraction | None:
        return None if self.datum is None else Fraction(self.months, self.total_months)

    @property
    def actual(self) -> Fraction | None:
        return None if self.datum is None else self.datum.value

    @property
    def lead_points(self) -> Fraction | None:
        if self.progress is None or self.expected_progress is None:
            return None
        return 100 * (self.progress - self.expected_progress)

    @property
    def effort_ratio(self) -> Fraction | None:
        if self.required is None or self.observed is None or self.observed == 0:
            return None
        return self.required / self.observed


def sense_of(terms: Terms) -> int | None:
    """+1 where more is better, −1 where less is, None where neither (左右 without a direction, a band)."""
    if terms.form is Form.BAND:
        return None
    if terms.is_budget or terms.comparison in (Comparison.AT_MOST, Comparison.LESS_THAN):
        return -1
    if terms.comparison in (Comparison.AT_LEAST, Comparison.MORE_THAN) and terms.form is not Form.DIRECTION:
        return 1
    return {Direction.INCREASE: 1, Direction.DECREASE: -1, None: None}[terms.direction]


def start_of(terms: Terms) -> Fraction | None:
    """B: 0 where the figures count from zero, otherwise the baseline, if there is one."""
    if terms.counts_from_zero or terms.is_budget:
        return Fraction(0)
    return None if terms.baseline is None else Fraction(terms.baseline.value)


def goal_of(terms: Terms, actual: Fraction | None) -> Fraction | None:
    """T, the value that the target means; None without one, or where it needs a baseline that is missing."""
    if terms.form is Form.BAND:
        return nearer_edge(terms, actual)
    if terms.value is None:
        return None
    promised = Fraction(terms.value)
    if terms.form not in CHANGES or terms.reported_as_change:
        return promised
    if terms.form is not Form.CHANGE_PERCENT and terms.accumulation is Accumulation.SUM:
        return promised
    if terms.baseline is None:
        return None
    base = Fraction(terms.baseline.value)
    return base * (1 + promised / 100) if terms.form is Form.CHANGE_PERCENT else base + promised


def nearer_edge(terms: Terms, value: Fraction | None) -> Fraction | None:
    """The edge of a band that a value outside is nearer to; None inside, and without a value."""
    if value is None or terms.lower is None or terms.upper is None:
        return None
    if value < terms.lower:
        return Fraction(terms.lower)
    return Fraction(terms.upper) if value > terms.upper else None


def offset_of(terms: Terms) -> Fraction:
    """What turns a reported percent change into an index of which ratios can be taken."""
    return INDEX if terms.form is Form.CHANGE_PERCENT and terms.reported_as_change else Fraction(0)


def promised_quantity(terms: Terms, goal: Fraction, start: Fraction | None, like_hold: bool) -> Fraction:
    """What a tolerance is a percentage of: the change that was promised, or the level where none was."""
    if terms.form is Form.CHANGE_PERCENT and terms.baseline is not None and not terms.reported_as_change:
        return abs(goal - Fraction(terms.baseline.value))
    if terms.form in CHANGES and terms.value is not None:
        return abs(Fraction(terms.value))
    if terms.form is Form.HOLD or start is None or like_hold:
        return abs(goal)
    return abs(goal - start)


def tolerance_of(terms: Terms, goal: Fraction, start: Fraction | None, like_hold: bool) -> Fraction:
    if terms.comparison is not Comparison.ABOUT:
        return Fraction(0)
    percent = DEFAULT_TOLERANCE_PERCENT if terms.tolerance_percent is None else terms.tolerance_percent
    return promised_quantity(terms, goal, start, like_hold) * Fraction(percent) / 100


def meets(terms: Terms, value: Fraction, goal: Fraction, tolerance: Fraction) -> bool:
    """Whether a value, as reported and unrounded, keeps the promise."""
    match terms.comparison:
        case Comparison.AT_LEAST:
            return value >= goal
        case Comparison.MORE_THAN:
            return value > goal
        case Comparison.AT_MOST:
            return value <= goal
        case Comparison.LESS_THAN:
            return value < goal
    match sense_of(terms):
        case 1:
            return value >= goal - tolerance
        case -1:
            return value <= goal + tolerance
    return abs(value - goal) <= tolerance


def measure(terms: Terms, reading: Reading, as_of: date) -> Measures:
    """All numbers of a promise on a day."""
    datum = reading.newest
    actual = None if datum is None else datum.value
    total = max(1, whole_months(terms.starts_on, terms.due))
    months = 0 if datum is None else min(total, whole_months(terms.starts_on, datum.on))
    final = datum is not None and datum.on >= final_day(terms)
    base = Measures(
        datum=datum,
        months=months,
        total_months=total,
        final=final,
        deadline_passed=as_of > terms.due + terms.time_to_report,
        goal=goal_of(terms, actual),
        start=start_of(terms),
        sense=sense_of(terms),
    )
    if actual is None:
        return base
    if terms.form is Form.BAND:
        return measure_band(terms, base, actual, reading, as_of)
    if base.goal is None:
        return base
    return measure_level(terms, base, actual, base.goal, reading, as_of)


def measure_level(
    terms: Terms, base: Measures, actual: Fraction, goal: Fraction, reading: Reading, as_of: date
) -> Measures:
    start, sense = base.start, base.sense
    like_hold = terms.form is not Form.HOLD and is_like_hold(terms, start, goal)
    tolerance = tolerance_of(terms, goal, start, like_hold)
    no_path = like_hold or terms.form is Form.HOLD
    course = None if no_path else course_of(terms, start, goal, actual, base.total_months)
    expected = None if course is None else course.expected(base.months)
    progress = None if course is None else course.progress(actual)
    share = expected_share(course, expected, base) if course is not None and progress is not None else None
    pace = pace_of(terms, actual, expected, progress, share)
    direction = 1 if sense is None else sense
    gap = abs(goal - actual) if sense is None else direction * (goal - actual)
    return replace(
        base,
        course=course,
        tolerance=tolerance,
        met=meets(terms, actual, goal, tolerance),
        strictly_met=meets(terms, actual, goal, Fraction(0)),
        like_hold=like_hold,
        expected=expected,
        progress=progress,
        expected_progress=share,
        pace=pace,
        gap=gap,
        excess=None if terms.is_budget or sense is None or no_path else excess_of(course, actual, goal, gap),
        required=None if course is None else course.required(actual, base.months),
        observed=None if course is None else course.observed(actual, base.months),
        attainment=attainment_of(sense, actual, goal),
        outlook=outlook_of(terms, base, course, actual, pace, reading, as_of),
    )


def measure_band(terms: Terms, base: Measures, actual: Fraction, reading: Reading, as_of: date) -> Measures:
    """A band: progress is the share of the distance between baseline and band that has been closed."""
    start = base.start
    distance = Fraction(0) if base.goal is None else abs(actual - base.goal)
    edge = nearer_edge(terms, start)
    like_hold = start is not None and (edge is None or negligible(start, edge, Fraction(0)))
    course: Course | None = None
    progress: Fraction | None = None
    share: Fraction | None = None
    expected: Fraction | None = None
    if start is not None and edge is not None and not like_hold:
        course = Course(start, edge, base.total_months)
        expected = course.expected(base.months)
        progress = 1 - distance / abs(edge - start)
        share = Fraction(base.months, base.total_months)
    pace = pace_of(terms, actual, expected, progress, share)
    towards = None if base.goal is None or like_hold else Course(start, base.goal, base.total_months)
    return replace(
        base,
        course=course,
        met=base.goal is None,
        strictly_met=base.goal is None,
        like_hold=like_hold,
        expected=expected,
        progress=progress,
        expected_progress=share,
        pace=pace,
        gap=distance,
        required=None if towards is None else towards.required(actual, base.months),
        observed=None if course is None else course.observed(actual, base.months),
        outlook=outlook_of(terms, base, course, actual, pace, reading, as_of),
    )


def negligible(start: Fraction, goal: Fraction, offset: Fraction) -> bool:
    """T = B, or a promised change of less than 1 % of the target."""
    return start == goal or abs(goal - start) < NEGLIGIBLE_CHANGE * abs(goal + offset)


def is_like_hold(terms: Terms, start: Fraction | None, goal: Fraction) -> bool:
    """Whether nothing, or next to nothing, was left to do at the baseline: then the promise is to stay there."""
    if start is None or terms.is_budget:
        return False
    return negligible(start, goal, offset_of(terms)) or meets(terms, start, goal, Fraction(0))


def course_of(terms: Terms, start: Fraction | None, goal: Fraction, actual: Fraction, months: int) -> Course:
    offset = offset_of(terms)
    positive = all(value + offset > 0 for value in (start, goal, actual) if value is not None)
    interim = sorted(
        (Point(whole_months(terms.starts_on, one.on), Fraction(one.value)) for one in terms.interim),
        key=lambda point: point.months,
    )
    whole_count = terms.whole_units and goal.denominator == 1 and 0 < goal <= LUMPY_UP_TO
    return Course(
        start=start,
        goal=goal,
        months=months,
        geometric=terms.path is Path.GEOMETRIC and positive,
        offset=offset,
        interim=tuple(interim),
        two_sided=sense_of(terms) is None,
        lumpy=whole_count and terms.accumulation is Accumulation.SUM and not terms.is_budget,
    )


def expected_share(course: Course, expected: Fraction | None, base: Measures) -> Fraction | None:
    """E = P(expected value): simply the time share, unless the plan's own steps or whole things say otherwise."""
    if not course.interim and not course.lumpy:
        return Fraction(base.months, base.total_months)
    return None if expected is None else course.progress(expected)


def pace_of(
    terms: Terms,
    actual: Fraction,
    expected: Fraction | None,
    progress: Fraction | None,
    share: Fraction | None,
) -> Fraction | None:
    """K = P / E; of a budget the share of time by the share used up."""
    if terms.is_budget:
        return expected / actual if expected is not None and actual > 0 else None
    if progress is None or share is None or share <= 0:
        return None
    return progress / share


def excess_of(course: Course | None, actual: Fraction, goal: Fraction, gap: Fraction) -> Fraction | None:
    """The share by which the promise is exceeded, as a plain ratio; None where it is not exceeded."""
    if gap >= 0:
        return None
    done = None if course is None else course.plain_progress(actual)
    if done is not None:
        return done - 1
    return None if goal == 0 else abs(gap / goal)


def attainment_of(sense: int | None, actual: Fraction, goal: Fraction) -> Fraction | None:
    if sense is None or actual == 0 or goal == 0:
        return None
    return actual / goal if sense > 0 else goal / actual


def is_older_than(datum: Datum, months: int, as_of: date) -> bool:
    return as_of > add_months(datum.on, months)


def outlook_of(
    terms: Terms,
    base: Measures,
    course: Course | None,
    actual: Fraction,
    pace: Fraction | None,
    reading: Reading,
    as_of: date,
) -> tuple[Fraction, Fraction] | None:
    """Where the end may lie between 维持现状 and 趋势延续; None where two points, time or pace are lacking."""
    datum = base.datum
    if course is None or pace is None or datum is None or base.final or reading.points < 2:
        return None
    too_soon = Fraction(base.months, base.total_months) < Fraction(terms.thresholds.outlook_from)
    if too_soon or is_older_than(datum, terms.thresholds.stale_after_months, as_of):
        return None
    trend = course.goal / pace if terms.is_budget and pace else course.at_share(pace)
    if trend is None:
        return None
    low, high = sorted((actual, trend))
    return within_nature(terms, low), within_nature(terms, high)


def within_nature(terms: Terms, value: Fraction) -> Fraction:
    if terms.natural_lower is not None:
        value = max(value, Fraction(terms.natural_lower))
    return value if terms.natural_upper is None else min(value, Fraction(terms.natural_upper))
