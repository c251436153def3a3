"""How indicators stood, period by period: one query for any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from targets.labels import STATUS_LABELS
from targets.models import Assessment, Plan, ReportingPeriod
from targets.terms import Status


@dataclass(frozen=True, slots=True)
class HistoryCell:
    """One indicator at one period; without a status where nothing was assessed."""

    period: str
    status: Status | None
    label: str


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """Rows of (indicator id, name, cells); every row has one cell a period, oldest first."""

    periods: tuple[str, ...]
    rows: tuple[tuple[int, str, tuple[HistoryCell, ...]], ...]


def status_history(
    indicators: Sequence[tuple[int, str]], plan: Plan, until: ReportingPeriod, *, at_most: int = 12
) -> StatusHistory:
    """The statuses of the newest periods up to one, whole area, for the indicators given as (id, name)."""
    statuses: dict[tuple[int, str], Status] = {}
    ends: dict[str, object] = {}
    for indicator_id, code, ends_on, status in Assessment.objects.filter(
        indicator__in=[pk for pk, _ in indicators],
        period__plan=plan,
        period__ends_on__lte=until.ends_on,
        area__parent__isnull=True,
    ).values_list("indicator_id", "period__code", "period__ends_on", "status"):
        statuses[indicator_id, code] = Status(status)
        ends[code] = ends_on
    periods = tuple(sorted(ends, key=lambda code: str(ends[code])))[-at_most:]
    return StatusHistory(
        periods,
        tuple((pk, name, tuple(_cell(code, statuses.get((pk, code))) for code in periods)) for pk, name in indicators),
    )


def _cell(period: str, status: Status | None) -> HistoryCell:
    return HistoryCell(period, status, "尚未评价" if status is None else STATUS_LABELS[status])
