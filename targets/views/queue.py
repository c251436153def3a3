"""The queue of recomputation for the system administrator: what waits, since when, and what failed for good."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.asking import person_asking
from targets.models import DirtySeries
from targets.permissions import check_can_see_queue
from targets.retrying import retry_parked

LATE_AFTER_SECONDS = 300
SHOWN_AT_MOST = 200


@require_safe
def queue_state(request: HttpRequest) -> HttpResponse:
    check_can_see_queue(person_asking(request))
    oldest = DirtySeries.objects.oldest_since()
    waited = None if oldest is None else int((timezone.now() - oldest).total_seconds())
    series = DirtySeries.objects.select_related("indicator__plan", "area")
    context = {
        "waiting_count": DirtySeries.objects.waiting().count(),
        "waiting": list(series.waiting().order_by("since")[:SHOWN_AT_MOST]),
        "parked": list(series.parked().order_by("parked_at")[:SHOWN_AT_MOST]),
        "parked_count": DirtySeries.objects.parked().count(),
        "oldest": oldest,
        "waited": waited,
        "is_late": waited is not None and waited > LATE_AFTER_SECONDS,
    }
    return render(request, "targets/queue_state.html", context)


@require_POST
def queue_retry(request: HttpRequest) -> HttpResponse:
    count = retry_parked(by=person_asking(request))
    if count:
        messages.success(request, f"已将{count}个停放的序列重新排入队列。")
    else:
        messages.info(request, "没有停放的序列。")
    return redirect("targets:queue_state")
