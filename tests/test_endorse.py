"""The bureau's approver stands for what a colleague reported."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from departments import actions
from departments.models import Submission
from tests.factories import Chain, make_approver, make_chain, make_department

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def test_endorsing_hands_the_sheet_to_the_city(chain):
    submission = actions.endorse(submission=chain.sheet("submitted"), by=chain.approver)
    submission.refresh_from_db()
    assert (submission.state, submission.endorsed_by) == ("endorsed", chain.approver)
    assert submission.steps.get().verb == "endorse"
    assert AuditEvent.objects.get(action="submission.endorse").after == {"state": "endorsed"}


def test_endorsing_records_no_figure_yet(chain):
    actions.endorse(submission=chain.sheet("submitted"), by=chain.approver)
    assert not chain.stock.observations.exists()


def test_it_turns_away_another_bureau(chain):
    with pytest.raises(PermissionDenied):
        actions.endorse(submission=chain.sheet("submitted"), by=make_approver(make_department()))


def test_it_turns_away_the_reporter(chain):
    with pytest.raises(PermissionDenied):
        actions.endorse(submission=chain.sheet("submitted"), by=chain.reporter)


def test_the_database_too_refuses_an_endorser_who_submitted(chain):
    submission = chain.sheet("submitted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(state="endorsed", endorsed_by=chain.reporter)


def test_the_second_of_two_approvers_is_told_who_was_first(chain):
    submission = chain.sheet("submitted")
    actions.endorse(submission=submission, by=chain.approver, lock_version=0)
    with pytest.raises(actions.Conflict, match="复核通过"):
        actions.endorse(submission=submission, by=make_approver(chain.department), lock_version=0)


def test_what_was_withdrawn_meanwhile_cannot_be_endorsed(chain):
    submission = chain.sheet("submitted")
    actions.withdraw(submission=submission, by=chain.reporter)
    with pytest.raises(actions.Conflict, match="撤回"):
        actions.endorse(submission=submission, by=chain.approver, lock_version=0)


@pytest.mark.parametrize(
    ("verb", "state", "who", "name"),
    [
        ("withdraw", "submitted", "reporter", "withdraw"),
        ("endorse", "submitted", "approver", "endorse"),
        ("approve", "endorsed", "reviewer", "approve"),
    ],
)
def test_a_button_carries_out_its_verb(client, chain, verb, state, who, name):
    submission = chain.sheet(state)
    client.force_login(getattr(chain, who))
    page = client.get(f"/submissions/{submission.pk}/")
    assert f"/submissions/{submission.pk}/{name}/" in page.content.decode()
    answer = client.post(f"/submissions/{submission.pk}/{name}/", {"lock_version": submission.lock_version})
    assert answer.status_code == 302
    submission.refresh_from_db()
    assert submission.steps.get().verb == verb


def test_a_button_pressed_twice_says_who_was_first(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(chain.approver)
    client.post(f"/submissions/{submission.pk}/endorse/", {"lock_version": 0})
    answer = client.post(f"/submissions/{submission.pk}/endorse/", {"lock_version": 0})
    assert answer.status_code == 409
    assert "您的操作没有执行" in answer.content.decode()


def test_another_bureaus_sheet_does_not_exist_for_an_approver(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(make_approver(make_department()))
    assert client.get(f"/submissions/{submission.pk}/").status_code == 404
    assert client.post(f"/submissions/{submission.pk}/endorse/", {"lock_version": 0}).status_code == 404


def test_looking_at_an_address_changes_nothing(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(chain.approver)
    assert client.get(f"/submissions/{submission.pk}/endorse/").status_code == 302
    submission.refresh_from_db()
    assert submission.state == "submitted"
