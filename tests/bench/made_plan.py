"""A plan with 1,000 indicators in an empty database: 40 bureaus, eight quarters of figures, sheets in every state."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from departments.models import Entry, Evidence, Responsibility, Submission, TaskResponsibility
from departments.models.submission import APPROVED, DRAFT, ENDORSED, SUBMITTED
from targets.assessing import assess_series, series_of_plan
from targets.models import Baseline, Indicator, Milestone, Observation, PlanTask, Target
from tests import factories as build

INDICATORS, SECTORS, BUREAUS, TASKS = 1000, 10, 40, 200
YEARS = (2024, 2025)
DRAFTS, SUBMITTED_UNTIL, ENDORSED_UNTIL = 4, 14, 30
"""Of the bureaus in order: the first have drafts of the last quarter, then come sheets sent, endorsed and approved."""


def make() -> None:
    """Everything through the models' own constraints; figures rise toward their targets, each at a pace of its own."""
    now = timezone.now()
    area = build.root_area()
    plan = build.make_plan("MADE", title="一千项指标的方案", task_reports_every="quarter")
    periods = build.make_periods(plan, *YEARS)
    sectors = [build.make_sector(plan, f"领域{number:02}", position=number) for number in range(SECTORS)]
    clause = build.make_clause(plan)
    departments = [build.make_department(f"made{n:02}", name=f"第{n:02}局", position=n) for n in range(BUREAUS)]
    reporters = [build.make_reporter(department) for department in departments]
    approvers = [build.make_approver(department) for department in departments]
    reviewer, coordinator, _ = build.make_reviewer(), build.make_coordinator(), build.make_leader()

    indicators = Indicator.objects.bulk_create(
        Indicator(
            plan=plan,
            code=f"M-{number:04}",
            name=f"第{number:04}项指标",
            sector=sectors[number % SECTORS],
            clause=clause,
            clause_text="到规划期末达到目标。",
            position=number,
            direction="increase",
            unit="万亩",
            value_kind="stock",
            natural_lower=Decimal(0),
        )
        for number in range(INDICATORS)
    )
    Target.objects.bulk_create(
        Target(
            indicator=one, area=area, form="value", comparison=">=", value=Decimal(100), unit="万亩",
            due_on=plan.ends_on, created_at=now,
        )
        for one in indicators
    )  # fmt: skip
    Baseline.objects.bulk_create(
        Baseline(
            indicator=one, area=area, version=1, year=plan.baseline_year, value=Decimal(60), source="统计年鉴",
            document="统计公报", state=Baseline.APPROVED, proposed_at=now, proposed_by=coordinator, decided_at=now,
            decided_by=reviewer,
        )
        for one in indicators
    )  # fmt: skip
    Responsibility.objects.bulk_create(
        Responsibility(
            indicator=one,
            department=departments[(number + other) % BUREAUS],
            position=other + 1,
            is_reporter=other == 0,
        )
        for number, one in enumerate(indicators)
        for other in range(2)
    )
    tasks = PlanTask.objects.bulk_create(
        PlanTask(
            plan=plan, code=f"MR-{number:03}", text=f"推进第{number:03}项任务", sector=sectors[number % SECTORS],
            clause=clause, kind=PlanTask.MILESTONE, due_on=plan.ends_on, position=number,
        )
        for number in range(TASKS)
    )  # fmt: skip
    TaskResponsibility.objects.bulk_create(
        TaskResponsibility(task=one, department=departments[number % BUREAUS], position=1, is_reporter=True)
        for number, one in enumerate(tasks)
    )
    Milestone.objects.bulk_create(Milestone(task=one, due_on=plan.ends_on) for one in tasks)
    Observation.objects.bulk_create(
        Observation(
            indicator=one, area=area, period=period, value=level(number, step), recorded_at=now, recorded_by=reviewer
        )
        for number, one in enumerate(indicators)
        for step, period in enumerate(periods)
        if period != periods[-1] or number % BUREAUS >= ENDORSED_UNTIL
    )

    def state_of(place: int, is_last: bool) -> str:
        if not is_last or place >= ENDORSED_UNTIL:
            return APPROVED
        return DRAFT if place < DRAFTS else SUBMITTED if place < SUBMITTED_UNTIL else ENDORSED

    def submission(place: int, is_last: bool, **fields: object) -> Submission:
        state = state_of(place, is_last)
        made = Submission(department=departments[place], state=state, created_at=now, **fields)
        if state != DRAFT:
            made.submitted_by, made.submitted_at, made.first_submitted_on = reporters[place], now, dt.date(2026, 1, 15)
        if state in (ENDORSED, APPROVED):
            made.endorsed_by, made.endorsed_at = approvers[place], now
        if state == APPROVED:
            made.approved_by, made.approved_at = reviewer, now
        return made

    sheets = Submission.objects.bulk_create(
        submission(place, period == periods[-1], period=period) for period in periods for place in range(BUREAUS)
    )
    last = {sheet.department_id: sheet for sheet in sheets if sheet.period_id == periods[-1].pk}
    Entry.objects.bulk_create(
        Entry(
            submission=last[departments[number % BUREAUS].pk], indicator=one, area=area,
            value=level(number, len(periods) - 1), changed_at=now, changed_by=reporters[number % BUREAUS],
        )
        for number, one in enumerate(indicators)
    )  # fmt: skip
    Evidence.objects.bulk_create(
        Evidence(
            department=departments[number % BUREAUS], period=periods[-1], indicator=one, area=area, kind=Evidence.LINK,
            title="统计公报", url="https://example.org/", added_at=now, added_by=reporters[number % BUREAUS],
        )
        for number, one in enumerate(indicators)
    )  # fmt: skip
    assess_series(series_of_plan(plan.pk))


def level(number: int, step: int) -> Decimal:
    """The figure of an indicator after so many quarters: some arrive, some lag, a few fall back."""
    pace = Decimal(number % 9 - 1)
    return Decimal(60) + pace * Decimal(step + 1)
