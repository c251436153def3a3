"""What I owe today: the first page after the login of whoever has something to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.inbox import build_inbox
from departments.views.asked import person
from targets.waiting import baselines_to_decide


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    context = {"inbox": build_inbox(user), "person": user, "waiting_baselines": baselines_to_decide(user)}
    return render(request, "departments/inbox.html", context)
