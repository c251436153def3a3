"""The coordinator fills in for a bureau: with a reason, with evidence, marked, and judged by others."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEvent
from departments import actions, permissions
from departments.actions import Change
from departments.problems import problems_of
from departments.sheets import Cell, build_sheet
from targets.actions import Refused
from targets.models import Observation
from tests.factories import Chain, make_chain, make_evidence

pytestmark = pytest.mark.django_db

REASON = "部门无人值守，依据其书面材料代填。"


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def filled_in(chain, reason=REASON, cells=None):
    submission = actions.open_submission(department=chain.department, period=chain.period, by=chain.coordinator)
    return actions.save_draft(
        submission=submission, cells=cells or chain.cells(), by=chain.coordinator, on_behalf_reason=reason
    )


def with_evidence(chain, submission):
    for indicator in (chain.ratio, chain.stock):
        make_evidence(chain.department, chain.period, indicator)
    return submission


def test_it_asks_for_a_reason_once(chain):
    with pytest.raises(Refused, match="代填必须写明理由"):
        filled_in(chain, reason=" ")
    submission = filled_in(chain)
    change = Change(was=Cell(value=Decimal("35.2")).as_text(), cell=Cell(value=Decimal(36)))
    changes = {f"c{chain.stock.pk}": change}
    saved = actions.save_cells(submission=submission, changes=changes, by=chain.coordinator)
    assert saved.submission.on_behalf_reason == REASON
    assert AuditEvent.objects.filter(action="submission.save").first().reason == f"代填：{REASON}"


def test_each_cell_so_filled_needs_evidence(chain):
    submission = filled_in(chain)
    problems = problems_of(build_sheet(chain.department, chain.period, submission))
    assert [(p.key, p.field) for p in problems] == [
        (f"c{chain.ratio.pk}", "evidence"),
        (f"c{chain.stock.pk}", "evidence"),
    ]
    assert "代填" in problems[0].sentence
    with_evidence(chain, submission)
    assert actions.submit(submission=submission, by=chain.coordinator).state == "submitted"


def test_where_the_indicator_asks_for_evidence_the_bureau_adds_it_too(chain):
    chain.stock.evidence_required = True
    chain.stock.save()
    with pytest.raises(actions.NotReady, match="须附佐证材料"):
        chain.carried_to("submitted")
    make_evidence(chain.department, chain.period, chain.stock)
    assert chain.carried_to("submitted").state == "submitted"


def test_what_the_bureau_changes_afterwards_is_its_own_again(chain):
    submission = filled_in(chain)
    submission = actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=chain.reporter)
    assert {e.indicator: e.is_on_behalf for e in submission.entries.all()} == {chain.ratio: True, chain.stock: False}


def test_others_judge_it_and_the_figure_says_that_it_was_filled_in_for_the_bureau(chain):
    submission = actions.submit(submission=with_evidence(chain, filled_in(chain)), by=chain.coordinator)
    for check in (permissions.can_endorse, permissions.can_return):
        assert not check(chain.coordinator, submission)
    submission = actions.endorse(submission=submission, by=chain.approver)
    assert not permissions.can_approve(chain.coordinator, submission)
    actions.approve(submission=submission, by=chain.reviewer)
    assert {o.reference[-4:] for o in Observation.objects.all()} == {"（代填）"}


def test_he_withdraws_what_he_submitted_and_not_what_the_bureau_did(chain):
    submission = actions.submit(submission=with_evidence(chain, filled_in(chain)), by=chain.coordinator)
    assert permissions.can_withdraw(chain.coordinator, submission)
    submission = actions.withdraw(submission=submission, by=chain.coordinator)
    submission = actions.submit(submission=submission, by=chain.reporter)
    assert not permissions.can_withdraw(chain.coordinator, submission)


def test_he_does_not_send_what_the_bureau_filled_in_itself(chain):
    with pytest.raises(PermissionDenied, match="未经代填"):
        actions.submit(submission=chain.carried_to("draft"), by=chain.coordinator)


def test_the_bureaus_window_does_not_bind_him_the_plans_end_does(chain):
    chain.period.closes_on = timezone.localdate() - dt.timedelta(days=1)
    chain.period.save()
    submission = filled_in(chain)
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    with pytest.raises(PermissionDenied, match="已关闭"):
        actions.save_draft(submission=submission, cells=chain.cells(stock="1"), by=chain.coordinator)


def test_reading_a_sheet_is_not_filling_it_in(chain):
    """Only where it is asked for: a coordinator who opens a sheet reads it."""
    submission = chain.sheet("draft")
    assert not permissions.can_save(chain.coordinator, submission)
    assert permissions.can_save(chain.coordinator, submission, on_behalf=True)
    for user in (chain.approver, chain.reviewer):
        assert not permissions.can_save(user, submission, on_behalf=True)
