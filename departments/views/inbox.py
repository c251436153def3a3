"""What I owe today: the first page after the login."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.actions.nudging import nudges_of
from departments.inbox import build_inbox
from departments.models import Notice
from departments.permissions.nudging import can_nudge
from departments.views.asked import person

NOTICES_SHOWN = 5


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    found = build_inbox(user)
    nudged = nudges_of({item.sheet.period for item in found.to_do if item.sheet is not None and item.offers_nudge})
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    return render(
        request,
        "departments/inbox.html",
        {
            "inbox": found,
            "lines": [
                (item, nudged.get((item.sheet.department.pk, item.sheet.period.pk)) if item.sheet is not None else None)
                for item in found.to_do
            ],
            "may_nudge": can_nudge(user),
            "notices": list(unread[:NOTICES_SHOWN]),
        },
    )
