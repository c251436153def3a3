"""Which plan and period a page shows: what the address names, else the first plan and its newest opened period."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from reports.overview_values import IndicatorRow, Overview
from reports.page_context import frame_of
from targets.labels import STATUS_LABELS
from targets.models import Plan, ReportingPeriod
from targets.terms import Status


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan and period of a page, with all that could be chosen; `problems` name what the address got wrong."""

    plan: Plan
    period: ReportingPeriod
    plans: tuple[Plan, ...]
    periods: tuple[ReportingPeriod, ...]  # those that have opened, newest first
    problems: tuple[str, ...] = ()


def choose(request: HttpRequest, *, plan: Plan | None = None) -> Choice | None:
    """What the query string asks for; None while there is no plan with an opened period.

    One query for the periods, beside the frame's one for the plans. `plan` fixes the plan, for pages of one object.
    """
    frame = frame_of(request)
    chosen = plan or frame.plan
    if chosen is None:
        return None
    problems = []
    code = request.GET.get("plan", "")
    if plan is None and code and code != chosen.code:
        problems.append(f"没有编号为“{code[:40]}”的方案，现显示“{chosen.title}”。")
    periods = tuple(chosen.periods.filter(opens_on__lte=timezone.localdate()).newest_first())
    if not periods:
        return None
    wanted = request.GET.get("period", "")
    period = next((each for each in periods if each.code == wanted), periods[0])
    if wanted and wanted != period.code:
        problems.append(f"没有名为“{wanted[:40]}”的填报期，现显示{period.name}。")
    return Choice(chosen, period, frame.plans, periods, tuple(problems))


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which indicators of an overview are listed; an empty choice lists all."""

    sector: str = ""
    department: str = ""
    status: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        return bool(self.sector or self.department or self.status)

    def matches(self, row: IndicatorRow) -> bool:
        return (
            self.sector in ("", row.sector)
            and (not self.department or self.department in row.departments)
            and self.status in ("", row.status.value)
        )


def row_filter(address: Mapping[str, str], overview: Overview) -> RowFilter:
    """The filter in an address; a value that the plan does not know is named and left out, never obeyed in silence."""
    known: dict[str, set[str]] = {
        "sector": {sector.name for sector in overview.sectors},
        "department": {name for row in overview.rows for name in row.departments},
        "status": {status.value for status in Status},
    }
    words = {"sector": "领域", "department": "部门", "status": "状态"}
    picked, problems = dict.fromkeys(known, ""), []
    for key, values in known.items():
        value = address.get(key, "").strip()
        if value in values:
            picked[key] = value
        elif value:
            problems.append(f"没有名为“{value[:40]}”的{words[key]}，未按它筛选。")
    return RowFilter(picked["sector"], picked["department"], picked["status"], tuple(problems))


def departments_listed(overview: Overview) -> tuple[str, ...]:
    """The bureaus that some indicator lists, in the order of the overview."""
    listed = {name for row in overview.rows for name in row.departments}
    return tuple(department.name for department in overview.departments if department.name in listed)


def statuses_present(overview: Overview) -> tuple[tuple[str, str], ...]:
    """The statuses that some indicator has, as (value, label), in the order of the labels."""
    present = {row.status for row in overview.rows}
    return tuple((status.value, label) for status, label in STATUS_LABELS.items() if status in present)
