"""compare_bureaus(…): every bureau that reports anything in one line, in five queries beside the overview's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from departments.models import Department
from departments.punctuality import Punctuality, Tally, tally
from departments.sheet_states import sheet_states
from reports.bureau_score import Standing, returned_by_the_city, standing_of
from reports.overview_values import DepartmentView, Overview
from reports.phrases import share_text
from reports.selection import Choice

ORDERS: Mapping[str, str] = {
    "plan": "方案次序",
    "lagging": "滞后多的在前",
    "missing": "未报、补报多的在前",
    "returns": "退回多的在前",
}


@dataclass(frozen=True, slots=True)
class BureauLine:
    """One bureau: its promises at the period, and its sheets of all periods up to it."""

    view: DepartmentView
    standing: Standing
    listed: int  # promises that list it and that another bureau reports
    tally: Tally
    returns: int

    @property
    def on_time_text(self) -> str:
        """The share of the sheets that were due and came in time."""
        return share_text(Decimal(self.tally.on_time) / self.tally.due) if self.tally.due else "—"


@dataclass(frozen=True, slots=True)
class BureausCompared:
    """The bureaus that report, and those that are only listed, in the order asked for."""

    lines: tuple[BureauLine, ...]
    others: tuple[DepartmentView, ...]
    whole: Standing
    tally: Tally
    returns: int


def compare_bureaus(chosen: Choice, overview: Overview, *, order: str, today: dt.date) -> BureausCompared:
    """The bureaus of an overview side by side; `order` is a key of ORDERS."""
    returned = (
        returned_by_the_city()
        .filter(
            submission__department=OuterRef("pk"),
            submission__period__plan=chosen.plan,
            submission__period__ends_on__lte=chosen.period.ends_on,
        )
        .order_by()
        .values("submission__department")
        .annotate(n=Count("pk"))
        .values("n")
    )
    views = {one.code: one for one in overview.departments}
    departments: list[Any] = list(
        Department.objects.filter(code__in=views)
        .annotate(returns=Coalesce(Subquery(returned), 0))
        .order_by("position", "code")
    )
    periods = [period for period in chosen.periods if period.ends_on <= chosen.period.ends_on]
    lights: dict[int, list[Punctuality]] = {}
    for state in sheet_states(departments, periods, today=today):
        lights.setdefault(state.department.pk, []).append(state.light)
    lines, others = [], []
    for department in departments:
        reported = [row for row in overview.rows if row.department == department.name]
        if not reported and department.pk not in lights:
            others.append(views[department.code])
            continue
        listed = sum(department.name in row.departments and row.department != department.name for row in overview.rows)
        lines.append(
            BureauLine(
                views[department.code],
                standing_of(reported),
                listed,
                tally(lights.get(department.pk, ())),
                department.returns,
            )
        )
    return BureausCompared(
        lines=tuple(sorted(lines, key=lambda line: _rank(line, order))),
        others=tuple(others),
        whole=standing_of(row for row in overview.rows if row.department),
        tally=tally(light for each in lights.values() for light in each),
        returns=sum(line.returns for line in lines),
    )


def _rank(line: BureauLine, order: str) -> tuple[int, ...]:
    if order == "lagging":
        return (-line.standing.bad, -line.standing.watch)
    if order == "missing":
        return (-line.tally.missing, -line.tally.made_up)
    return (-line.returns,) if order == "returns" else ()
