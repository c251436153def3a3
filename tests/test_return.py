"""A sheet goes back with a reason, and comes again."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from departments import actions
from targets.actions import Refused
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.mark.parametrize(("state", "who"), [("submitted", "approver"), ("endorsed", "reviewer")])
def test_whoever_has_it_returns_it_with_a_reason(chain, state, who):
    user = getattr(chain, who)
    submission = actions.return_for_correction(submission=chain.sheet(state), reason="请核实可收集量。", by=user)
    submission.refresh_from_db()
    assert (submission.state, submission.returned_by) == ("returned", user)
    assert submission.return_reason == "请核实可收集量。"
    assert submission.steps.get().reason == "请核实可收集量。"
    assert AuditEvent.objects.get(action="submission.return").reason == "请核实可收集量。"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_returned(chain, reason):
    submission = chain.sheet("submitted")
    with pytest.raises(Refused, match="理由"):
        actions.return_for_correction(submission=submission, reason=reason, by=chain.approver)
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_the_reviewer_does_not_return_what_the_bureau_has_not_endorsed(chain):
    with pytest.raises(PermissionDenied):
        actions.return_for_correction(submission=chain.sheet("submitted"), reason="不符。", by=chain.reviewer)


def test_an_approved_sheet_is_not_returned_but_reopened(chain):
    with pytest.raises(PermissionDenied, match="已通过"):
        actions.return_for_correction(submission=chain.sheet("approved"), reason="不符。", by=chain.reviewer)


def test_a_returned_sheet_is_corrected_and_goes_the_whole_way_again(chain):
    submission = actions.return_for_correction(submission=chain.sheet("endorsed"), reason="不符。", by=chain.reviewer)
    submission = actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=chain.reporter)
    assert submission.state == "returned"
    submission = actions.submit(submission=submission, by=chain.reporter)
    assert submission.endorsed_by is None
    submission = actions.endorse(submission=submission, by=chain.approver)
    submission = actions.approve(submission=submission, by=chain.reviewer)
    assert [step.verb for step in submission.steps.all()] == ["return", "submit", "endorse", "approve"]


def test_the_day_of_the_first_sending_stays(chain):
    submission = chain.sheet("submitted")
    first = submission.first_submitted_on
    submission = actions.return_for_correction(submission=submission, reason="不符。", by=chain.approver)
    submission = actions.submit(submission=submission, by=chain.reporter)
    assert submission.first_submitted_on == first


def test_the_button_asks_for_the_reason_and_keeps_the_page(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(chain.approver)
    answer = client.post(f"/submissions/{submission.pk}/return/", {"lock_version": 0, "reason": ""})
    assert answer.status_code == 422
    assert "必须写明理由" in answer.content.decode()


def test_a_conflict_keeps_the_reason_that_was_typed(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(chain.approver)
    answer = client.post(f"/submissions/{submission.pk}/return/", {"lock_version": 7, "reason": "请核实可收集量。"})
    assert answer.status_code == 409
    assert "请核实可收集量。" in answer.content.decode()


def test_the_reporter_reads_who_returned_it_and_why(client, chain):
    submission = chain.sheet("submitted")
    client.force_login(chain.approver)
    client.post(f"/submissions/{submission.pk}/return/", {"lock_version": 0, "reason": "请核实可收集量。"})
    client.force_login(chain.reporter)
    page = client.get(chain.address).content.decode()
    assert "请核实可收集量。" in page
    assert chain.approver.display_name in page
