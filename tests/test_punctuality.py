"""Green in time, yellow made up late, red missing, nothing before the day; an extension moves the day."""

import datetime as dt

import pytest

from departments.models.submission import AWAITING_OTHERS, STATES, is_overdue
from departments.punctuality import Punctuality, punctuality, tally
from tests import factories as make

DUE = dt.date(2026, 1, 20)


def on(day: int, month: int = 1) -> dt.date:
    return dt.date(2026, month, day)


@pytest.mark.parametrize(
    ("first_sent_on", "is_in", "today", "expected"),
    [
        (None, False, on(20), "not_due"),
        (None, False, on(21), "missing"),
        (on(20), True, on(21), "on_time"),
        (on(21), True, on(21), "made_up"),
        (on(8), True, on(9), "on_time"),
        (on(8), False, on(25), "on_time"),  # sent in time and back for correction
        (on(22), False, on(25), "missing"),  # sent late, and back
        (on(22), False, on(19), "not_due"),
        (None, True, on(21), "made_up"),  # in, and nobody knows since when
    ],
)
def test_a_sheet_is_in_time_made_up_or_missing(first_sent_on, is_in, today, expected):
    assert punctuality(due_on=DUE, first_sent_on=first_sent_on, is_in=is_in, today=today) == expected


def test_an_extension_moves_the_day():
    late = {"first_sent_on": on(25), "is_in": True, "today": on(1, 3)}
    assert punctuality(due_on=DUE, **late) is Punctuality.MADE_UP
    assert punctuality(due_on=on(31), **late) is Punctuality.ON_TIME
    assert punctuality(due_on=on(31), first_sent_on=None, is_in=False, today=on(28)) is Punctuality.NOT_DUE


def test_red_is_what_every_page_calls_overdue():
    for state, _ in STATES:
        for sent in (None, on(20), on(21)):
            for today in (on(20), on(21), on(30)):
                light = punctuality(due_on=DUE, first_sent_on=sent, is_in=state in AWAITING_OTHERS, today=today)
                overdue = is_overdue(state, due_on=DUE, first_sent_on=sent, today=today)
                assert (light is Punctuality.MISSING) == overdue


def test_every_light_has_words_and_a_tone_of_its_own():
    assert len({light.label for light in Punctuality}) == len({light.tone for light in Punctuality}) == 4


def test_a_tally_counts_what_was_due():
    found = tally([Punctuality.ON_TIME, Punctuality.ON_TIME, Punctuality.MISSING, Punctuality.NOT_DUE])
    assert (found.due, found.words) == (3, "按时2期、补报0期、未报1期")


def test_a_bureau_sees_its_own_periods_counted_and_the_city_sees_all(db, client):
    chain, other = make.make_chain(), make.make_chain()
    chain.sheet("submitted", first_submitted_on=chain.period.due_on)
    client.force_login(make.make_leader())
    page = client.get(f"/punctuality/?plan={chain.plan.code}").content.decode()
    assert "按时1期、补报0期、未报0期" in page
    assert "按时0期、补报0期、未报1期" in client.get(f"/punctuality/?plan={other.plan.code}").content.decode()
    client.force_login(other.reporter)
    assert chain.department.name not in client.get(f"/punctuality/?plan={chain.plan.code}").content.decode()
    client.force_login(make.make_administrator())
    assert client.get("/punctuality/").status_code == 403
