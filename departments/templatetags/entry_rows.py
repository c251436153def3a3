"""What a row of the entry form asks of the whole sheet: its trial status, and whether it may be changed."""

from collections.abc import Mapping

from django import template

from departments.sheets import Sheet
from departments.trials import Trial

register = template.Library()


@register.filter
def trial_of(trials: Mapping[str, Trial], key: str) -> Trial | None:
    """`{% with trial=trials|trial_of:t.key %}`"""
    return trials.get(key)


@register.filter
def is_open(sheet: Sheet, key: str) -> bool:
    """Whether the cell may change in this version of the sheet."""
    return sheet.is_open(key)
