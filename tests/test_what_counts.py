"""What a bureau no longer owes, took back or left out does not count when its sheet is approved."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from departments import actions
from departments.actions.duties import Reporter, set_reporters
from departments.models import Comment, Membership, Submission, SubmissionHand
from departments.problems import problems_of
from departments.sheets import Cell, TaskCell, build_sheet
from targets.models import Observation, TaskProgress
from tests.factories import (
    Chain,
    make_area,
    make_chain,
    make_department,
    make_milestone,
    make_reporter,
    make_responsibility,
    make_task,
    make_task_responsibility,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def sheet_of(submission):
    return build_sheet(submission.department, submission.period, submission)


def approved(chain, submission):
    submission = actions.submit(submission=submission, by=chain.reporter)
    submission = actions.endorse(submission=submission, by=chain.approver)
    return actions.approve(submission=submission, by=chain.reviewer)


def move_duty(chain, of, department):
    set_reporters(plan=chain.plan, wanted=[Reporter(of, department)], reason="职责调整。", by=chain.coordinator)


def test_a_figure_whose_duty_moved_before_the_sheet_was_sent_is_not_sent(chain):
    submission = chain.carried_to("draft")
    other = make_department()
    make_responsibility(chain.stock, other, reports=False)
    move_duty(chain, chain.stock, other)
    submission = approved(chain, submission)
    assert [row.indicator for row in sheet_of(submission).rows] == [chain.ratio]
    assert not Observation.objects.filter(indicator=chain.stock).exists()


def test_counties_that_are_no_longer_asked_for_are_not_sent(chain):
    area = make_area(name="沂水县")
    chain.stock.by_area = True
    chain.stock.save()
    submission = chain.carried_to("draft", **{f"c{chain.stock.pk}a{area.pk}": Cell(value=Decimal(35))})
    chain.stock.by_area = False
    chain.stock.save()
    submission = approved(chain, submission)
    assert not Observation.objects.filter(area=area).exists()
    assert sheet_of(submission).area_rows == {}


def test_reports_on_tasks_that_are_no_longer_asked_for_are_not_sent(chain):
    task = make_task(chain.plan)
    make_task_responsibility(task, chain.department)
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    submission = chain.carried_to("draft", **{f"t{task.pk}": TaskCell(text="已动工。")})
    chain.plan.task_reports_every = ""
    chain.plan.save()
    approved(chain, submission)
    assert not TaskProgress.objects.exists()


def test_a_county_that_was_approved_cannot_be_left_empty_afterwards(chain):
    area = make_area(name="沂水县")
    chain.stock.by_area = True
    chain.stock.save()
    key = f"c{chain.stock.pk}a{area.pk}"
    submission = chain.carried_to("approved", **{key: Cell(value=Decimal("35.2"))})
    newer = actions.reopen(submission=submission, reason="更正。", by=chain.coordinator)
    newer = actions.save_draft(submission=newer, cells={key: Cell()}, by=chain.reporter)
    (problem,) = problems_of(sheet_of(newer))
    assert problem.key == key
    assert "已有审核通过的数" in problem.sentence
    newer = actions.save_draft(submission=newer, cells={key: Cell(state="not_compiled")}, by=chain.reporter)
    approved(chain, newer)
    assert Observation.objects.current().get(area=area).state == "not_compiled"


def test_a_step_stays_reached_when_its_task_went_to_another_bureau(chain):
    task = make_task(chain.plan)
    duty = make_task_responsibility(task, chain.department)
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    step = make_milestone(task)
    cell = TaskCell(text="已完成。", reached=((step.pk, dt.date(2023, 12, 1)),))
    submission = chain.carried_to("approved", **{f"t{task.pk}": cell})
    duty.delete()
    newer = actions.reopen(submission=submission, reason="更正数据。", by=chain.coordinator)
    approved(chain, newer)
    step.refresh_from_db()
    assert step.reached_on == dt.date(2023, 12, 1)


def test_a_return_may_remark_on_a_cell_whose_duty_moved_meanwhile(chain):
    submission = chain.carried_to("submitted")
    other = make_department()
    make_responsibility(chain.stock, other, reports=False)
    move_duty(chain, chain.stock, other)
    remarks = {f"c{chain.stock.pk}": "该数已改由另一部门报送。"}
    actions.return_for_correction(submission=submission, reason="见意见。", comments=remarks, by=chain.approver)
    assert Comment.objects.get().indicator == chain.stock


def test_who_entered_a_number_does_not_judge_it_after_a_colleague_touched_its_cell(chain):
    first = make_reporter(chain.department)
    submission = actions.open_submission(department=chain.department, period=chain.period, by=first)
    submission = actions.save_draft(submission=submission, cells=chain.cells(), by=first)
    noted = {key: replace(cell, note="已核。") for key, cell in chain.cells().items()}
    submission = actions.save_draft(submission=submission, cells=noted, by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    assert not submission.entries.filter(changed_by=first).exists()
    becomes_approver(first)
    with pytest.raises(PermissionDenied, match="由您本人填写或提交过"):
        actions.endorse(submission=submission, by=first)
    with pytest.raises(IntegrityError, match="填报人不能"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(state="endorsed", endorsed_by=first)


def test_who_sent_a_sheet_does_not_judge_it_when_a_colleague_sends_it_again(chain):
    first = make_reporter(chain.department)
    submission = actions.submit(submission=chain.carried_to("draft"), by=first)
    submission = actions.withdraw(submission=submission, by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    becomes_approver(first)
    with pytest.raises(PermissionDenied, match="由您本人填写或提交过"):
        actions.endorse(submission=submission, by=first)


def test_a_reopened_sheet_remembers_who_filled_in_what_it_was_made_from(chain):
    newer = actions.reopen(submission=chain.carried_to("approved"), reason="更正。", by=chain.coordinator)
    assert [hand.user for hand in newer.hands.all()] == [chain.reporter]


def test_the_database_refuses_the_hand_of_who_has_judged(chain):
    submission = chain.carried_to("endorsed")
    with pytest.raises(IntegrityError, match="填报人不能"), transaction.atomic():
        SubmissionHand.objects.create(submission=submission, user=chain.approver)


def becomes_approver(user):
    Membership.objects.filter(user=user).update(function=Membership.APPROVER)
