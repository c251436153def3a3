"""Celery: one briefing, and the sweep that finds briefings whose bell was lost. Each can run twice."""

import datetime as dt
import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from reports.briefing_making import finish_briefing
from reports.models import Briefing

log = logging.getLogger(__name__)

LOST_AFTER = dt.timedelta(seconds=30)


def ring(briefing_id: int) -> None:
    """Asks for a briefing after the commit. Best effort: the queued row stays, and the sweep finds it."""

    def kick() -> None:
        try:
            render_briefing.apply_async(args=(briefing_id,), retry=False, expires=600)
        except Exception:
            # Whatever the broker's trouble, the row is the job.
            log.warning("briefing %s waits for the sweep", briefing_id, exc_info=True)

    transaction.on_commit(kick, robust=True)


@shared_task
def render_briefing(briefing_id: int) -> bool:
    """Makes one queued briefing; does nothing when it is made already."""
    return finish_briefing(briefing_id)


@shared_task
def render_queued_briefings() -> int:
    """Makes the briefings that lost their bell, or whose maker died. Returns how many it stored.

    Each is claimed when its turn comes, so that what another worker has taken meanwhile is passed over.
    """
    now = timezone.now()
    waiting = Briefing.objects.claimable(now).filter(requested_at__lt=now - LOST_AFTER)
    stored = 0
    for briefing_id in list(waiting.order_by("requested_at").values_list("pk", flat=True)):
        try:
            stored += finish_briefing(briefing_id)
        except Exception:
            # The row says that it failed; the others are made all the same.
            log.exception("briefing %s failed in the sweep", briefing_id)
    return stored
