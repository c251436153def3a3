"""What belongs to one sheet happens one after the other, and nobody waits for a row while he holds the event log."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from departments import actions
from departments.actions import Change
from departments.actions import steps as sending
from departments.actions.nudging import nudge
from departments.models import Evidence, Submission
from departments.models.submission import ENDORSED, SUBMITTED
from departments.sheets import Cell
from departments.workbooks.dry_run import DryRun, Line
from targets.actions import Refused
from targets.reporting_settings import IndicatorReporting, set_indicator_reporting
from tests import factories as make

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@dataclass
class Beside:
    """Another person's act, in a connection of its own; `raised` is what it met."""

    act: Callable[[], object]
    raised: list[Exception] = field(default_factory=list)

    def start(self) -> None:
        """Returns when the act waits for somebody, or is over."""
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        end = time.monotonic() + 5
        while time.monotonic() < end and self.thread.is_alive() and not somebody_waits():
            time.sleep(0.02)

    def finish(self) -> list[Exception]:
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        return self.raised

    def _run(self) -> None:
        try:
            self.act()
        except (DatabaseError, PermissionDenied, Refused) as error:
            self.raised.append(error)
        finally:
            connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.fixture
def while_it_is_sent(monkeypatch):
    """Has somebody else act when a sheet that is sent has been read and has not gone yet."""

    def arrange(act: Callable[[], object]) -> Beside:
        other = Beside(act)
        contents_of = sending.contents_of

        def slowly(*args):
            if threading.current_thread() is threading.main_thread():
                other.start()
            return contents_of(*args)

        monkeypatch.setattr(sending, "contents_of", slowly)
        return other

    return arrange


def test_evidence_that_arrives_while_a_sheet_is_sent_is_in_what_was_sent_or_refused(while_it_is_sent):
    chain = make.make_chain()
    sheet = chain.carried_to("draft")
    place = {"department": chain.department, "period": chain.period, "indicator": chain.stock}
    other = while_it_is_sent(
        lambda: actions.add_evidence(**place, url="https://example.org/a", title="公报", by=chain.reporter)
    )
    submission = actions.submit(submission=sheet, by=chain.reporter)
    assert submission.state == SUBMITTED
    assert [type(error).__name__ for error in other.finish()] == ["PermissionDenied"]
    assert len(submission.snapshots.get().contents["evidence"]) == Evidence.objects.count() == 0


def test_of_two_who_send_a_sheet_at_once_the_second_reads_who_was_first(while_it_is_sent):
    chain = make.make_chain()
    sheet = chain.carried_to("draft")
    colleague = make.make_reporter(chain.department)
    other = while_it_is_sent(lambda: actions.submit(submission=sheet, by=colleague))
    actions.submit(submission=sheet, by=chain.reporter)
    assert [type(error) for error in other.finish()] == [actions.Conflict]
    assert Submission.objects.get().snapshots.count() == 1


def test_a_remark_and_the_asking_for_a_sheet_at_once_meet_no_deadlock():
    """A new row refers to its bureau: who holds the bureau must not keep others from referring to it."""
    chain = make.make_chain()
    cell = {"department": chain.department, "period": chain.period, "indicator": chain.stock}
    other = Beside(lambda: nudge(department=chain.department, period=chain.period, by=chain.coordinator))
    with transaction.atomic():
        actions.add_comment(**cell, text="请看。", by=chain.reporter)  # holds the event log from here
        other.start()
    assert other.finish() == []


def test_an_approval_and_a_change_of_its_indicator_at_once_meet_no_deadlock():
    chain = make.make_chain()
    sheet = chain.sheet(ENDORSED)
    wanted = [IndicatorReporting(chain.stock, "quarter", by_area=False, evidence_required=True)]
    other = Beside(
        lambda: set_indicator_reporting(plan=chain.plan, wanted=wanted, reason="须附佐证。", by=chain.coordinator)
    )
    with transaction.atomic():
        actions.approve(submission=sheet, by=chain.reviewer)
        other.start()
    assert other.finish() == []


def test_years_that_are_imported_while_a_colleague_types_meet_no_deadlock():
    chain = make.make_chain("2023Q3")
    periods = [chain.period, make.make_period(chain.plan, "2023Q4")]
    sheets = [
        actions.open_submission(department=chain.department, period=period, by=chain.reporter) for period in periods
    ]
    empty, colleague = Cell().as_text(), make.make_reporter(chain.department)
    lines = [
        Line(
            period=period.code,
            period_name=period.name,
            key=f"c{chain.stock.pk}",
            name=chain.stock.name,
            places="B2",
            was=empty,
            stored=empty,
            cell=Cell(value=Decimal(5)).as_text(),
            old="",
            new="5",
        )
        for period in periods
    ]
    upload = actions.keep_upload(
        department=chain.department,
        plan=chain.plan,
        period=None,
        file_name="历史数据.xlsx",
        sha256="0" * 64,
        run=DryRun(lines=tuple(lines)),
        by=chain.reporter,
    )
    importing = Beside(lambda: actions.import_workbook(upload=upload, overwrite=[], by=chain.reporter))
    typed = {f"c{chain.ratio.pk}": Change(was=empty, cell=Cell(state="not_compiled"))}
    with transaction.atomic():
        Submission.objects.select_for_update(no_key=True).get(pk=sheets[1].pk)
        importing.start()
        actions.save_cells(submission=sheets[1], changes=typed, by=colleague)
    assert importing.finish() == []
    assert [sheet.entries.filter(value=5).count() for sheet in sheets] == [1, 1]
