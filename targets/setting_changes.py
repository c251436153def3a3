"""Changes of settings with their reasons: written by the acts that change them, read by the pages that show them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from targets.models import Indicator, Plan, PlanTask, ReportingPeriod, SettingChange
from targets.setting_words import Value, as_text, setting_label, value_words

SHOWN = 50
"""So many of the newest changes stand on a page; the event log has them all."""

Of = Indicator | PlanTask | ReportingPeriod | None


def changed_settings(stored: Any, wanted: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    """By name (before, after) of what is to become different on a row."""
    return {name: (before, value) for name, value in wanted.items() if (before := getattr(stored, name)) != value}


def keep_changes(
    *,
    plan: Plan,
    changes: Mapping[str, tuple[Value, Value]],
    reason: str,
    by: User,
    of: Of = None,
    at: dt.datetime | None = None,
) -> None:
    """Adds one line of history a setting; a step of the act that changes them, which audits."""
    SettingChange.objects.bulk_create(
        SettingChange(
            plan=plan,
            indicator=of if isinstance(of, Indicator) else None,
            task=of if isinstance(of, PlanTask) else None,
            period=of if isinstance(of, ReportingPeriod) else None,
            name=name,
            before=as_text(before)[:120],
            after=as_text(after)[:120],
            reason=reason,
            changed_at=at or timezone.now(),
            changed_by=by,
        )
        for name, (before, after) in changes.items()
    )


@dataclass(frozen=True, slots=True)
class ChangeInWords:
    """One line of the history as a page prints it."""

    change: SettingChange
    of: str
    name: str
    before: str
    after: str


def history_of(plan: Plan, names: Iterable[str]) -> list[ChangeInWords]:
    """The newest changes of the named settings, in words."""
    changes = SettingChange.objects.filter(plan=plan, name__in=list(names)).newest_first()[:SHOWN]
    return [
        ChangeInWords(
            change=change,
            of=_name_of(change),
            name=setting_label(change.name),
            before=value_words(change.name, change.before),
            after=value_words(change.name, change.after),
        )
        for change in changes
    ]


def _name_of(change: SettingChange) -> str:
    if change.indicator is not None:
        return str(change.indicator)
    if change.task is not None:
        return str(change.task)
    return change.period.name if change.period is not None else "整个方案"


def settings_as_loaded(plan: Plan) -> dict[tuple[int | None, str], str]:
    """What the changed settings of the plan (None) and of its indicators were before anybody changed them."""
    loaded: dict[tuple[int | None, str], str] = {}
    for change in SettingChange.objects.filter(plan=plan, task=None, period=None).order_by("changed_at", "pk"):
        loaded.setdefault((change.indicator_id, change.name), change.before)
    return loaded
