"""The overview says what the assessments say, names what it leaves out, and costs the same for 5 and 60 promises."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Extension
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED
from reports.overview import build_overview
from reports.views.overview import sheet_counts, sheets_outstanding
from targets import tasks
from targets.models import Milestone, PlanTask
from targets.terms import Status
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 1)


@pytest.fixture
def plan():
    plan = make.make_plan()
    make.make_periods(plan, 2021, 2022, 2023, 2024, 2025)
    return plan


def promise(plan, value, *, target="80", baseline="60", **fields):
    indicator = make.make_indicator(plan, **fields)
    make.make_target(indicator, target)
    if baseline is not None:
        make.make_baseline(indicator, baseline)
    if value is not None:
        make.make_observation(indicator, plan.periods.get(code="2023Q4"), value)
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    return indicator


def overview(plan, code="2023Q4", **options):
    tasks.drain(today=TODAY)
    return build_overview(plan, plan.periods.get(code=code), today=TODAY, **options)


def test_it_counts_by_status_and_names_what_has_no_judgement(plan):
    promise(plan, "81")
    promise(plan, "70")
    promise(plan, "70")
    promise(plan, None)
    found = overview(plan)
    assert [(c.label, c.count) for c in found.counts] == [("已达标", 1), ("略滞后", 2), ("暂无数据", 1)]
    assert found.quantified_count == 4
    assert found.assessed_count == 3
    assert found.sentence == ("4项定量指标中，已达标1项、略滞后2项、暂无数据1项；其中1项暂无评价结论，不计入分母。")


def test_a_row_shows_numbers_as_the_calculus_has_them(plan):
    promise(plan, "70", unit="%", decimals=1)
    (row,) = overview(plan).rows
    assert (row.target_text, row.actual_text, row.gap_text) == ("≥80%", "70.0%", "还差10.0个百分点")
    assert (row.progress_text, row.lead_text) == ("50.0%", "欠时序进度10.0个百分点")
    assert row.status is Status.AT_RISK
    assert row.assessment.progress == Decimal("0.5")
    assert row.baseline is not None
    assert row.baseline.value_text == "60.0%"


def test_a_promise_without_a_number_is_shown_and_not_counted(plan):
    indicator = make.make_indicator(plan, value_kind="")
    make.make_target(indicator, None, form="direction", comparison="")
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    found = overview(plan)
    assert found.quantified_count == 0
    assert found.rows[0].target_text == "进一步提高（未定量）"
    assert found.rows[0].status is Status.NOT_ASSESSED


def test_zero_is_shown_as_a_number(plan):
    promise(plan, "0", target="10", baseline="20")
    (row,) = overview(plan).rows
    assert row.actual_text == "0.0万亩"


def test_what_changed_since_the_period_before_is_named(plan):
    indicator = promise(plan, "70")
    make.make_observation(indicator, plan.periods.get(code="2024Q1"), "81")
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    (change,) = overview(plan, "2024Q1").changes
    assert (change.before_label, change.after_label) == ("略滞后", "已达标")


def test_an_earlier_period_is_seen_as_it_stood(plan):
    indicator = promise(plan, "70")
    make.make_observation(indicator, plan.periods.get(code="2024Q1"), "81")
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    assert overview(plan, "2023Q4").rows[0].status is Status.AT_RISK


def test_bureaus_are_overdue_extended_returned_or_have_nothing_to_send(plan):
    period = plan.periods.get(code="2023Q4")
    late, extended, returned, done, idle = (make.make_department() for _ in range(5))
    for department in (late, extended, returned, done):
        make.make_responsibility(promise(plan, None), department)
    make.make_responsibility(plan.indicators.first(), idle, reports=False)
    make.make_submission(returned, period, state=RETURNED)
    sent = make.make_submission(done, period, state=APPROVED)
    sent.first_submitted_on = dt.date(2024, 1, 15)
    sent.save(update_fields=["first_submitted_on"])
    Extension.objects.create(
        department=extended,
        period=period,
        due_on=TODAY + dt.timedelta(days=5),
        reason="年报推迟",
        granted_at=make.instant(TODAY),
        granted_by=make.make_coordinator(),
    )
    views = {view.code: view for view in overview(plan).departments}
    assert (views[late.code].state, views[late.code].is_overdue) == ("missing", True)
    assert (views[extended.code].is_extended, views[extended.code].is_overdue) == (True, False)
    assert (views[returned.code].state_label, views[returned.code].is_overdue) == ("已退回", True)
    assert (views[done.code].was_on_time, views[done.code].is_overdue) == (True, False)
    assert (views[idle.code].owes, views[idle.code].state_label) == (0, "本期无须报送")


def test_the_bureaus_that_owe_add_up_and_one_that_corrects_owes_nothing(plan):
    period = plan.periods.get(code="2023Q4")
    states = (None, DRAFT, RETURNED, ENDORSED, APPROVED)
    for state in states:
        department = make.make_department()
        make.make_responsibility(promise(plan, None), department)
        if state is not None:
            make.make_submission(department, period, state=state)
    for state in (DRAFT, RETURNED, ENDORSED):
        department = make.make_department(name=f"更正单位{state}")
        make.make_responsibility(promise(plan, None), department)
        make.make_submission(department, period, state=APPROVED, is_current=False)
        make.make_submission(department, period, state=state, version=2)
    found = overview(plan).departments
    assert sheet_counts(found) == {
        "owing": 8,
        "approved": 1,
        "correcting": 3,
        "waiting": 1,
        "returned": 1,
        "unsent": 2,
        "overdue": 3,
    }
    correcting = [one for one in found if one.is_correcting]
    assert {(one.state_label, one.is_overdue) for one in correcting} == {("更正中（原数有效）", False)}
    assert not set(correcting) & set(sheets_outstanding(found))


def test_milestones_are_reached_late_or_ahead(plan):
    sector, clause = make.make_sector(plan), make.make_clause(plan)
    task = PlanTask.objects.create(
        plan=plan, code="T-1", text="建立清单", sector=sector, clause=clause, kind="milestone"
    )
    promise(plan, "70")
    for due_on, reached_on in (
        ("2023-03-31", "2023-04-01"),
        ("2023-06-30", "2023-06-30"),
        ("2023-09-30", None),
        ("2024-03-31", None),
    ):
        Milestone.objects.create(task=task, due_on=due_on, reached_on=reached_on)
    found = {str(view.due_on): view for view in overview(plan).milestones}
    assert found["2023-06-30"].reached_on == dt.date(2023, 6, 30)
    assert {day for day, view in found.items() if view.is_late} == {"2023-03-31"}
    assert found["2023-09-30"].is_overdue
    assert not found["2024-03-31"].is_overdue


def test_the_number_of_queries_does_not_grow_with_the_plan(plan):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            build_overview(plan, plan.periods.get(code="2023Q4"), today=TODAY)
        return len(captured) - 1  # the period itself

    for _ in range(5):
        make.make_responsibility(promise(plan, "70"), make.make_department())
    tasks.drain(today=TODAY)
    few = queries()
    for _ in range(55):
        make.make_responsibility(promise(plan, "70"), make.make_department())
    tasks.drain(today=TODAY)
    assert queries() == few == 8
