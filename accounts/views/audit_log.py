"""The event log for the audit administrator: newest first, searched by action, person and day."""

import datetime as dt

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.action_words import action_label, actions_called
from accounts.actions import check_may_read_audit_log
from accounts.asking import person_asking
from accounts.forms import AuditFilterForm
from accounts.models import AuditEvent

EVENTS_PER_PAGE = 50


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    check_may_read_audit_log(person_asking(request))
    form = AuditFilterForm(request.GET or None)
    events = AuditEvent.objects.order_by("-id")
    if form.is_bound:
        events = _filtered(events, form) if form.is_valid() else events.none()
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"event": event, "action": action_label(event.action), "changes": _changes(event)} for event in page]
    return render(request, "accounts/audit_log.html", {"form": form, "page": page, "rows": rows})


def _filtered(events: "QuerySet[AuditEvent]", form: AuditFilterForm) -> "QuerySet[AuditEvent]":
    """An action is searched by its word on the screen or by its code, a person by any part of the name."""
    action, person, day = (form.cleaned_data[name] for name in ("action", "person", "day"))
    if action:
        events = events.filter(Q(action__icontains=action) | Q(action__in=actions_called(action)))
    if person:
        events = events.filter(actor_label__icontains=person)
    if day is not None:
        midnight = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        events = events.filter(at__gte=midnight, at__lt=midnight + dt.timedelta(days=1))
    return events


def _changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """What changed: (name of the field, before, after) in words, in the order in which they were recorded."""
    before, after = event.before or {}, event.after or {}
    names = dict.fromkeys([*before, *after])
    return [
        (_field_label(event.object_type, name), _in_words(before.get(name)), _in_words(after.get(name)))
        for name in names
    ]


def _field_label(object_type: str, name: str) -> str:
    """The field as its own form calls it; the recorded name where the object has no such field."""
    try:
        field = apps.get_model(object_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name
    return str(getattr(field, "verbose_name", name))


def _in_words(value: object) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_in_words(one) for one in value) or "（空）"
    if isinstance(value, dict):
        return "；".join(f"{name}：{_in_words(one)}" for name, one in value.items()) or "（空）"
    return str(value)
