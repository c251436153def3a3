"""The city's reviewer approves: the figure counts, and what depends on it is recomputed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from departments import actions
from departments.actions import approving
from departments.models import Extension, Submission
from departments.sheets import Cell
from targets.actions import Refused
from targets.models import Assessment, DirtySeries, DueDay, Observation
from tests.factories import Chain, instant, make_chain, make_department, make_entry, make_indicator, make_responsibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def test_approval_records_the_figures_as_they_were_entered(chain):
    actions.approve(submission=chain.sheet("endorsed"), by=chain.reviewer)
    ratio = Observation.objects.current().get(indicator=chain.ratio, period=chain.period)
    assert (ratio.numerator, ratio.denominator) == (Decimal("412.3"), Decimal("428.1"))
    assert ratio.recorded_by == chain.reviewer
    assert chain.department.name in ratio.reference


def test_approval_leaves_state_step_event_figures_and_dirty_rows_together(chain):
    submission = actions.approve(submission=chain.sheet("endorsed"), by=chain.reviewer)
    assert submission.steps.get().verb == "approve"
    assert AuditEvent.objects.filter(action="submission.approve").count() == 1
    assert Observation.objects.count() == 2
    assert set(DirtySeries.objects.values_list("indicator", flat=True)) == {chain.ratio.pk, chain.stock.pk}


def test_when_recording_fails_nothing_at_all_happened(chain, monkeypatch):
    def fail(**kwargs):
        raise Refused("记录失败。")

    submission = chain.sheet("endorsed")
    monkeypatch.setattr(approving, "record_observations", fail)
    with pytest.raises(Refused):
        actions.approve(submission=submission, by=chain.reviewer)
    submission.refresh_from_db()
    assert (submission.state, submission.lock_version, submission.steps.count()) == ("endorsed", 0, 0)
    assert not AuditEvent.objects.filter(action="submission.approve").exists()


def test_after_the_commit_the_status_is_recomputed(chain, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(submission=chain.sheet("endorsed"), by=chain.reviewer)
    assert not DirtySeries.objects.exists()
    assessment = Assessment.objects.get(indicator=chain.ratio, period=chain.period)
    assert assessment.actual.quantize(Decimal("0.01")) == Decimal("96.31")


def test_a_cell_that_says_why_there_is_no_number_is_recorded_as_such(chain):
    submission = chain.sheet("endorsed")
    submission.entries.filter(indicator=chain.stock).update(state="not_compiled", value=None)
    actions.approve(submission=submission, by=chain.reviewer)
    assert Observation.objects.get(indicator=chain.stock).state == "not_compiled"


def test_it_turns_away_everybody_but_the_reviewer(chain):
    submission = chain.sheet("endorsed")
    for user in (chain.reporter, chain.approver, chain.coordinator):
        with pytest.raises(PermissionDenied):
            actions.approve(submission=submission, by=user)


def test_what_nobody_endorsed_cannot_be_approved(chain):
    with pytest.raises(PermissionDenied, match="待部门复核"):
        actions.approve(submission=chain.sheet("submitted"), by=chain.reviewer)


def test_the_database_too_refuses_an_approver_who_endorsed(chain):
    submission = chain.sheet("endorsed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(state="approved", approved_by=chain.approver)


def test_the_message_after_approval_leads_to_the_overview(client, chain):
    submission = chain.sheet("endorsed")
    client.force_login(chain.reviewer)
    answer = client.post(f"/submissions/{submission.pk}/approve/", {"lock_version": 0}, follow=True)
    assert f"plan={chain.plan.code}&amp;period=2023Q4" in answer.content.decode()


# --- Reopening --------------------------------------------------------------------------------------------------------


def approved(chain):
    return actions.approve(submission=chain.sheet("endorsed"), by=chain.reviewer)


def test_reopening_makes_a_new_version_and_leaves_the_approved_one(chain):
    old = approved(chain)
    new = actions.reopen(submission=old, reason="统计口径更正。", by=chain.coordinator)
    old.refresh_from_db()
    assert (old.state, old.is_current) == ("approved", False)
    assert (new.state, new.is_current, new.version) == ("draft", True, 2)
    assert new.entries.get(indicator=chain.stock).value == Decimal("35.2")
    assert new.steps.get().reason == "统计口径更正。"
    assert Observation.objects.current().count() == 2


def test_a_correction_makes_new_versions_of_the_corrected_figures_only(chain):
    new = actions.reopen(submission=approved(chain), reason="更正。", by=chain.coordinator)
    new = actions.save_draft(
        submission=new, cells={f"c{chain.stock.pk}": Cell(value=Decimal("35.8"))}, by=chain.reporter
    )
    new = actions.submit(submission=new, by=chain.reporter)
    new = actions.endorse(submission=new, by=chain.approver)
    actions.approve(submission=new, by=chain.reviewer)
    assert Observation.objects.current().get(indicator=chain.stock).version == 2
    assert Observation.objects.current().get(indicator=chain.ratio).version == 1


def test_the_reviewer_of_a_correction_sees_the_figure_that_counts_until_then(client, chain):
    new = actions.reopen(submission=approved(chain), reason="更正。", by=chain.coordinator)
    actions.save_draft(submission=new, cells={f"c{chain.stock.pk}": Cell(value=Decimal("35.8"))}, by=chain.reporter)
    client.force_login(chain.reviewer)
    page = client.get(f"/submissions/{new.pk}/").content.decode()
    assert "现行数 35.2" in page
    assert page.count("现行数") == 1


def test_reopening_needs_a_reason_and_the_coordinator(chain):
    submission = approved(chain)
    with pytest.raises(Refused, match="理由"):
        actions.reopen(submission=submission, reason="  ", by=chain.coordinator)
    with pytest.raises(PermissionDenied):
        actions.reopen(submission=submission, reason="更正。", by=chain.reviewer)


def test_a_form_of_the_old_version_does_not_pass_for_one_of_the_new(chain):
    submission = approved(chain)
    new = actions.reopen(submission=submission, reason="更正。", by=chain.coordinator)
    assert new.lock_version > 1
    with pytest.raises(actions.Conflict, match="重新打开"):
        actions.reopen(submission=submission, reason="更正。", by=chain.coordinator, lock_version=1)


# --- Deadlines --------------------------------------------------------------------------------------------------------


def extend(chain, due_on=dt.date(2024, 3, 1), reason="年报数据尚未核定。", by=None, at="2024-01-15"):
    return actions.extend_deadline(
        department=chain.department,
        period=chain.period,
        due_on=due_on,
        reason=reason,
        by=by or chain.coordinator,
        at=instant(at),
    )


def test_an_extension_gives_each_owed_series_its_own_due_day(chain):
    foreign = make_indicator(chain.plan)
    make_responsibility(foreign, make_department())
    extend(chain)
    assert set(DueDay.objects.values_list("indicator", "due_on")) == {
        (chain.ratio.pk, dt.date(2024, 3, 1)),
        (chain.stock.pk, dt.date(2024, 3, 1)),
    }
    assert AuditEvent.objects.get(action="submission.extend").after == {"due_on": "2024-03-01"}


def test_a_second_extension_takes_the_place_of_the_first(chain):
    extend(chain)
    extend(chain, due_on=dt.date(2024, 4, 1))
    assert Extension.objects.get().due_on == dt.date(2024, 4, 1)


def test_an_extension_ends_after_the_period_s_own_due_day_and_has_a_reason(chain):
    with pytest.raises(Refused, match="晚于"):
        extend(chain, due_on=chain.period.due_on)
    with pytest.raises(Refused, match="理由"):
        extend(chain, reason=" ")


@pytest.mark.parametrize("due_on", [dt.date(2024, 2, 1), dt.date(2099, 1, 1)])
def test_an_extension_neither_is_over_already_nor_lasts_for_ever(chain, due_on):
    with pytest.raises(Refused, match="一年以内"):
        extend(chain, due_on=due_on, at="2024-02-15")


def test_only_the_coordinator_extends(chain):
    with pytest.raises(PermissionDenied):
        extend(chain, by=chain.reviewer)


def test_a_closed_plan_refuses_an_extension(chain):
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    chain.period.refresh_from_db()
    with pytest.raises(PermissionDenied, match="已关闭"):
        extend(chain)


def test_the_extension_page_keeps_what_was_typed(client, chain):
    client.force_login(chain.coordinator)
    address = f"{chain.address}extension/"
    answer = client.post(address, {"due_on": "2024-13-01", "reason": "等待核定。"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "不是有效日期" in page
    assert "2024-13-01" in page
    assert "等待核定。" in page
    soon = timezone.localdate() + dt.timedelta(days=30)
    answer = client.post(address, {"due_on": soon.isoformat(), "reason": "等待核定。"})
    assert answer.status_code == 302
    assert Extension.objects.get().granted_by == chain.coordinator


def test_an_unfilled_cell_is_not_recorded(chain):
    submission = chain.sheet("endorsed")
    extra = make_indicator(chain.plan)
    make_entry(submission, extra)
    actions.approve(submission=submission, by=chain.reviewer)
    assert not extra.observations.exists()
