"""Two people at once: of two acts on one sheet exactly one happens, and what it did is there once."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import audit
from departments import actions
from departments.models import Submission
from departments.models.submission import APPROVED, ENDORSED, RETURNED
from targets.models import Assessment, DirtySeries, Observation
from tests import factories as make

pytestmark = pytest.mark.postgresql


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; what each returned, or the refusal that it met."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = acts[number]()
        except (actions.Conflict, PermissionDenied) as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return results


@pytest.mark.parametrize("time", range(5))
def test_of_two_approvals_one_counts(transactional_db, time):
    chain = make.make_chain()
    sheet = chain.sheet(ENDORSED)
    other = make.make_reviewer()
    results = at_once(*(lambda by=by: actions.approve(submission=sheet, by=by) for by in (chain.reviewer, other)))
    assert sum(isinstance(result, Submission) for result in results) == 1
    assert Observation.objects.count() == 2
    assert {o.version for o in Observation.objects.all()} == {1}
    assert sheet.steps.filter(verb="approve").count() == 1
    assert Submission.objects.get().state == APPROVED
    assert not DirtySeries.objects.exists()
    assert Assessment.objects.filter(period=chain.period, actual__isnull=False).count() == 2
    assert audit.verify() == []


@pytest.mark.parametrize("time", range(5))
def test_of_an_approval_and_a_return_one_counts(transactional_db, time):
    chain = make.make_chain()
    sheet = chain.sheet(ENDORSED)
    other = make.make_reviewer()
    at_once(
        lambda: actions.approve(submission=sheet, by=chain.reviewer),
        lambda: actions.return_for_correction(submission=sheet, by=other, reason="请核实"),
    )
    now = Submission.objects.get()
    assert now.state in (APPROVED, RETURNED)
    assert Observation.objects.exists() == (now.state == APPROVED)
    assert now.steps.count() == 1


def test_many_bureaus_approved_at_once_all_arrive_without_a_deadlock(transactional_db):
    chains = [make.make_chain() for _ in range(6)]
    sheets = [chain.sheet(ENDORSED) for chain in chains]
    results = at_once(
        *(
            lambda sheet=sheet, by=chain.reviewer: actions.approve(submission=sheet, by=by)
            for chain, sheet in zip(chains, sheets, strict=True)
        )
    )
    assert all(isinstance(result, Submission) for result in results), results
    assert Observation.objects.count() == 12
    assert not DirtySeries.objects.exists()
    assert audit.verify() == []
