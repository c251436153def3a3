"""What the plan's text leaves open: confirmed choices, and conditions that held or did not."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from targets import permissions
from targets.actions.refusing import Refused, refuse_closed
from targets.models import Area, ConditionRecord, Indicator
from targets.tasks import mark_dirty


@transaction.atomic
def confirm_choices(*, indicator: Indicator, by: User) -> None:
    """The coordinator confirms the assumed unit and the choices that the plan's text leaves open."""
    permissions.check_can_confirm_choices(by)
    refuse_closed(indicator.plan)
    if indicator.choices_confirmed_at is not None:
        raise Refused(f"{indicator.name}的系统设定已经确认过。")
    indicator.choices_confirmed_at, indicator.choices_confirmed_by = timezone.now(), by
    indicator.save(update_fields=["choices_confirmed_at", "choices_confirmed_by"])
    audit.record(
        action="indicator.confirm_choices",
        by=by,
        subject=indicator,
        label=f"{indicator.code} {indicator.name}",
        after={"choices": indicator.unconfirmed_choices, "unit_was_assumed": indicator.unit_is_assumed},
    )


@transaction.atomic
def record_condition(
    *, indicator: Indicator, year: int, held: bool, source: str, by: User, is_demonstration: bool = False
) -> ConditionRecord:
    """Records whether the condition of a promise held in a year; the year judged decides."""
    permissions.check_can_record_conditions(by)
    refuse_closed(indicator.plan)
    if not indicator.condition:
        raise Refused(f"{indicator.name}没有前提条件，无需登记。")
    if not source.strip():
        raise Refused("登记前提条件必须写明依据。")
    before = ConditionRecord.objects.filter(indicator=indicator, year=year).first()
    record, _ = ConditionRecord.objects.update_or_create(
        indicator=indicator,
        year=year,
        defaults={
            "held": held,
            "source": source,
            "is_demonstration": is_demonstration,
            "recorded_at": timezone.now(),
            "recorded_by": by,
        },
    )
    mark_dirty([(indicator.pk, Area.objects.root().pk)])
    audit.record(
        action="condition.record",
        by=by,
        subject=record,
        label=f"{indicator.code} {indicator.name} {year}年",
        before=None if before is None else {"held": before.held, "source": before.source},
        after={"held": held, "source": source},
    )
    return record
