"""Redis is a bell, never the queue: a save neither waits for it nor fails with it, and what was lost is swept up."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest

from linyi_cp.celery import app
from targets import tasks
from targets.actions import NewObservation, record_observations
from targets.models import Assessment, DirtySeries
from tests import factories as make


def change(value: str = "81") -> tuple[int, int]:
    """One approved figure, committed: what a reviewer's approval leaves behind."""
    indicator = make.make_indicator(make.make_plan())
    make.make_target(indicator, "80")
    figure = NewObservation(
        indicator=indicator,
        area=make.root_area(),
        period=make.make_period(indicator.plan, "2025Q4"),
        value=Decimal(value),
    )
    record_observations(figures=[figure], by=make.make_reviewer())
    return indicator.pk, make.root_area().pk


@pytest.fixture
def broker_at() -> Iterator:
    """Points the bell at another address for one test."""
    before = app.conf.broker_url

    def point(url: str, *, eager: bool = False) -> None:
        app.conf.task_always_eager = eager
        app.conf.broker_url = app.conf.broker_write_url = url
        app.amqp._producer_pool = app._pool = None  # kombu keeps a pool per address

    yield point
    point(before, eager=True)


def test_without_a_broker_the_result_is_there_when_the_commit_returns(transactional_db):
    change()
    assert Assessment.objects.get().status == "achieved"
    assert not DirtySeries.objects.exists()


def test_a_save_goes_through_at_once_while_redis_is_down(transactional_db, broker_at):
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    broker_at(f"redis://127.0.0.1:{port}/0")
    began = time.monotonic()
    change()
    assert time.monotonic() - began < 2  # less than one second of it for the bell
    assert DirtySeries.objects.count() == 1
    assert tasks.drain() == 1
    assert Assessment.objects.get().status == "achieved"


def test_a_save_goes_through_within_seconds_while_redis_hangs(transactional_db, broker_at):
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        broker_at(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        began = time.monotonic()
        change()
        assert time.monotonic() - began < 8  # the bell gives up within six
    assert DirtySeries.objects.count() == 1
    assert tasks.drain() == 1


def test_a_real_worker_recomputes_after_the_commit(celery_worker):
    change()
    celery_worker.wait_until(lambda: Assessment.objects.filter(status="achieved").exists())
    celery_worker.wait_until(lambda: not DirtySeries.objects.exists())


def test_a_change_whose_bell_was_lost_is_swept_up(celery_worker, broker_at):
    change()  # the row is written; its bell may be consumed by the worker that is killed now
    celery_worker.process.kill()
    celery_worker.process.wait(timeout=10)
    key = change("79")
    assert DirtySeries.objects.filter(indicator_id=key[0]).exists()
    tasks.drain()  # what beat's sweep or `manage.py drain` does
    assert not DirtySeries.objects.exists()
    assert Assessment.objects.get(indicator_id=key[0]).status == "missed"


@pytest.mark.postgresql
def test_two_drains_at_once_share_the_rows_and_do_each_once(transactional_db, broker_at):
    import threading

    from django.db import connection, transaction

    broker_at("memory://")  # rows wait
    keys = [change(), change()]
    assert DirtySeries.objects.count() == 2
    done: list[int] = []

    def other_drain() -> None:
        done.append(tasks.drain())
        connection.close()

    with transaction.atomic():
        list(DirtySeries.objects.select_for_update().filter(indicator_id=keys[0][0]))  # claimed by another worker
        thread = threading.Thread(target=other_drain)
        thread.start()
        thread.join(timeout=20)
        assert done == [1]
    assert DirtySeries.objects.get().indicator_id == keys[0][0]
    assert tasks.drain() == 1
