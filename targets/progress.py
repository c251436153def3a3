"""The calculus: how a promise stands on a day. Terms and figures in, one Assessment out.

Three questions, three numbers, never one mixed number: progress (how much of the promised change is done), gap (how
much is left, in the indicator's own unit) and pace (is it on time). The status is the first rule that applies; the
rules and formulas are set out for readers in docs/method.md. Pure: no Django, no clock, no I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from targets.actuals import Datum, Reading, final_day, read_figures
from targets.measures import Measures, is_older_than, measure, meets, tolerance_of
from targets.milestones import assess_milestone
from targets.numbers import as_decimal, plain
from targets.periods import is_year_end, whole_months, year_end
from targets.reasons import (
    LOWER_BOUND,
    absence_words,
    achieved_reason,
    direction_reason,
    exceed_words,
    like_hold_reason,
    missed_reason,
    no_final_reason,
    not_yet_met_reason,
    percent,
)
from targets.terms import (
    CHANGES,
    MILESTONES,
    Accumulation,
    Assessment,
    Figure,
    Flag,
    FlagNote,
    Form,
    Path,
    Status,
    Terms,
)
from targets.working import steps_of

EXACT_DIGITS = 200
"""Enough for sums and differences of figures never to be rounded."""
LASTING = frozenset({Status.NOT_ASSESSED, Status.NO_DATA, Status.BASELINE_MISSING, Status.NO_FINAL_FIGURE})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that decided. `final`: nothing later can change it."""

    status: Status
    reason: str
    met: bool | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class YearsHeld:
    """The finished years beside the one judged, and how each of them stood against a promise to hold."""

    below: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


@dataclass(slots=True)
class Case:
    """One promise with everything that the rules look at."""

    terms: Terms
    reading: Reading
    numbers: Measures
    as_of: date
    years: YearsHeld = field(default_factory=YearsHeld)

    @property
    def judged_year(self) -> int:
        return self.as_of.year if self.numbers.datum is None else self.numbers.datum.on.year

    @property
    def lower_bound(self) -> bool:
        """A sum with a missing period is only a lower bound."""
        datum = self.numbers.datum
        return datum is not None and datum.partial and self.terms.accumulation is Accumulation.SUM


def assess(terms: Terms, figures: Sequence[Figure], *, as_of: date) -> Assessment:
    """How the promise stands on `as_of`, by the figures of periods that end up to that day, in any order.

    Raises FiguresError where two figures speak of one period, or a figure lacks the parts that the terms ask for.
    """
    if terms.form in MILESTONES:
        return assess_milestone(terms, figures, as_of)
    with localcontext(prec=EXACT_DIGITS):
        reading = read_figures(terms, figures, as_of)
    numbers = measure(terms, reading, as_of)
    case = Case(terms, reading, numbers, as_of)
    if terms.form is Form.HOLD:
        case.years = years_held(terms, reading, as_of)
    verdict = withdrawn_if_old(case, decide(case))
    return in_decimals(case, verdict, flags_of(case, verdict))


def decide(case: Case) -> Verdict:
    """The first rule that applies, in the order of the statuses."""
    return (
        without_judgement(case)
        or without_figures(case)
        or settled(case)
        or by_pace(case)
        or Verdict(Status.NOT_YET_MET, not_yet_met_reason(case.terms, case.numbers), met=False)
    )


def without_judgement(case: Case) -> Verdict | None:
    """Rule 1: nothing was promised that could be judged now."""
    terms, numbers = case.terms, case.numbers
    if terms.form is Form.DIRECTION:
        return Verdict(Status.NOT_ASSESSED, direction_reason(case.numbers))
    year = case.judged_year
    if not terms.condition_held(year):
        return Verdict(Status.NOT_ASSESSED, f"{year}年条件不成立（方案所附条件未满足），不作评价。")
    if numbers.datum is not None and numbers.datum.value is None:
        return Verdict(Status.NOT_ASSESSED, "分母为0，无法计算比例，不作评价。")
    return None


def without_figures(case: Case) -> Verdict | None:
    """Rules 2 and 3: there is nothing to judge, or the target itself cannot be worked out."""
    terms, reading, numbers = case.terms, case.reading, case.numbers
    if numbers.datum is None and reading.part_year is None:
        return Verdict(Status.NO_DATA, f"规划期内没有可用的实际值{absence_words(reading)}。")
    if terms.form in CHANGES and numbers.goal is None:
        return Verdict(Status.BASELINE_MISSING, "缺基期值：目标是相对基期的变化，没有基期值就算不出目标值。")
    if numbers.datum is None and reading.part_year is not None:
        months = whole_months(terms.starts_on, reading.part_year.on)
        if Fraction(months, numbers.total_months) < Fraction(terms.thresholds.too_early):
            return Verdict(Status.TOO_EARLY, "按年度评价，第一个完整年度的数还没有，暂不评价。")
        return Verdict(Status.NO_DATA, f"按年度评价，只有不足一年的数，没有完整年度的数{absence_words(reading)}。")
    return None


def settled(case: Case) -> Verdict | None:
    """Rules 4 to 6: met, finally missed, or the final figure is lacking."""
    terms, numbers = case.terms, case.numbers
    waiting = numbers.deadline_passed and not numbers.final
    if terms.is_budget:
        return settled_budget(case, waiting)
    if terms.form is Form.HOLD:
        return settled_hold(case, waiting)
    proven = numbers.met and not (case.lower_bound and numbers.sense != 1)
    if proven:
        return Verdict(Status.ACHIEVED, achieved_reason(terms, numbers), met=True, final=numbers.final)
    if numbers.final and not case.lower_bound:
        return Verdict(Status.MISSED, missed_reason(terms, numbers), met=False, final=True)
    if waiting:
        return Verdict(Status.NO_FINAL_FIGURE, no_final_reason(numbers), met=None if case.lower_bound else False)
    return Verdict(Status.NOT_ASSESSED, LOWER_BOUND) if case.lower_bound else None


def settled_budget(case: Case, waiting: bool) -> Verdict | None:
    numbers = case.numbers
    if not numbers.met:
        return Verdict(Status.MISSED, "累计数已超出控制目标，超出后无法挽回。", met=False, final=True)
    if waiting:
        return Verdict(Status.NO_FINAL_FIGURE, no_final_reason(numbers))
    if case.lower_bound:
        return Verdict(Status.NOT_ASSESSED, LOWER_BOUND)
    if numbers.final:
        return Verdict(Status.ACHIEVED, "终期累计数未超出控制目标。", met=True, final=True)
    return None


def settled_hold(case: Case, waiting: bool) -> Verdict | None:
    terms, numbers, years = case.terms, case.numbers, case.years
    datum = numbers.datum
    broken = [*years.below]
    if datum is not None and is_year_end(datum.on) and not numbers.met:
        broken.append(datum.on.year)
    if terms.strict and broken:
        named = "、".join(f"{year}年" for year in broken)
        return Verdict(Status.MISSED, f"要求每年都达标，{named}未达标，已成定局。", met=False, final=True)
    if waiting:
        return Verdict(Status.NO_FINAL_FIGURE, no_final_reason(numbers), met=None if numbers.met else False)
    if numbers.met and terms.strict and years.missing:
        named = "、".join(f"{year}年" for year in years.missing)
        return Verdict(Status.NOT_YET_MET, f"要求每年都达标，{named}缺数，不能认定达标。")
    if numbers.met:
        return Verdict(Status.ACHIEVED, achieved_reason(terms, numbers), met=True, final=numbers.final)
    if numbers.final:
        return Verdict(Status.MISSED, missed_reason(terms, numbers), met=False, final=True)
    return None


def by_pace(case: Case) -> Verdict | None:
    """Rules 7 to 11: on the way."""
    terms, numbers, limits = case.terms, case.numbers, case.terms.thresholds
    met = None if terms.is_budget else False
    elapsed = numbers.elapsed
    if elapsed is not None and elapsed < Fraction(limits.too_early):
        return Verdict(Status.TOO_EARLY, f"规划期刚开始，已过时间不足{percent(limits.too_early)}，暂不评价。", met)
    if numbers.course is not None and numbers.course.lumpy and numbers.expected == 0:
        return Verdict(Status.TOO_EARLY, "目标是少量整数个，按时间进度还不要求完成第一个，暂不评价。", met)
    if terms.form is Form.HOLD:
        return Verdict(Status.OFF_TRACK, f"应逐年保持，最近一年（{case.judged_year}年）未达到。", met)
    if numbers.like_hold:
        return Verdict(Status.MOVING_AWAY, like_hold_reason(terms, numbers), met)
    if terms.is_budget and numbers.pace is None:
        return Verdict(Status.ON_TRACK, "控制总量尚未使用。", met)
    return by_ratio(case, met)


def by_ratio(case: Case, met: bool | None) -> Verdict | None:
    numbers, limits = case.numbers, case.terms.thresholds
    pace, share = numbers.pace, numbers.expected_progress
    if pace is None:
        if numbers.progress is None or share is None:
            return None
        if numbers.progress >= share:
            return Verdict(Status.ON_TRACK, "按方案的阶段目标，现阶段不要求进展，现值不低于预期。", met)
        return Verdict(Status.MOVING_AWAY, "现值比基期和阶段目标都差，方向与目标相反。", met)
    aside = exceed_words(case.terms, numbers)
    if pace >= Fraction(limits.on_track):
        return Verdict(Status.ON_TRACK, f"进度比不低于{plain(limits.on_track)}，符合时序进度{aside}。", met)
    if pace >= Fraction(limits.at_risk):
        words = f"进度比在{plain(limits.at_risk)}和{plain(limits.on_track)}之间，略滞后{aside}。"
        return Verdict(Status.AT_RISK, words, met)
    if pace >= 0:
        return Verdict(Status.OFF_TRACK, f"进度比低于{plain(limits.at_risk)}，明显滞后{aside}。", met)
    return Verdict(Status.MOVING_AWAY, "现值比基期差，方向与目标相反。", met)


def withdrawn_if_old(case: Case, verdict: Verdict) -> Verdict:
    """A status on a figure of more than 30 months ago is taken back, unless nothing later can change it."""
    limit = case.terms.thresholds.withdrawn_after_months
    datum = case.numbers.datum
    if verdict.final or verdict.status in LASTING or datum is None or not is_older_than(datum, limit, case.as_of):
        return verdict
    words = f"最新数据为{datum.on.isoformat()}，距今超过{limit}个月，撤回评价。"
    ended = case.numbers.deadline_passed
    return Verdict(Status.NO_FINAL_FIGURE if ended else Status.NO_DATA, words)


def years_held(terms: Terms, reading: Reading, as_of: date) -> YearsHeld:
    """Which finished years beside the year judged were below, and which are unknown though their figure was due.

    A year whose condition did not hold is neither.
    """
    newest = reading.newest
    if newest is None or terms.value is None:
        return YearsHeld()
    last_of: dict[int, Datum] = {}
    for datum in reading.history:
        if is_year_end(datum.on) or terms.accumulation is Accumulation.LATEST:
            last_of[datum.on.year] = datum
    first = terms.starts_on.year + 1 if is_year_end(terms.starts_on) else terms.starts_on.year
    goal = Fraction(terms.value)
    tolerance = tolerance_of(terms, goal, None, like_hold=False)
    below, missing = [], []
    begun = newest if reading.part_year is None else reading.part_year
    for year in range(first, final_day(terms).year + 1):
        known = last_of.get(year)
        passed_over = year < begun.on.year or year_is_due(terms, year, as_of)
        if year == newest.on.year or not passed_over or not terms.condition_held(year):
            continue
        if known is None or known.value is None:
            missing.append(year)
        elif not meets(terms, known.value, goal, tolerance):
            below.append(year)
    return YearsHeld(tuple(below), tuple(missing))


def year_is_due(terms: Terms, year: int, as_of: date) -> bool:
    """Whether the figure of a whole year of the promise should be there: a year may take as long as the last one."""
    return year_end(year) <= final_day(terms) and as_of > year_end(year) + terms.time_to_report


def flags_of(case: Case, verdict: Verdict) -> tuple[FlagNote, ...]:
    """What stands beside the status."""
    terms, numbers, datum = case.terms, case.numbers, case.numbers.datum
    notes: list[FlagNote] = []

    def note(applies: bool, flag: Flag, year: int | None = None) -> None:
        if applies:
            notes.append(FlagNote(flag, year))

    substitute = terms.baseline is not None and terms.baseline.substitute and not terms.counts_from_zero
    note(terms.aspirational, Flag.ASPIRATIONAL)
    note(substitute, Flag.SUBSTITUTE_BASELINE)
    note(datum is not None and datum.provisional, Flag.PROVISIONAL)
    note(case.lower_bound, Flag.PARTIAL_SUM)
    note(datum is not None and datum.partial and not case.lower_bound, Flag.PERIODS_MISSING)
    note(verdict.met is True and numbers.strictly_met is False, Flag.TOLERANCE_USED)
    early = verdict.status is Status.ACHIEVED and not numbers.final and not numbers.deadline_passed
    note(early and terms.form is not Form.HOLD and not numbers.like_hold, Flag.EARLY)
    notes += [FlagNote(Flag.NOT_HELD, year) for year in case.years.below]
    notes += [FlagNote(Flag.YEAR_MISSING, year) for year in case.years.missing]
    unknown = terms.conditional and datum is not None and case.judged_year not in terms.conditions
    note(unknown, Flag.CONDITION_UNKNOWN, case.judged_year)
    straight = numbers.course is not None and not numbers.course.geometric
    note(terms.path is Path.GEOMETRIC and straight, Flag.LINEAR_ONLY)
    note(case.reading.part_year is not None, Flag.PART_YEAR)
    if datum is not None and not verdict.final and not numbers.final:
        limits = terms.thresholds
        note(is_older_than(datum, limits.stale_after_months, case.as_of), Flag.STALE)
        note(is_older_than(datum, limits.withdrawn_after_months, case.as_of), Flag.WITHDRAWN)
    return tuple(notes)


def in_decimals(case: Case, verdict: Verdict, flags: tuple[FlagNote, ...]) -> Assessment:
    numbers, part, before = case.numbers, case.reading.part_year, case.reading.a_year_before
    low, high = numbers.outlook or (None, None)
    baseline = None if case.terms.form is Form.DIRECTION and case.terms.baseline is None else numbers.start
    return Assessment(
        status=verdict.status,
        reason=verdict.reason,
        met=verdict.met,
        strictly_met=None if verdict.met is None else numbers.strictly_met,
        datum_on=None if numbers.datum is None else numbers.datum.on,
        elapsed=as_number(numbers.elapsed),
        actual=as_number(numbers.actual),
        target=as_number(numbers.goal),
        baseline=as_number(baseline),
        expected=as_number(numbers.expected),
        progress=as_number(numbers.progress),
        expected_progress=as_number(numbers.expected_progress),
        pace=as_number(numbers.pace),
        lead_points=as_number(numbers.lead_points),
        gap=as_number(numbers.gap),
        tolerance=as_number(numbers.tolerance),
        excess=as_number(numbers.excess),
        required_per_year=as_number(numbers.required),
        observed_per_year=as_number(numbers.observed),
        effort_ratio=as_number(numbers.effort_ratio),
        attainment=as_number(numbers.attainment),
        outlook_low=as_number(low),
        outlook_high=as_number(high),
        part_year_on=None if part is None else part.on,
        part_year_actual=None if part is None else as_number(part.value),
        same_period_last_year=None if before is None else as_number(before.value),
        flags=flags,
        steps=steps_of(case.terms, numbers, verdict.status, verdict.reason),
    )


def as_number(number: Fraction | None) -> Decimal | None:
    return None if number is None else as_decimal(number)
