"""Green in time, yellow made up late, red missing, nothing before the day; an extension moves the day."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from departments import actions
from departments.models.submission import AWAITING_OTHERS, STATES, is_overdue
from departments.punctuality import Punctuality, punctuality, tally
from departments.sheet_states import sheet_states
from reports.overview import build_overview
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


def test_more_time_that_is_given_after_a_late_sheet_came_does_not_make_it_punctual():
    late = {"due_on": on(31), "first_sent_on": on(25), "due_when_sent": DUE, "today": on(28)}
    assert punctuality(is_in=True, **late) is Punctuality.MADE_UP
    assert punctuality(is_in=False, **late) is Punctuality.NOT_DUE  # returned, and there is time to send it again
    assert punctuality(is_in=False, **(late | {"today": on(1, 2)})) is Punctuality.MISSING


def test_red_is_what_every_page_calls_overdue():
    for (state, _), sent, when_sent, today in itertools.product(
        STATES, (None, on(20), on(21)), (None, on(19), on(25)), (on(20), on(21), on(30))
    ):
        days = {"due_on": DUE, "first_sent_on": sent, "due_when_sent": when_sent, "today": today}
        light = punctuality(is_in=state in AWAITING_OTHERS, **days)
        assert (light is Punctuality.MISSING) == is_overdue(state, **days)


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


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10), tzinfo=timezone.get_current_timezone())


def light_of(chain, *, today: dt.date | None = None) -> Punctuality:
    (state,) = sheet_states([chain.department], [chain.period], today=today or timezone.localdate())
    (view,) = (
        one
        for one in build_overview(chain.plan, chain.period, today=today or timezone.localdate()).departments
        if one.code == chain.department.code
    )
    assert view.lamp is not None
    assert view.lamp.value == state.light.value  # every page says the same
    return state.light


def test_an_extension_counts_for_what_is_sent_after_it_and_not_for_what_came_before(db):
    before, after = make.make_chain(), make.make_chain()
    until = timezone.localdate() + dt.timedelta(days=5)
    sheets = {chain.department: chain.sheet() for chain in (before, after)}
    actions.submit(submission=sheets[before.department], by=before.reporter)
    for chain in (before, after):
        actions.extend_deadline(
            department=chain.department, period=chain.period, due_on=until, reason="年报未出。", by=chain.coordinator
        )
    actions.submit(submission=sheets[after.department], by=after.reporter)
    assert (light_of(before), light_of(after)) == (Punctuality.MADE_UP, Punctuality.ON_TIME)


def test_a_sheet_that_was_sent_in_time_and_taken_back_is_in_time_only_when_it_comes_again_in_time(db):
    chain = make.make_chain()
    due_on = chain.period.due_on
    sheet = actions.submit(submission=chain.sheet(), by=chain.reporter, at=at(due_on))
    assert light_of(chain) is Punctuality.ON_TIME
    sheet = actions.withdraw(submission=sheet, by=chain.reporter)
    assert (light_of(chain), light_of(chain, today=due_on)) == (Punctuality.MISSING, Punctuality.NOT_DUE)
    sheet = actions.submit(submission=sheet, by=chain.reporter)
    assert light_of(chain) is Punctuality.MADE_UP


def test_what_was_judged_once_stays_in_time_when_its_correction_is_taken_back(db):
    chain = make.make_chain()
    sheet = actions.submit(submission=chain.sheet(), by=chain.reporter, at=at(chain.period.due_on))
    sheet = actions.return_for_correction(submission=sheet, reason="请核实。", by=chain.approver)
    sheet = actions.submit(submission=sheet, by=chain.reporter)
    actions.withdraw(submission=sheet, by=chain.reporter)
    assert light_of(chain) is Punctuality.ON_TIME


def test_a_late_sheet_that_is_being_corrected_stays_made_up_on_every_page(db):
    chain = make.make_chain()
    sheet = actions.submit(submission=chain.sheet(), by=chain.reporter)
    sheet = actions.endorse(submission=sheet, by=chain.approver)
    sheet = actions.approve(submission=sheet, by=chain.reviewer)
    actions.reopen(submission=sheet, reason="更正。", by=chain.coordinator)
    assert light_of(chain) is Punctuality.MADE_UP
    (state,) = sheet_states([chain.department], [chain.period], today=timezone.localdate())
    assert not state.is_overdue
