"""Records approved figures; one that is there already is superseded by a new version, never changed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets.actions.refusing import Refused, refuse_closed
from targets.models import Area, DueDay, Indicator, Observation, Plan, ReportingPeriod
from targets.numbers import plain
from targets.tasks import mark_dirty


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObservation:
    """One figure about to be recorded, on the indicator's own basis and in its own units."""

    indicator: Indicator
    area: Area
    period: ReportingPeriod
    state: str = "number"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    is_provisional: bool = False
    note: str = ""
    mark: str = ""
    """A word about where the figure came from, put behind the reference of the act."""

    def __post_init__(self) -> None:
        has_value = self.value is not None
        has_parts = self.numerator is not None and self.denominator is not None
        has_half = (self.numerator is None) != (self.denominator is None)
        if self.state == "number" and (has_value == has_parts or has_half):
            raise Refused(f"{self.indicator.name}：须填一个数值，或同时填分子和分母。")
        if self.state != "number" and (has_value or has_parts or has_half):
            raise Refused(f"{self.indicator.name}：状态不是“数值”时不能再填数。")
        if self.period.plan_id != self.indicator.plan_id:
            raise Refused(f"{self.indicator.name}：填报期不属于该指标的方案。")


@transaction.atomic
def record_observations(
    *,
    figures: Sequence[NewObservation],
    by: User,
    reference: str = "",
    is_demonstration: bool = False,
    at: dt.datetime | None = None,
) -> list[Observation]:
    """Records approved figures; one that is there already is superseded by a new version, never changed.

    A figure equal to the current version is left alone. Four queries, however many figures.
    Raises Refused for a closed plan or the same series twice.
    """
    if not figures:
        return []
    at = at or timezone.now()
    for plan in {figure.indicator.plan for figure in figures}:
        refuse_closed(plan)
    keys = [(f.indicator.pk, f.area.pk, f.period.pk) for f in figures]
    if len(set(keys)) != len(keys):
        raise Refused("同一指标、地区、填报期的数出现了两次。")
    newest = {
        (o.indicator_id, o.area_id, o.period_id): o
        for o in Observation.objects.current().filter(
            indicator__in={k[0] for k in keys}, area__in={k[1] for k in keys}, period__in={k[2] for k in keys}
        )
    }
    written: list[Observation] = []
    superseded: list[int] = []
    for key, figure in zip(keys, figures, strict=True):
        current = newest.get(key)
        if current is not None:
            if _says_the_same(current, figure):
                continue
            superseded.append(current.pk)
        written.append(
            Observation(
                indicator=figure.indicator,
                area=figure.area,
                period=figure.period,
                version=1 if current is None else current.version + 1,
                state=figure.state,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                is_provisional=figure.is_provisional,
                note=figure.note,
                reference=f"{reference}（{figure.mark}）" if figure.mark else reference,
                is_demonstration=is_demonstration,
                recorded_at=at,
                recorded_by=by,
            )
        )
    if not written:
        return []
    if superseded:
        Observation.objects.filter(pk__in=superseded).update(superseded_at=at)
    Observation.objects.bulk_create(written, batch_size=500)
    if is_demonstration:
        Plan.objects.filter(pk__in={f.indicator.plan_id for f in figures}, has_demonstration_figures=False).update(
            has_demonstration_figures=True
        )
    mark_dirty((o.indicator_id, o.area_id) for o in written)
    audit.record(
        action="observation.record",
        by=by,
        label=reference or f"{len(written)} 个数",
        after={f"{_name(o)} v{o.version}": _words(o.state, o.value, o.numerator, o.denominator) for o in written[:200]},
        before={
            f"{_name(o)} v{o.version - 1}": _words(old.state, old.value, old.numerator, old.denominator)
            for o in written[:200]
            if (old := newest.get((o.indicator_id, o.area_id, o.period_id))) is not None
        },
    )
    return written


def _name(observation: Observation) -> str:
    area = observation.area
    place = "" if area.parent_id is None else f" {area.name}"
    return f"{observation.indicator.code}{place} {observation.period.code}"


def _says_the_same(observation: Observation, figure: NewObservation) -> bool:
    said = ("state", "value", "numerator", "denominator", "is_provisional", "note")
    return all(getattr(observation, name) == getattr(figure, name) for name in said)


def _words(state: str, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> str:
    if state != "number":
        return dict(Observation.STATES)[state]
    numbers = (value,) if value is not None else (numerator, denominator)
    return " / ".join(plain(number) for number in numbers if number is not None)


@transaction.atomic
def set_due_day(*, indicator: Indicator, period: ReportingPeriod, due_on: dt.date, reason: str, by: User) -> DueDay:
    """Gives one series its own due day in one period: until then its missing figure is not held against it."""
    refuse_closed(indicator.plan)
    due_day, _ = DueDay.objects.update_or_create(
        indicator=indicator,
        period=period,
        defaults={"due_on": due_on, "reason": reason, "set_at": timezone.now(), "set_by": by},
    )
    mark_dirty([(indicator.pk, Area.objects.root().pk)])
    return due_day
