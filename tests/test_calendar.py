"""The calendar of a plan: made by its rule, changed with a reason, and never behind the back of a bureau."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from targets.actions import Refused
from targets.calendar import change_period_days, create_periods, generate_periods, reschedule_periods
from targets.models import DirtySeries, SettingChange
from tests.factories import (
    make_administrator,
    make_coordinator,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_reporter,
    make_reviewer,
    make_target,
)


@pytest.fixture
def plan(db):
    """A plan that goes on: some quarters have been, others are to come."""
    this_year = timezone.localdate().year
    return make_plan(
        starts_on=dt.date(this_year - 1, 1, 1), ends_on=dt.date(this_year + 1, 12, 31), baseline_year=this_year - 2
    )


@pytest.fixture
def coordinator(db):
    return make_coordinator()


def past_and_coming(plan):
    periods = list(plan.periods.order_by("ends_on"))
    return periods[0], periods[-1]


def test_generating_again_leaves_what_is_there(plan, coordinator):
    make_period(plan, f"{plan.starts_on.year}Q2", due_on=dt.date(plan.starts_on.year, 9, 9))
    made = generate_periods(plan=plan, by=coordinator)
    assert len(made) == 11
    assert plan.periods.get(code=f"{plan.starts_on.year}Q2").due_on == dt.date(plan.starts_on.year, 9, 9)
    with pytest.raises(Refused, match="已经齐全"):
        generate_periods(plan=plan, by=coordinator)
    assert plan.periods.count() == 12
    assert AuditEvent.objects.filter(action="calendar.generate").count() == 1


def test_the_rule_of_the_plan_sets_the_due_day(db):
    plan = make_plan(due_after_days=10, due_in_working_days=True)
    create_periods(plan=plan)
    assert plan.periods.get(code="2025Q3").due_on == dt.date(2025, 10, 21)  # after the eight days of National Day


def test_a_moved_due_day_recomputes_the_plan_and_keeps_its_reason(plan, coordinator):
    series = make_target(make_indicator(plan))
    create_periods(plan=plan)
    period, _ = past_and_coming(plan)
    before, later = period.due_on, period.due_on + dt.timedelta(days=9)
    change_period_days(
        period=period, opens_on=period.opens_on, due_on=later, closes_on=None, reason="年报推迟。", by=coordinator
    )
    assert DirtySeries.objects.filter(indicator=series.indicator).exists()
    change = SettingChange.objects.get()
    assert (change.name, change.before, change.after, change.reason) == (
        "due_on",
        before.isoformat(),
        later.isoformat(),
        "年报推迟。",
    )
    assert AuditEvent.objects.get(action="calendar.change").reason == "年报推迟。"


def test_an_open_period_changes_only_with_a_reason(plan, coordinator):
    create_periods(plan=plan)
    past, coming = past_and_coming(plan)
    for period, is_refused in ((past, True), (coming, False)):
        days = {"opens_on": period.opens_on, "due_on": period.due_on + dt.timedelta(days=1), "closes_on": None}
        if is_refused:
            with pytest.raises(Refused, match="已经开放填报"):
                change_period_days(period=period, reason=" ", by=coordinator, **days)
        else:
            change_period_days(period=period, reason="", by=coordinator, **days)
        period.refresh_from_db()
        assert (period.due_on == days["due_on"]) is not is_refused


def test_a_bulk_change_touches_only_what_is_not_open_yet(plan, coordinator):
    create_periods(plan=plan)
    past, coming = past_and_coming(plan)
    by_rule = coming.due_on
    for period in (past, coming):
        period.due_on += dt.timedelta(days=30)
        period.closes_on = period.due_on
        period.save()
    plan.due_after_days = 90
    plan.save()
    changed = reschedule_periods(plan=plan, by=coordinator)
    past_due = past.due_on
    past.refresh_from_db()
    coming.refresh_from_db()
    assert past.due_on == past_due
    assert coming.due_on >= by_rule + dt.timedelta(days=70)
    assert coming.closes_on is None  # it would have lain before the new due day
    assert past not in [one.period for one in changed]
    with pytest.raises(Refused, match="都已按规则排定"):
        reschedule_periods(plan=plan, by=coordinator)


def test_wrong_days_are_named_by_field_and_stay_typed(client, plan, coordinator):
    create_periods(plan=plan)
    period, _ = past_and_coming(plan)
    client.force_login(coordinator)
    response = client.post(
        reverse("targets:period_change", args=[period.pk]),
        {"opens_on": period.ends_on.isoformat(), "due_on": "2019-13-01", "closes_on": "1月", "reason": ""},
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert "“截止报送日”不是有效日期" in text
    assert "“关闭填报日”不是有效日期" in text
    assert "“理由”未填" in text
    assert 'value="2019-13-01"' in text
    response = client.post(
        reverse("targets:period_change", args=[period.pk]),
        {
            "opens_on": period.ends_on.isoformat(),
            "due_on": period.starts_on.isoformat(),
            "closes_on": (period.ends_on + dt.timedelta(days=4 * 366)).isoformat(),
            "reason": "试",
        },
    )
    text = response.content.decode()
    assert "“开放填报日”须在本期结束" in text
    assert "“截止报送日”不能早于开放填报日" in text
    assert "年份可能填错" in text


def test_the_page_counts_what_falls_due_and_admits_what_it_does_not_know(client, db, coordinator):
    plan = make_plan(starts_on=dt.date(2099, 1, 1), ends_on=dt.date(2100, 12, 31), task_reports_every="year")
    make_indicator(plan, reported_every="year")
    make_indicator(plan)
    create_periods(plan=plan)
    client.force_login(coordinator)
    text = client.get(reverse("targets:periods")).content.decode()
    assert "每季度 1，每年 1" in text
    assert "还没有2099年、2100年、2101年的放假安排" in text


def test_only_coordinator_and_system_administrator_change_the_calendar(client, plan):
    address = reverse("targets:periods")
    for user, reads, changes in (
        (make_administrator(Role.SYSTEM_ADMINISTRATOR), 200, 302),
        (make_reviewer(), 200, 403),
        (make_reporter(make_department()), 403, 403),
    ):
        client.force_login(user)
        assert client.get(address).status_code == reads
        assert client.post(address, {"plan": plan.code, "act": "generate"}).status_code == changes
    assert plan.periods.count() == 12


def test_a_closed_plan_keeps_its_calendar(plan, coordinator):
    create_periods(plan=plan)
    plan.closed_at, plan.closed_by = timezone.now(), coordinator
    plan.save()
    period, _ = past_and_coming(plan)
    with pytest.raises(Refused, match="已关闭"):
        change_period_days(
            period=period,
            opens_on=period.opens_on,
            due_on=period.due_on + dt.timedelta(days=1),
            closes_on=None,
            reason="试",
            by=coordinator,
        )
