"""What hangs on a cell of a sheet, for templates: its evidence, its thread, and the page that holds both."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Role
from accounts.uploads import size_in_words
from departments.models import Comment, Evidence
from departments.sheets import Sheet

register = template.Library()


@register.simple_tag
def evidence_of(sheet: Sheet, key: str) -> tuple[Evidence, ...]:
    """`{% evidence_of sheet row.key as items %}`"""
    return sheet.evidence_of(key)


@register.simple_tag
def comments_of(sheet: Sheet, key: str) -> tuple[Comment, ...]:
    """`{% comments_of sheet row.key as thread %}`"""
    return sheet.comments_of(key)


@register.simple_tag
def cell_address(sheet: Sheet, key: str) -> str:
    """The page of one cell, with its evidence and its thread."""
    address = reverse("departments:evidence", args=[sheet.department.code, sheet.period.code, key])
    return f"{address}?{urlencode({'plan': sheet.period.plan.code})}"


@register.filter
def file_size(size: int | None) -> str:
    """Bytes as people read them; nothing for a link."""
    return "" if size is None else size_in_words(size)


@register.filter
def standing_of(comment: Comment) -> str:
    """What the writer of a comment does: by the city's role, or the bureau that he speaks for."""
    by = comment.by
    return comment.department.name if by.role == Role.BUREAU_STAFF else by.get_role_display()
