"""compare_counties(indicator, …): the areas' approved figures of one indicator side by side, in two queries.

What they add up to, and how far that is from the city's own figure, is `departments.rolling_up`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from departments.plausibility import CellRules, Measure, quotient
from departments.rolling_up import AreaPart, RollUp, roll_up, rolls_up
from departments.sheets import basis_label, figure_text, rules_of, signed
from reports.area_figures import AreaBar, area_bars
from reports.figures import Figure
from reports.phrases import NONE, number_text, points_unit, share_text, with_unit
from targets.labels import ABSENCE_LABELS
from targets.models import Area, Indicator, Observation, Plan, ReportingPeriod
from targets.numbers import shown
from targets.terms import Absence

ORDERS: Mapping[str, str] = {"value": "数值从大到小", "area": "区划次序"}


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One area's figure as it is read; `value` is in the indicator's unit, None where there is no number."""

    name: str
    counts: bool
    note: str
    value: Decimal | None
    value_text: str
    parts_text: str
    share_text: str
    before_text: str
    change_text: str
    is_missing: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class CountiesCompared:
    """The areas of one indicator in one period; `period` is None where no area has an approved figure yet."""

    indicator: Indicator
    period: ReportingPeriod | None
    is_of_chosen: bool
    lines: tuple[CountyLine, ...]
    missing: tuple[str, ...]
    total_text: str  # what the areas that count add up to; empty for a rate as published
    city_text: str
    difference_text: str
    basis: str
    has_shares: bool
    has_parts: bool
    figure: Figure | None


def indicators_by_area(plan: Plan) -> list[Indicator]:
    """Those that are reported area by area or were so once, in the plan's order, those with figures knowing it."""
    figures = Observation.objects.current().filter(indicator=OuterRef("pk"), area__parent__isnull=False)
    return list(
        Indicator.objects.filter(plan=plan)
        .annotate(has_area_figures=Exists(figures))
        .filter(Q(by_area=True) | Q(has_area_figures=True))
        .order_by("position", "code")
    )


def compare_counties(indicator: Indicator, until: ReportingPeriod, *, order: str) -> CountiesCompared:
    """The newest period up to one in which any area has an approved figure; `order` is a key of ORDERS."""
    areas = list(Area.objects.order_by("position", "code"))
    found: dict[ReportingPeriod, dict[int, Observation]] = {}
    for row in (
        Observation.objects.current()
        .filter(indicator=indicator, period__ends_on__lte=until.ends_on)
        .select_related("period")
        .order_by("-period__ends_on")
    ):
        found.setdefault(row.period, {})[row.area_id] = row
    root = {area.pk for area in areas if area.parent_id is None}
    period = next((each for each, rows in found.items() if set(rows) - root), None)
    rules = rules_of(indicator)
    now = {} if period is None else found[period]
    before = next((rows for each, rows in found.items() if period and _is_a_year_before(each, period)), {})
    parts = [area for area in areas if area.parent_id is not None]
    city = next((now[pk] for pk in root if pk in now), None)
    together = roll_up(rules, _parts(parts, now), None if city is None else _measure(city))
    total = _total(rules, together)
    lines = [_line(indicator, rules, area, now.get(area.pk), before.get(area.pk), total) for area in parts]
    if order == "value":
        lines.sort(key=lambda line: (line.value is None, -(line.value or Decimal(0))))
    return CountiesCompared(
        indicator=indicator,
        period=period,
        is_of_chosen=period == until,
        lines=tuple(lines),
        missing=tuple(line.name for line in lines if line.is_missing and line.counts),
        total_text="" if together is None else figure_text(indicator, together.measure),
        city_text="" if city is None else figure_text(indicator, _measure(city)),
        difference_text=_difference(indicator, together),
        basis=basis_label(indicator),
        has_shares=total is not None,
        has_parts=rules.is_two_part,
        figure=None if period is None else _figure(indicator, rules, lines, period, city),
    )


def _line(
    indicator: Indicator,
    rules: CellRules,
    area: Area,
    row: Observation | None,
    earlier: Observation | None,
    total: Decimal | None,
) -> CountyLine:
    value = None if row is None else quotient(rules, _measure(row))
    past = None if earlier is None else quotient(rules, _measure(earlier))
    share = NONE
    if value is not None and area.counts_toward_total and total is not None and total != 0:
        share = share_text(value / total)
    return CountyLine(
        name=area.name,
        counts=area.counts_toward_total,
        note=area.note,
        value=value,
        value_text="尚无" if row is None else _value_text(indicator, row),
        parts_text=NONE if row is None else _parts_text(indicator, row),
        share_text=share,
        before_text=NONE if earlier is None else _value_text(indicator, earlier),
        change_text=_change(indicator, value, past),
        is_missing=row is None,
        is_provisional=row is not None and row.is_provisional,
    )


def _measure(row: Observation) -> Measure:
    return Measure(value=row.value, numerator=row.numerator, denominator=row.denominator)


def _parts(areas: Sequence[Area], now: Mapping[int, Observation]) -> list[AreaPart]:
    """The areas as they are rolled up; one without the thing at all has nothing to add and is left out."""
    parts = []
    for area in areas:
        row = now.get(area.pk)
        if row is None or row.state != Absence.NOT_APPLICABLE:
            measure = _measure(row) if row is not None and row.state == "number" else None
            parts.append(AreaPart(area.name, measure, area.counts_toward_total))
    return parts


def _total(rules: CellRules, together: RollUp | None) -> Decimal | None:
    """What shares are parts of: a sum of values; a rate has none."""
    return None if together is None or rules.is_two_part or not rolls_up(rules) else together.figure


def _value_text(indicator: Indicator, row: Observation) -> str:
    return figure_text(indicator, _measure(row)) if row.state == "number" else ABSENCE_LABELS[Absence(row.state)]


def _parts_text(indicator: Indicator, row: Observation) -> str:
    if row.numerator is None or row.denominator is None:
        return NONE
    above = with_unit(number_text(row.numerator), indicator.numerator_unit)
    return f"{above} ÷ {with_unit(number_text(row.denominator), indicator.denominator_unit)}"


def _change(indicator: Indicator, value: Decimal | None, past: Decimal | None) -> str:
    """Against the same period of the year before: the difference, and for amounts its share of the earlier one."""
    if value is None or past is None:
        return NONE
    words = with_unit(signed(value - past, indicator.decimals), points_unit(indicator.unit))
    if indicator.unit == "%" or past <= 0:
        return words
    return f"{words}（{signed((value - past) / past * 100, 1)}%）"


def _difference(indicator: Indicator, together: RollUp | None) -> str:
    if together is None or together.difference is None:
        return ""
    return with_unit(signed(together.difference, indicator.decimals), points_unit(indicator.unit))


def _figure(
    indicator: Indicator,
    rules: CellRules,
    lines: Sequence[CountyLine],
    period: ReportingPeriod,
    city: Observation | None,
) -> Figure | None:
    bars = [
        AreaBar(
            line.name,
            line.value,
            shown(line.value, indicator.decimals, percent=indicator.unit == "%")
            + ("" if line.share_text == NONE else f"，占{line.share_text}"),
            line.counts,
        )
        for line in lines
        if line.value is not None
    ]
    is_rate = rules.is_two_part or not rolls_up(rules)  # the city is on the same scale as its parts
    whole = quotient(rules, _measure(city)) if is_rate and city is not None else None
    if not bars:
        return None
    return area_bars(
        bars,
        name=indicator.name,
        unit=indicator.unit or "无单位",
        period=period.name,
        whole=whole,
        whole_label="" if whole is None else with_unit(shown(whole, indicator.decimals), indicator.unit),
    )


def _is_a_year_before(earlier: ReportingPeriod, later: ReportingPeriod) -> bool:
    return (earlier.ends_on.year + 1, earlier.ends_on.month) == (later.ends_on.year, later.ends_on.month)
