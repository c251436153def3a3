"""The event log for the audit administrator: newest first, searched by action, person and day."""

import datetime as dt

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.action_words import CHINESE, action_label, actions_called, content_label, in_words, value_label
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
    rows = [
        {
            "event": event,
            "action": action_label(event.action),
            "label": in_words(event.object_label),
            "object_type": _type_label(event.object_type),
            "changes": _changes(event),
        }
        for event in page
    ]
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


def _changes(event: AuditEvent) -> list[dict[str, str]]:
    """What changed, in words and in the order in which it was recorded; `name` is the name as recorded."""
    before, after = event.before or {}, event.after or {}
    changes = []
    for name in dict.fromkeys([*before, *after]):
        field = _field(event.object_type, name)
        changes.append(
            {
                "name": name,
                "label": _field_label(field, name),
                "before": _in_words(before.get(name), field, name),
                "after": _in_words(after.get(name), field, name),
            }
        )
    return changes


def _type_label(object_type: str) -> str:
    """What kind of thing an object is; empty where that is not known."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""


def _field(object_type: str, name: str) -> Field | None:
    """The field of the object that was recorded under that name, if it is one."""
    try:
        field = apps.get_model(object_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, Field) else None


def _field_label(field: Field | None, name: str) -> str:
    """The content as its own form calls it, else as its room has named it."""
    label = "" if field is None else str(field.verbose_name)
    return label if CHINESE.search(label) else content_label(name)


def _in_words(value: object, field: Field | None, name: str) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_in_words(one, field, name) for one in value) or "（空）"
    if isinstance(value, dict):
        parts = (f"{content_label(key)}：{_in_words(one, None, key)}" for key, one in value.items())
        return "；".join(parts) or "（空）"
    choices = {} if field is None else {str(code): str(words) for code, words in field.flatchoices}
    return choices.get(str(value)) or value_label(name, str(value))
