"""Putting parked series back into the queue, once the reason of the failure is mended."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets.models import DirtySeries
from targets.permissions import check_can_see_queue
from targets.tasks import ring


@transaction.atomic
def retry_parked(*, by: User) -> int:
    """Queue every parked series again with its attempts forgotten, and ring the bell; how many there were."""
    check_can_see_queue(by)
    parked = list(DirtySeries.objects.parked().select_for_update(of=("self",), no_key=True).select_related("indicator"))
    if not parked:
        return 0
    DirtySeries.objects.filter(pk__in=[row.pk for row in parked]).update(
        parked_at=None, attempts=0, since=timezone.now()
    )
    ring()
    audit.record(
        action="queue.retry",
        by=by,
        label=f"{len(parked)}个序列",
        before={row.indicator.code: row.last_error for row in parked},
    )
    return len(parked)
