"""A reporter saves and sends his bureau's sheet."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from departments import actions
from departments.models import Submission
from departments.sheets import Cell
from targets.actions import Refused
from tests.factories import (
    Chain,
    make_chain,
    make_department,
    make_indicator,
    make_observation,
    make_period,
    make_reporter,
    make_responsibility,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def opened(chain):
    return actions.open_submission(department=chain.department, period=chain.period, by=chain.reporter)


def saved(chain, cells=None):
    return actions.save_draft(submission=opened(chain), cells=cells or chain.cells(), by=chain.reporter)


def test_it_opens_one_sheet_for_a_bureau_and_period(chain):
    assert opened(chain) == opened(chain)
    assert Submission.objects.count() == 1


def test_a_saved_draft_keeps_every_cell_exactly(chain):
    submission = saved(chain)
    ratio = submission.entries.get(indicator=chain.ratio)
    assert (ratio.numerator, ratio.denominator) == (Decimal("412.3"), Decimal("428.1"))
    assert ratio.changed_by == chain.reporter
    assert submission.lock_version == 1


def test_zero_is_a_number(chain):
    submission = saved(chain, chain.cells(stock="0"))
    assert submission.entries.get(indicator=chain.stock).is_filled
    assert actions.submit(submission=submission, by=chain.reporter).state == "submitted"


def test_saving_the_same_again_changes_nothing(chain):
    submission = saved(chain)
    actions.save_draft(submission=submission, cells=chain.cells(), by=chain.reporter)
    submission.refresh_from_db()
    assert submission.lock_version == 1


def test_a_save_is_in_the_event_log_with_before_and_after(chain):
    submission = saved(chain)
    actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=chain.reporter)
    event = AuditEvent.objects.filter(action="submission.save").first()
    assert event.actor == chain.reporter
    assert event.before == {chain.stock.code: "35.2"}
    assert event.after == {chain.stock.code: "36"}


def test_submitting_names_the_person_the_time_and_the_step(chain):
    submission = actions.submit(submission=saved(chain), by=chain.reporter)
    assert (submission.state, submission.submitted_by) == ("submitted", chain.reporter)
    assert submission.first_submitted_on == timezone.localdate()
    step = submission.steps.get()
    assert (step.verb, step.from_state, step.to_state, step.by) == ("submit", "draft", "submitted", chain.reporter)
    assert AuditEvent.objects.filter(action="submission.submit", actor=chain.reporter).exists()


def test_it_names_each_missing_cell(chain):
    submission = saved(chain, {f"c{chain.ratio.pk}": Cell(numerator=Decimal(1))})
    with pytest.raises(actions.NotReady) as refusal:
        actions.submit(submission=submission, by=chain.reporter)
    assert [(p.key, p.field) for p in refusal.value.problems] == [
        (f"c{chain.ratio.pk}", "denominator"),
        (f"c{chain.stock.pk}", "value"),
    ]
    assert "可收集量" in refusal.value.problems[0].sentence
    submission.refresh_from_db()
    assert submission.state == "draft"


@pytest.mark.parametrize("state", ["not_yet_published", "not_compiled", "not_applicable"])
def test_a_cell_may_say_why_there_is_no_number(chain, state):
    submission = saved(chain, chain.cells() | {f"c{chain.stock.pk}": Cell(state=state)})
    assert actions.submit(submission=submission, by=chain.reporter).state == "submitted"


def test_it_refuses_a_part_larger_than_the_whole(chain):
    submission = saved(chain, chain.cells(numerator="430"))
    with pytest.raises(actions.NotReady, match="大于可收集量"):
        actions.submit(submission=submission, by=chain.reporter)


def test_a_warning_passes_with_a_note_only(chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "10")
    submission = saved(chain)
    with pytest.raises(actions.NotReady) as refusal:
        actions.submit(submission=submission, by=chain.reporter)
    assert [p.field for p in refusal.value.problems] == ["note"]
    explained = chain.cells() | {f"c{chain.stock.pk}": Cell(value=Decimal("35.2"), note="新建项目投用。")}
    submission = actions.save_draft(submission=submission, cells=explained, by=chain.reporter)
    assert actions.submit(submission=submission, by=chain.reporter).state == "submitted"


def test_it_turns_away_another_bureau(chain):
    stranger = make_reporter(make_department())
    with pytest.raises(PermissionDenied):
        actions.save_draft(submission=opened(chain), cells=chain.cells(), by=stranger)


def test_it_turns_away_an_indicator_of_another_bureau(chain):
    foreign = make_indicator(chain.plan)
    make_responsibility(foreign, make_department())
    with pytest.raises(Refused, match="不由本部门报送"):
        actions.save_draft(
            submission=opened(chain), cells={f"c{foreign.pk}": Cell(value=Decimal(1))}, by=chain.reporter
        )


def test_the_second_of_two_people_is_told_who_was_first(chain):
    submission = saved(chain)
    colleague = make_reporter(chain.department, display_name="填报员乙")
    actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=colleague, lock_version=1)
    with pytest.raises(actions.Conflict, match=r"填报员乙已于 .* 对这张填报单执行“保存草稿”"):
        actions.save_draft(submission=submission, cells=chain.cells(stock="37"), by=chain.reporter, lock_version=1)
    assert submission.entries.get(indicator=chain.stock).value == 36


def test_a_sheet_that_was_sent_meanwhile_cannot_be_overwritten(chain):
    submission = saved(chain)
    actions.submit(submission=submission, by=chain.reporter, lock_version=1)
    with pytest.raises(actions.Conflict, match="提交复核"):
        actions.save_draft(submission=submission, cells=chain.cells(stock="37"), by=chain.reporter, lock_version=1)


def test_withdrawing_gives_the_sheet_back(chain):
    submission = actions.submit(submission=saved(chain), by=chain.reporter)
    submission = actions.withdraw(submission=submission, by=chain.reporter)
    assert submission.state == "draft"
    assert [step.verb for step in submission.steps.all()] == ["submit", "withdraw"]


def test_what_is_endorsed_can_no_longer_be_withdrawn(chain):
    with pytest.raises(PermissionDenied, match="待审核"):
        actions.withdraw(submission=chain.sheet("endorsed"), by=chain.reporter)


def test_a_closed_plan_refuses_every_figure(chain):
    submission = saved(chain)
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    with pytest.raises(PermissionDenied, match="已关闭"):
        actions.save_draft(submission=submission, cells=chain.cells(stock="1"), by=chain.reporter)
    with pytest.raises(PermissionDenied, match="已关闭"):
        actions.submit(submission=submission, by=chain.reporter)


def test_a_period_that_is_not_open_yet_says_when_it_opens(chain):
    chain.period.opens_on = timezone.localdate() + dt.timedelta(days=3)
    chain.period.due_on = chain.period.opens_on
    chain.period.save()
    with pytest.raises(PermissionDenied, match="尚未开放"):
        opened(chain)


def test_a_yearly_figure_is_owed_with_the_fourth_quarter_only(chain):
    chain.ratio.reported_every = "year"
    chain.ratio.save()
    third = make_period(chain.plan, "2023Q3")
    submission = actions.open_submission(department=chain.department, period=third, by=chain.reporter)
    submission = actions.save_draft(
        submission=submission, cells={f"c{chain.stock.pk}": Cell(value=Decimal("30"))}, by=chain.reporter
    )
    assert actions.submit(submission=submission, by=chain.reporter).state == "submitted"


def test_a_bureau_that_owes_nothing_gets_no_sheet(chain):
    idle = make_department()
    with pytest.raises(Refused, match="没有需要报送的指标"):
        actions.open_submission(department=idle, period=chain.period, by=make_reporter(idle))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_exactly_one_is_stored():
    chain = make_chain()
    submission = saved(chain)
    colleagues = [make_reporter(chain.department) for _ in range(6)]
    start = threading.Barrier(len(colleagues))

    def save(number):
        start.wait()
        try:
            actions.save_draft(
                submission=Submission.objects.get(pk=submission.pk),
                cells=chain.cells(stock=f"{40 + number}"),
                by=colleagues[number],
                lock_version=1,
            )
        except actions.Conflict:
            return None
        finally:
            connection.close()
        return Decimal(40 + number)

    with ThreadPoolExecutor(len(colleagues)) as pool:
        stored = [value for value in pool.map(save, range(len(colleagues))) if value is not None]
    assert stored == [submission.entries.get(indicator=chain.stock).value]
    submission.refresh_from_db()
    assert submission.lock_version == 2
