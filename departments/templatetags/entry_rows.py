"""What a row of the entry form asks of the whole sheet: its trial status, its planned value, whether it may change."""

from collections.abc import Mapping
from typing import TypeVar

from django import template

from departments.sheets import Sheet

register = template.Library()
Said = TypeVar("Said")


@register.filter
def of_row(by_key: Mapping[str, Said], key: str) -> Said | None:
    """`{% with trial=outlook.trials|of_row:t.key %}`"""
    return by_key.get(key)


@register.filter
def is_open(sheet: Sheet, key: str) -> bool:
    """Whether the cell may change in this version of the sheet."""
    return sheet.is_open(key)
