"""The queue of what is to be recomputed: rows, written in the transaction of the change; Redis is only the bell."""

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import Min
from django.utils import timezone

from targets.models.area import Area
from targets.models.indicator import Indicator

PARKED_AFTER_ATTEMPTS = 5


class DirtySeriesQuerySet(models.QuerySet["DirtySeries"]):
    def mark(self, series: Iterable[tuple[int, int]]) -> None:
        """Queues (indicator id, area id) pairs, in the transaction of the change.

        The upsert takes each row's lock: a worker that holds one is waited for and a new row is written after it, so
        that no change slips between its reading and its clearing. Sorted, so that two writers cannot deadlock.
        """
        now = timezone.now()
        self.bulk_create(
            [DirtySeries(indicator_id=i, area_id=a, since=now) for i, a in sorted(set(series))],
            update_conflicts=True,
            unique_fields=["indicator", "area"],
            update_fields=["attempts", "last_error", "parked_at"],
        )

    def waiting(self) -> "DirtySeriesQuerySet":
        return self.filter(parked_at__isnull=True)

    def parked(self) -> "DirtySeriesQuerySet":
        return self.filter(parked_at__isnull=False)

    def oldest_since(self) -> dt.datetime | None:
        """Since when the oldest waiting series waits; None when nothing waits."""
        since: dt.datetime | None = self.waiting().aggregate(since=Min("since"))["since"]
        return since


class DirtySeries(models.Model):
    """One (indicator, area) whose assessments are older than its figures, baseline, target or due days."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField("待重算自")
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    last_error = models.TextField("最近的错误", blank=True)
    parked_at = models.DateTimeField("停放时间", null=True, blank=True)

    objects = DirtySeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "待重算序列"
        verbose_name_plural = "待重算序列"
        constraints = [models.UniqueConstraint(fields=["indicator", "area"], name="one_dirty_row_per_series")]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.area_id} since {self.since:%Y-%m-%d %H:%M:%S}"
