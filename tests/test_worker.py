"""The worker of the tests is a real one: another process, reached through Redis."""

import os

from linyi_cp.celery import app


def test_a_worker_of_its_own_process_answers(celery_worker):
    replies = app.control.inspect(timeout=5, limit=1).stats()
    assert replies is not None
    (stats,) = replies.values()
    assert stats["pid"] == celery_worker.process.pid != os.getpid()


def test_a_killed_worker_is_replaced_for_the_next_test(celery_worker):
    celery_worker.process.kill()
    assert celery_worker.process.wait(timeout=10) != 0


def test_the_replacement_answers_as_well(celery_worker):
    assert app.control.inspect(timeout=5, limit=1).ping()
