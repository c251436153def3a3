"""Promises that name a day and not a number: a milestone, or the same one every year. Pure.

A figure says that the step was done: `[day, 1]`, or 1 at a period end for “done by then”; 0 says that it was not.
The newest figure decides, so that a withdrawn report counts as not done. See docs/method.md, “节点目标”.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from targets.actuals import read_milestones
from targets.periods import month_end
from targets.terms import Assessment, Figure, Flag, FlagNote, Form, Status, Step, Terms

DONE = Decimal(1)
NOT_DONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One due day: when it was done (None: not, or not known), and the newest report."""

    due: date
    done_on: date | None
    newest: Figure | None

    @property
    def late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due


def assess_milestone(terms: Terms, figures: Sequence[Figure], as_of: date) -> Assessment:
    """How a milestone stands on a day."""
    known = read_milestones(terms, figures, as_of)
    if terms.form is Form.YEARLY_MILESTONE:
        return assess_yearly(terms, known, as_of)
    outcome = outcome_of(terms.due, known)
    if not terms.condition_held(outcome.due.year):
        return excused(terms, outcome, ())
    if outcome.done_on is not None:
        return done(terms, outcome, ())
    if as_of <= outcome.due:
        return verdict(
            terms, Status.NOT_ASSESSED, f"节点未到期（{terms.due.isoformat()}）。", outcome, met=None, flags=()
        )
    return overdue(terms, outcome, as_of, ())


def assess_yearly(terms: Terms, known: Sequence[Figure], as_of: date) -> Assessment:
    """The newest year due decides; earlier years that were not done are flagged, and final where `strict`.

    A year whose condition did not hold is excused. What is reported after the last day speaks of the last year.
    """
    outcomes = []
    days = due_days(terms)
    for due in days:
        is_last = due == days[-1]
        within = [one for one in known if one.period_end.year == due.year or (is_last and one.period_end > due)]
        outcome = outcome_of(due, within)
        if due < as_of or outcome.done_on is not None:
            outcomes.append(outcome)
    if not outcomes:
        return verdict(terms, Status.NOT_ASSESSED, "每年的节点，第一个尚未到期。", None, met=None, flags=())
    newest = outcomes[-1]
    undone = [one.due.year for one in outcomes[:-1] if one.done_on is None]
    open_years = [year for year in undone if terms.condition_held(year)]
    flags = tuple(FlagNote(Flag.NOT_HELD, year) for year in open_years)
    late = tuple(FlagNote(Flag.LATE, one.due.year) for one in outcomes[:-1] if one.late)
    if not terms.condition_held(newest.due.year):
        return excused(terms, newest, flags + late)
    if terms.strict and open_years:
        named = "、".join(f"{year}年" for year in open_years)
        return verdict(
            terms, Status.MISSED, f"要求每年完成，{named}未完成，已成定局。", newest, met=False, flags=flags + late
        )
    if newest.done_on is not None:
        return done(terms, newest, flags + late)
    return overdue(terms, newest, as_of, flags + late)


def due_days(terms: Terms) -> list[date]:
    """The due day in every year of the plan."""
    days = []
    for year in range(terms.starts_on.year, terms.ends_on.year + 1):
        last = month_end(year, terms.due.month)
        due = last if terms.due == month_end(terms.due.year, terms.due.month) else last.replace(day=terms.due.day)
        if terms.starts_on < due <= terms.ends_on:
            days.append(due)
    return days


def outcome_of(due: date, known: Sequence[Figure]) -> Outcome:
    newest = known[-1] if known else None
    done_on = None
    for figure in reversed(known):
        if not figure.value:
            break
        done_on = figure.period_end
    return Outcome(due, done_on, newest)


def excused(terms: Terms, outcome: Outcome, flags: tuple[FlagNote, ...]) -> Assessment:
    """Nothing was promised for a year whose condition did not hold."""
    words = f"{outcome.due.year}年条件不成立（方案所附条件未满足），不作评价。"
    return verdict(terms, Status.NOT_ASSESSED, words, outcome, met=None, flags=flags)


def done(terms: Terms, outcome: Outcome, flags: tuple[FlagNote, ...]) -> Assessment:
    day = outcome.done_on.isoformat() if outcome.done_on else ""
    if outcome.late:
        year = outcome.due.year if terms.form is Form.YEARLY_MILESTONE else None
        notes = (*flags, FlagNote(Flag.LATE, year))
        return verdict(terms, Status.ACHIEVED, f"节点已于{day}完成，晚于期限。", outcome, met=True, flags=notes)
    return verdict(terms, Status.ACHIEVED, f"节点已于{day}完成。", outcome, met=True, flags=flags)


def overdue(terms: Terms, outcome: Outcome, as_of: date, flags: tuple[FlagNote, ...]) -> Assessment:
    """Not done after the day: overdue while the plan runs; final when the last report says so or is lacking."""
    last_report = outcome.newest is not None and outcome.newest.period_end >= terms.ends_on
    if last_report:
        return verdict(terms, Status.MISSED, "规划期末的报告显示节点未完成。", outcome, met=False, flags=flags)
    if as_of > (terms.final_due_on or terms.ends_on):
        return verdict(
            terms, Status.NO_FINAL_FIGURE, "规划期已结束，节点没有完成的报告。", outcome, met=False, flags=flags
        )
    return verdict(
        terms, Status.OFF_TRACK, f"节点已逾期（{outcome.due.isoformat()}）。", outcome, met=False, flags=flags
    )


def verdict(
    terms: Terms,
    status: Status,
    reason: str,
    outcome: Outcome | None,
    *,
    met: bool | None,
    flags: tuple[FlagNote, ...],
) -> Assessment:
    newest = None if outcome is None else outcome.newest
    reached = None if outcome is None or newest is None else (DONE if outcome.done_on is not None else NOT_DONE)
    notes = [*flags]
    if terms.aspirational:
        notes.insert(0, FlagNote(Flag.ASPIRATIONAL))
    if newest is not None and newest.provisional:
        notes.insert(0, FlagNote(Flag.PROVISIONAL))
    due = terms.due if outcome is None else outcome.due
    if terms.conditional and met is not None and due.year not in terms.conditions:
        notes.append(FlagNote(Flag.CONDITION_UNKNOWN, due.year))
    done_on = None if outcome is None else outcome.done_on
    filled = f"期限{due.isoformat()}；{'未完成' if done_on is None else f'{done_on.isoformat()}完成'}"
    return Assessment(
        status=status,
        reason=reason,
        met=met,
        strictly_met=met,
        datum_on=None if newest is None else newest.period_end,
        actual=reached,
        flags=tuple(notes),
        steps=(Step("节点", "完成日 ≤ 期限", filled), Step("评价", "规则", reason)),
    )
