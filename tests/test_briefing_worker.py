"""The worker makes a briefing beside the request, and a worker that dies half-way loses nothing."""

import datetime as dt

from django.utils import timezone

from reports.actions import request_briefing
from reports.models import Briefing
from reports.tasks import render_queued_briefings
from targets.assessing import assess_series
from tests import factories as make


def asked():
    plan = make.make_plan()
    period = make.make_period(plan, "2023Q4")
    indicator = make.make_indicator(plan)
    make.make_target(indicator)
    make.make_observation(indicator, period, "90")
    assess_series([(indicator.pk, make.root_area().pk)], today=dt.date(2024, 2, 1))
    return request_briefing(plan=plan, period=period, by=make.make_coordinator())


def state_of(briefing):
    return Briefing.objects.values_list("state", flat=True).get(pk=briefing.pk)


def test_the_worker_makes_it_after_the_commit(celery_worker):
    briefing = asked()
    celery_worker.wait_until(lambda: state_of(briefing) != Briefing.QUEUED, seconds=30)
    briefing.refresh_from_db()
    assert (briefing.state, briefing.failure) == (Briefing.READY, "")
    assert bytes(briefing.pdf).startswith(b"%PDF-")


def test_what_a_dead_worker_left_queued_is_made_by_the_sweep(celery_worker):
    celery_worker.process.kill()
    celery_worker.process.wait(timeout=10)
    briefing = asked()
    assert state_of(briefing) == Briefing.QUEUED
    Briefing.objects.update(requested_at=timezone.now() - dt.timedelta(minutes=2))
    assert render_queued_briefings() == 1
    assert state_of(briefing) == Briefing.READY
