"""The bell, the drain and the sweep. The queue is the dirty rows; a lost message costs a minute, never a figure."""

import datetime as dt
import logging
from collections.abc import Iterable

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from targets.assessing import SeriesKey, assess_series
from targets.models import Assessment, DirtySeries, Target
from targets.models.dirty import PARKED_AFTER_ATTEMPTS

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 50


def mark_dirty(series: Iterable[SeriesKey]) -> None:
    """Queues series for recomputation in the transaction of the change, and rings the bell after its commit."""
    DirtySeries.objects.mark(series)
    ring()


def ring() -> None:
    """Asks for a drain after the commit. Best effort: a save neither waits for Redis nor fails with it."""
    transaction.on_commit(_kick, robust=True)


def _kick() -> None:
    try:
        drain_dirty_series.apply_async(retry=False, expires=60)
    except Exception:
        # Whatever the broker's trouble, the dirty row stays and the sweep finds it.
        log.warning("the bell could not be rung; the sweep will drain", exc_info=True)


@shared_task
def drain_dirty_series() -> int:
    """Recomputes every waiting series; repeatable, and safe to run twice at once."""
    return drain()


def drain(*, today: dt.date | None = None) -> int:
    """Claims waiting rows in batches, recomputes their series and clears them, each batch in one transaction.

    Returns the number of series recomputed. A series that fails keeps its row, with the attempt counted and the
    reason kept; after five attempts it is parked for the administrator.
    """
    done = 0
    failed: set[int] = set()
    while True:
        with transaction.atomic():
            claimed = list(
                DirtySeries.objects.waiting()
                .exclude(pk__in=failed)
                .select_for_update(skip_locked=True)
                .order_by("since", "pk")[:CLAIMED_AT_ONCE]
            )
            if not claimed:
                return done
            finished = _assess_claimed(claimed, today)
            failed |= {row.pk for row in claimed} - finished
            DirtySeries.objects.filter(pk__in=finished).delete()
            done += len(finished)


def _assess_claimed(claimed: list[DirtySeries], today: dt.date | None) -> set[int]:
    """The ids of the rows whose series are recomputed; a batch that fails is repeated one by one."""
    try:
        with transaction.atomic():
            assess_series([_key(row) for row in claimed], today=today)
        return {row.pk for row in claimed}
    except Exception:
        log.warning("a batch of %d series failed; repeating one by one", len(claimed), exc_info=True)
    finished = set()
    for row in claimed:
        try:
            with transaction.atomic():
                assess_series([_key(row)], today=today)
            finished.add(row.pk)
        except Exception as error:
            log.exception("series %s could not be assessed", row)
            row.attempts += 1
            row.last_error = f"{type(error).__name__}: {error}"[:2000]
            if row.attempts >= PARKED_AFTER_ATTEMPTS:
                row.parked_at = timezone.now()
            row.save(update_fields=["attempts", "last_error", "parked_at"])
    return finished


def _key(row: DirtySeries) -> SeriesKey:
    return row.indicator_id, row.area_id


@shared_task
def mark_series_for_today() -> int:
    """Marks the series of open plans whose newest assessment is of an earlier day: staleness and due days move."""
    today = timezone.localdate()
    skipped = set(Assessment.objects.filter(as_of__gte=today).values_list("indicator_id", "area_id"))
    skipped |= set(DirtySeries.objects.parked().values_list("indicator_id", "area_id"))  # they wait for a person
    series = [
        key
        for key in Target.objects.filter(
            superseded_at__isnull=True, indicator__plan__closed_at__isnull=True
        ).values_list("indicator_id", "area_id")
        if key not in skipped
    ]
    if series:
        mark_dirty(series)
    return len(series)
