"""Template tags that print what `reports.svg` draws, and addresses that keep the chosen plan and period."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from reports import svg
from reports.overview_values import IndicatorRow, StatusCount
from reports.phrases import number_text, value_text
from reports.status_marks import tone_counts
from reports.status_marks import worst_tone as gravest
from reports.tables import step_mark as mark_of_step
from targets.labels import ABSENCE_LABELS
from targets.models import Milestone
from targets.numbers import plain as machine_text
from targets.terms import Absence, Status, Step

register = template.Library()


@register.simple_tag
def status_mark(status: Status | str, label: str = "") -> SafeString:
    """Icon and words of a status."""
    return svg.status_mark(Status(status), label)


@register.simple_tag
def step_mark(step: Milestone) -> SafeString:
    """How a dated step of a task stands."""
    return mark_of_step(step)


@register.simple_tag
def bullet(row: IndicatorRow) -> SafeString:
    """Progress of a row, with today's tick and the promise's tick."""
    words = f"完成进度{row.progress_text}，{row.lead_text}"
    found = row.assessment
    return svg.bullet(status=row.status, progress=found.progress, expected=found.expected_progress, words=words)


@register.simple_tag
def sparkline(row: IndicatorRow) -> SafeString:
    """The course of a row's actual value."""
    return svg.sparkline(row.series, words=f"{row.name}各期实际值走势，最新{row.actual_text}")


@register.simple_tag
def stack(rows: Iterable[IndicatorRow]) -> SafeString:
    """How many rows have each tone, as a bar."""
    counts = tone_counts(row.status for row in rows)
    words = "，".join(f"{count.label}{count.count}项" for count in counts)
    return svg.stack([(count.tone, count.count) for count in counts], words=words)


@register.simple_tag
def stack_of_counts(counts: Iterable[StatusCount], height: int = 14) -> SafeString:
    """Counts by status as a bar, in their order."""
    listed = list(counts)
    words = "，".join(f"{count.label}{count.count}项" for count in listed if count.count)
    return svg.stack([(count.tone, count.count) for count in listed], words=words, height=height)


@register.simple_tag
def stack_of_parts(parts: Iterable[tuple[str, int]], words: str) -> SafeString:
    """Counts by tone as a bar, in their order; `words` are the numbers for those who do not see it."""
    return svg.stack(list(parts), words=words, height=14)


@register.simple_tag
def drawing(figure: dict[str, Any]) -> SafeString:
    """The SVG of a chart description."""
    return svg.drawing(figure)


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changes: Any) -> str:
    """The query string that keeps plan and period, with changes; `?` alone when nothing is chosen."""
    chosen = context.get("chosen")
    kept = {} if chosen is None else {"plan": chosen.plan.code, "period": chosen.period.code}
    kept.update({key: str(value) for key, value in changes.items()})
    return "?" + urlencode({key: value for key, value in kept.items() if value != ""})


@register.filter
def day(value: dt.date | None) -> str:
    """A day in Chinese, or a dash."""
    return "—" if value is None else f"{value.year}年{value.month}月{value.day}日"


@register.filter
def absence(value: Absence) -> str:
    """Why there is no number, in words."""
    return ABSENCE_LABELS[value]


@register.filter
def short_lead(text: str) -> str:
    """超时序进度3.1个百分点 as a table cell under its own heading: 超3.1个百分点."""
    return text.replace("时序进度", "", 1) if text[:1] in ("超", "欠") else text


@register.filter
def worst_tone(rows: Iterable[IndicatorRow]) -> str:
    """The gravest tone among the rows."""
    return gravest(row.status for row in rows)


@register.filter
def tone_words(rows: Iterable[IndicatorRow]) -> str:
    """How many rows have each tone, in words; tones of which there are none are left out."""
    counts = tone_counts(row.status for row in rows)
    return "，".join(f"{count.label}{count.count}" for count in counts if count.count)


@register.filter
def plain(value: Decimal) -> str:
    """A setting as a person writes it: 0.95, not 0.950."""
    return number_text(value)


@register.filter
def filled_in(step: Step) -> str:
    """The formula of a step with its numbers, and what comes out of it where the numbers do not say it already."""
    result = "" if step.result is None else machine_text(step.result, significant=6)
    if not result or result in step.filled.replace("−", "-"):
        return step.filled
    sign = "=" if step.result is not None and Decimal(result or "0") == step.result else "≈"
    result = result.replace("-", "−")
    if not step.filled:
        return result
    if "=" in step.filled or not any(sign in step.filled for sign in "÷×+−-"):
        return f"{step.filled}，得 {result}"
    return f"{step.filled} {sign} {result}"


@register.simple_tag
def level(value: Decimal | None, row: IndicatorRow) -> str:
    """A level of a row's series, in its unit and decimals."""
    return value_text(value, decimals=row.decimals, unit=row.unit)


@register.simple_tag
def status_icon(status: Status) -> SafeString:
    """The icon alone, its words for screen readers: for dense grids that name the icons elsewhere."""
    return svg.status_icon(status)
