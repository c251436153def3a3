"""Cells are saved one by one, each on condition that it still says what the person saw."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import AuditEvent
from departments import actions
from departments.actions import Change
from departments.sheets import Cell, TaskCell
from targets.actions import Refused
from tests.factories import (
    Chain,
    make_area,
    make_chain,
    make_department,
    make_indicator,
    make_observation,
    make_period,
    make_reporter,
    make_responsibility,
)

pytestmark = pytest.mark.django_db

EMPTY = Cell().as_text()


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def opened(chain):
    return actions.open_submission(department=chain.department, period=chain.period, by=chain.reporter)


def stock_of(submission):
    return submission.entries.get(indicator__name="水肥一体化面积")


def save(chain, submission, *, stock, was=EMPTY, by=None):
    change = Change(was=was, cell=Cell(value=Decimal(stock)))
    return actions.save_cells(submission=submission, changes={f"c{chain.stock.pk}": change}, by=by or chain.reporter)


def test_one_cell_is_written_and_the_others_stay(chain):
    saved = save(chain, opened(chain), stock="35.2")
    assert saved.conflicts == ()
    assert [entry.value for entry in saved.submission.entries.all()] == [Decimal("35.2")]
    assert saved.submission.lock_version == 1


def test_two_people_on_different_cells_do_not_disturb_each_other(chain):
    submission, colleague = opened(chain), make_reporter(chain.department)
    save(chain, submission, stock="35.2")
    change = Change(was=EMPTY, cell=Cell(numerator=Decimal(1), denominator=Decimal(2)))
    saved = actions.save_cells(submission=submission, changes={f"c{chain.ratio.pk}": change}, by=colleague)
    assert saved.conflicts == ()
    assert saved.submission.entries.count() == 2


def test_a_cell_that_a_colleague_changed_is_reported_with_him_and_not_written(chain):
    submission, colleague = opened(chain), make_reporter(chain.department)
    save(chain, submission, stock="35.2", by=colleague)
    saved = save(chain, submission, stock="36")
    (conflict,) = saved.conflicts
    assert (conflict.key, conflict.stored, conflict.by) == (
        f"c{chain.stock.pk}",
        Cell(value=Decimal("35.2")),
        colleague,
    )
    assert conflict.at is not None
    assert stock_of(submission).value == Decimal("35.2")


def test_of_two_cells_the_one_without_a_conflict_is_written(chain):
    submission = opened(chain)
    save(chain, submission, stock="35.2", by=make_reporter(chain.department))
    changes = {
        f"c{chain.stock.pk}": Change(was=EMPTY, cell=Cell(value=Decimal(1))),
        f"c{chain.ratio.pk}": Change(was=EMPTY, cell=Cell(numerator=Decimal(1), denominator=Decimal(2))),
    }
    saved = actions.save_cells(submission=submission, changes=changes, by=chain.reporter)
    assert [conflict.key for conflict in saved.conflicts] == [f"c{chain.stock.pk}"]
    assert saved.submission.entries.get(indicator=chain.ratio).denominator == 2


def test_the_same_by_both_people_is_no_conflict(chain):
    submission = opened(chain)
    save(chain, submission, stock="35.2", by=make_reporter(chain.department))
    assert save(chain, submission, stock="35.20").conflicts == ()


def test_trailing_zeros_are_no_change(chain):
    submission = opened(chain)
    save(chain, submission, stock="35.2")
    events = AuditEvent.objects.count()
    save(chain, submission, stock="35.20", was=Cell(value=Decimal("35.2")).as_text())
    assert AuditEvent.objects.count() == events


def test_findings_are_kept_with_the_figure_on_every_save(chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "10")
    submission = opened(chain)
    save(chain, submission, stock="35.2")
    ((level, code, field, sentence),) = stock_of(submission).findings
    assert (level, code, field) == ("warning", "jump", "value")
    assert "2023年三季度" in sentence
    save(chain, submission, stock="11", was=Cell(value=Decimal("35.2")).as_text())
    assert stock_of(submission).findings == []


def test_a_cell_of_another_bureau_refuses_the_whole_save(chain):
    foreign = make_indicator(chain.plan)
    make_responsibility(foreign, make_department())
    submission = opened(chain)
    changes = {
        f"c{foreign.pk}": Change(was=EMPTY, cell=Cell(value=Decimal(1))),
        f"c{chain.stock.pk}": Change(was=EMPTY, cell=Cell(value=Decimal(1))),
    }
    with pytest.raises(Refused, match="不由本部门报送"):
        actions.save_cells(submission=submission, changes=changes, by=chain.reporter)
    assert not submission.entries.exists()


def test_words_in_the_place_of_a_figure_are_refused(chain):
    changes = {f"c{chain.stock.pk}": Change(was=EMPTY, cell=TaskCell(text="进展顺利"))}
    with pytest.raises(Refused, match="形式不对"):
        actions.save_cells(submission=opened(chain), changes=changes, by=chain.reporter)


def test_a_sheet_that_was_sent_takes_no_cell(chain):
    with pytest.raises(PermissionDenied, match="已提交"):
        save(chain, chain.sheet("submitted"), stock="1")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_different_cells_at_once_all_are_stored():
    chain = make_chain()
    chain.stock.by_area = True
    chain.stock.save()
    submission = opened(chain)
    colleagues = [make_reporter(chain.department) for _ in range(6)]
    keys = [f"c{chain.stock.pk}a{make_area().pk}" for _ in colleagues]
    start = threading.Barrier(len(keys))

    def save_own(number):
        start.wait()
        try:
            changes = {keys[number]: Change(was=EMPTY, cell=Cell(value=Decimal(number)))}
            return actions.save_cells(submission=submission, changes=changes, by=colleagues[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        saved = list(pool.map(save_own, range(len(keys))))
    assert [each.conflicts for each in saved] == [()] * len(keys)
    assert sorted(submission.entries.values_list("value", flat=True)) == list(range(len(keys)))
    submission.refresh_from_db()
    assert submission.lock_version == len(keys)
