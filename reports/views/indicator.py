"""One indicator: its course, the arithmetic of its status, the plan's own words, every version of a figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.asking import person_asking
from accounts.models import User
from departments.models.evidence import EvidenceQuerySet
from departments.permissions import supervision
from departments.permissions.evidence import visible_evidence
from reports.chart_views import ChartView
from reports.overview import build_overview
from reports.pending import pending_figures
from reports.phrases import number_text, value_text, with_unit
from reports.row_charts import course
from reports.selection import choose
from targets.labels import (
    ABSENCE_LABELS,
    ACCUMULATION_LABELS,
    ASSESSED_ON_LABELS,
    BASIS_LABELS,
    COMPARISON_LABELS,
    DIRECTION_LABELS,
    FORM_LABELS,
    KIND_LABELS,
    PATH_LABELS,
)
from targets.models import Assessment, Baseline, Indicator, Observation, Target
from targets.models.plan import FREQUENCIES
from targets.terms import Absence, Flag, Status


@dataclass(frozen=True, slots=True)
class ObservationLine:
    """One version of a reported figure, as it is read."""

    observation: Observation
    figure: str
    parts: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """How the indicator stood at one period."""

    period: str
    status: Status
    actual: str
    expected: str
    reason: str
    is_chosen: bool


def indicator(request: HttpRequest, indicator_id: int) -> HttpResponse:
    found = get_object_or_404(
        Indicator.objects.select_related("plan", "sector", "clause").prefetch_related(
            "readings", "tasks", "responsibilities__department", "interim_targets"
        ),
        pk=indicator_id,
    )
    chosen = choose(request, plan=found.plan)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    overview = build_overview(chosen.plan, chosen.period)
    row = next((each for each in overview.rows if each.id == found.pk), None)
    if row is None:
        raise Http404("这个指标没有生效的目标。")
    pending = pending_figures(found, chosen.period)
    levels = [point.actual for point in row.series] + [one.actual for one in pending]
    has_course = any(level is not None for level in levels)
    user = person_asking(request)
    return render(
        request,
        "reports/indicator.html",
        {
            "chosen": chosen,
            "problems": chosen.problems,
            "overview": overview,
            "indicator": found,
            "row": row,
            "chart": ChartView("course", course(row, overview, pending)) if has_course else None,
            "pending": pending,
            "supervision": supervision.unclosed_of(user, indicator=found),
            "may_supervise": supervision.can_assign(user, found.plan),
            "facts": definition_facts(found),
            "observations": observation_lines(found),
            "periods": period_lines(found, chosen.period.code),
            "targets": found.targets.select_related("created_by"),
            "target": next((each for each in target_facts(found)), None),
            "baselines": [
                (each, _level(found, each.value))
                for each in found.baselines.exclude(state__in=(Baseline.PROPOSED, Baseline.WITHDRAWN)).select_related(
                    "decided_by", "proposed_by"
                )
            ],
            "evidence": approved_evidence(request, found),
            "tolerance_used": any(note.flag is Flag.TOLERANCE_USED for note in row.assessment.flags),
        },
    )


def approved_evidence(request: HttpRequest, indicator: Indicator) -> EvidenceQuerySet:
    """What stood behind the figures when they were approved, newest period first, as far as the reader may see it."""
    assert isinstance(request.user, User)
    return (
        visible_evidence(request.user)
        .approved()
        .filter(indicator=indicator)
        .order_by("-period__ends_on", "area__parent", "area__position", "added_at", "id")
    )


def definition_facts(indicator: Indicator) -> list[tuple[str, str]]:
    """How the indicator is measured and reported, as pairs of word and value; empty ones are left out."""
    reported = "—"
    is_assumed = indicator.unit_is_assumed and indicator.has_unconfirmed_choices
    if indicator.is_two_part:
        reported = (
            f"{indicator.numerator_name}（{indicator.numerator_unit}，{_label(KIND_LABELS, indicator.numerator_kind)}）"
            f"÷ {indicator.denominator_name}（{indicator.denominator_unit}，"
            f"{_label(KIND_LABELS, indicator.denominator_kind)}）"
        )
        if indicator.factor != 1:
            reported += f"× {number_text(indicator.factor)}"
    elif indicator.value_kind:
        reported = f"直接报送数值（{_label(KIND_LABELS, indicator.value_kind)}）"
    facts = [
        ("口径", indicator.definition),
        ("单位", f"{indicator.unit}（假定，待确认）" if is_assumed else indicator.unit),
        ("方向", _label(DIRECTION_LABELS, indicator.direction)),
        ("报送内容", reported),
        ("报送频率", dict(FREQUENCIES).get(indicator.reported_every, "") if indicator.is_reported else "暂无部门报送"),
        ("报送口径", _label(BASIS_LABELS, indicator.basis)),
        ("取数方式", _label(ACCUMULATION_LABELS, indicator.accumulation)),
        ("评价时点", _label(ASSESSED_ON_LABELS, indicator.assessed_on)),
        ("时序路径", _label(PATH_LABELS, indicator.path)),
        ("前提条件", indicator.condition),
    ]
    return [(word, value) for word, value in facts if value]


def target_facts(indicator: Indicator) -> list[list[tuple[str, str]]]:
    """The facts of the target in force; none where there is no target."""
    found = []
    for target in Target.objects.filter(indicator=indicator, area__parent__isnull=True, superseded_at__isnull=True):
        facts = [
            ("目标形式", _label(FORM_LABELS, target.form)),
            ("比较方式", _label(COMPARISON_LABELS, target.comparison)),
            ("目标数", "" if target.value is None else with_unit(number_text(target.value), target.unit)),
            ("到期日", f"{target.due_on.year}年{target.due_on.month}月{target.due_on.day}日"),
            (
                "容差",
                ""
                if target.tolerance_percent is None
                else f"承诺量的{number_text(target.tolerance_percent)}%（系统设定，非方案规定）",
            ),
            ("逐年要求", "每年都须达到，一年未达即为未达标" if target.is_strict else ""),
        ]
        found.append([(word, value) for word, value in facts if value])
    return found


def observation_lines(indicator: Indicator) -> list[ObservationLine]:
    """Every version of every figure, newest period first, within it the newest version first."""
    lines = []
    for row in (
        Observation.objects.filter(indicator=indicator, area__parent__isnull=True)
        .select_related("period", "recorded_by")
        .order_by("-period__ends_on", "-version")
    ):
        if row.state != "number":
            figure, parts = ABSENCE_LABELS[Absence(row.state)], ""
        elif row.numerator is not None and row.denominator is not None:
            above = _figure(row.numerator, indicator.numerator_unit)
            parts = f"{above} ÷ {_figure(row.denominator, indicator.denominator_unit)}"
            quotient = None if row.denominator == 0 else row.numerator / row.denominator * indicator.factor
            figure = "分母为0" if quotient is None else _level(indicator, quotient)
        else:
            figure, parts = _figure(row.value, indicator.unit), ""
        lines.append(ObservationLine(row, figure, parts, row.superseded_at is None))
    return lines


def period_lines(indicator: Indicator, chosen_code: str) -> list[PeriodLine]:
    """The assessment of every period, newest first."""
    return [
        PeriodLine(
            period=row.period.name,
            status=Status(row.status),
            actual=_level(indicator, row.actual),
            expected=_level(indicator, row.expected),
            reason=row.reason,
            is_chosen=row.period.code == chosen_code,
        )
        for row in Assessment.objects.filter(indicator=indicator, area__parent__isnull=True)
        .select_related("period")
        .defer("details")
        .order_by("-period__ends_on")
    ]


def _level(indicator: Indicator, value: Decimal | None) -> str:
    return value_text(value, decimals=indicator.decimals, unit=indicator.unit)


def _figure(value: Decimal | None, unit: str) -> str:
    return "—" if value is None else with_unit(number_text(value), unit)


def _label(labels: Mapping[Any, str], value: str) -> str:
    """The Chinese word of a stored choice, or nothing where none was made."""
    return labels.get(value, "") if value else ""
