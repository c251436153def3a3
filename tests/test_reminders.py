"""Which reminder is due on a day: before the due day, on it, after it, to whom, and never twice or in arrears."""

import datetime as dt

import pytest

from departments.models.submission import AWAITING_OTHERS
from departments.reminders import SENT, Kind, Reminder, Rule, escalation_due, reminder_due

DUE = dt.date(2024, 1, 20)
RULE = Rule(days_before=(7, 3), late_every=3, escalate_after=5)


def day(offset):
    return DUE + dt.timedelta(days=offset)


def due(offset, *, told=None, state="missing", sent=None, rule=RULE, ask=reminder_due):
    return ask(
        rule,
        state=state,
        due_on=DUE,
        first_sent_on=None if sent is None else day(sent),
        today=day(offset),
        told_on=None if told is None else day(told),
    )


def days_told(first, last, *, ask=reminder_due, missed=()):
    """The days on which somebody is reminded who never sends anything, with a run on every day but those missed."""
    told, found = None, []
    for offset in range(first, last + 1):
        if offset not in missed and due(offset, told=told, ask=ask) is not None:
            told = offset
            found.append(offset)
    return found


def test_reminders_come_on_the_days_of_the_rule():
    assert days_told(-20, 10) == [-7, -3, 0, 3, 6, 9]


def test_the_approver_is_told_after_the_days_of_the_rule_and_again():
    assert days_told(-20, 12, ask=escalation_due) == [5, 8, 11]


def test_a_rule_may_leave_the_approver_alone():
    assert due(40, rule=Rule(escalate_after=0), ask=escalation_due) is None


def test_a_day_without_a_run_is_made_up_for_once_and_speaks_of_today():
    assert days_told(-20, 4, missed=(-7, -3, -2)) == [-6, -1, 0, 3]
    assert due(-2, told=-7) == Reminder(Kind.BEFORE, 2)


def test_weeks_without_a_run_end_with_one_reminder():
    assert days_told(-20, 10, missed=range(-6, 8)) == [-7, 8, 9]


def test_a_second_run_of_the_day_finds_nothing_left():
    assert due(3) == Reminder(Kind.LATE, 3)
    assert due(3, told=3) is None


@pytest.mark.parametrize("state", sorted(SENT))
def test_whoever_has_sent_is_never_reminded(state):
    for offset in range(-10, 30):
        assert due(offset, state=state, sent=-1) is None
        assert due(offset, state=state, sent=-1, ask=escalation_due) is None


def test_the_states_of_a_sent_sheet_are_those_of_the_workflow():
    assert SENT == AWAITING_OTHERS


def test_a_draft_counts_as_missing():
    assert due(0, state="draft") == due(0) == Reminder(Kind.TODAY, 0)


def test_a_returned_sheet_that_was_not_sent_again_is_asked_for_as_a_correction():
    assert due(3, state="returned", sent=-2) == Reminder(Kind.CORRECTION, 3)


def test_a_returned_sheet_that_was_late_from_the_start_stays_late():
    assert due(6, state="returned", sent=2) == Reminder(Kind.LATE, 6)


def test_a_rule_that_reminds_every_day_does_so():
    every_day = Rule(days_before=(), late_every=1, escalate_after=1)
    assert [offset for offset in range(-3, 4) if due(offset, told=offset - 1, rule=every_day)] == [0, 1, 2, 3]
