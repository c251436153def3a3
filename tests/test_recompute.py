"""Dirty rows are the queue: what was changed is recomputed, late corrections reach every later period."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets import assessing, tasks
from targets.actions import (
    NewObservation,
    Refused,
    approve_baseline,
    propose_baseline,
    record_condition,
    record_observations,
    reject_baseline,
    set_due_day,
)
from targets.management.commands.drain import Timetable
from targets.models import Assessment, Baseline, DirtySeries
from targets.models.dirty import PARKED_AFTER_ATTEMPTS
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 1)


@pytest.fixture
def plan():
    plan = make.make_plan()
    make.make_periods(plan, 2021, 2022, 2023, 2024, 2025)
    return plan


def record(indicator, code, value=None, parts=None):
    period = indicator.plan.periods.get(code=code)
    numerator, denominator = (None, None) if parts is None else (Decimal(parts[0]), Decimal(parts[1]))
    return record_observations(
        figures=[
            NewObservation(
                indicator=indicator,
                area=make.root_area(),
                period=period,
                value=None if value is None else Decimal(value),
                numerator=numerator,
                denominator=denominator,
            )
        ],
        by=make.make_reviewer(),
    )


def status_at(indicator, code):
    return Assessment.objects.get(indicator=indicator, period__code=code).status


def test_a_change_is_assessed_for_every_period_that_has_ended(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    make.make_baseline(indicator, "60")
    record(indicator, "2023Q4", "70")
    assert tasks.drain(today=TODAY) == 1
    assert Assessment.objects.count() == 20
    found = Assessment.objects.get(period__code="2023Q4")
    assert (found.status, found.progress) == ("at_risk", Decimal("0.5"))
    assert round(found.pace, 3) == Decimal("0.833")
    assert found.gap == 10
    assert not DirtySeries.objects.exists()


def test_an_earlier_period_does_not_know_later_figures(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    record(indicator, "2024Q4", "85")
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2023Q4") == "no_data"
    assert status_at(indicator, "2024Q4") == "achieved"


def test_a_late_correction_reaches_every_later_period(plan):
    indicator = make.make_indicator(plan, accumulation="sum", value_kind="flow", basis="period", unit="万平方米")
    make.make_target(indicator, "2000")
    for year in (2021, 2022, 2023, 2024, 2025):
        for quarter in (1, 2, 3, 4):
            record(indicator, f"{year}Q{quarter}", "100")
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "achieved"
    record(indicator, "2021Q2", "40")
    tasks.drain(today=TODAY)
    assert Assessment.objects.get(period__code="2021Q1").actual == 100
    assert Assessment.objects.get(period__code="2021Q2").actual == 140
    last = Assessment.objects.get(period__code="2025Q4")
    assert (last.status, last.actual, last.gap) == ("missed", Decimal(1940), Decimal(60))


def test_what_waits_for_a_baseline_is_recomputed_when_a_second_person_approves_it(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "22", form="change_absolute")
    record(indicator, "2025Q4", "60")
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "baseline_missing"
    proposer = make.make_coordinator()
    baseline = propose_baseline(
        indicator=indicator,
        area=make.root_area(),
        year=2020,
        value=Decimal(40),
        source="统计年鉴",
        document="2021年统计年鉴",
        by=proposer,
    )
    assert not DirtySeries.objects.exists()
    with pytest.raises(PermissionDenied, match="另一人"):
        approve_baseline(baseline=baseline, by=proposer)
    approve_baseline(baseline=baseline, by=make.make_reviewer())
    tasks.drain(today=TODAY)
    found = Assessment.objects.get(period__code="2025Q4")
    assert (found.status, found.target_value, found.gap) == ("missed", Decimal(62), Decimal(2))
    assert found.baseline == baseline


def test_a_returned_baseline_counts_for_nothing_and_another_can_be_proposed(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "22", form="change_absolute")
    words = {"indicator": indicator, "area": make.root_area(), "year": 2020, "source": "年鉴", "document": "年鉴"}
    first = propose_baseline(value=Decimal(40), by=make.make_coordinator(), **words)
    with pytest.raises(Refused, match="待审核"):
        propose_baseline(value=Decimal(41), by=make.make_coordinator(), **words)
    with pytest.raises(Refused, match="理由"):
        reject_baseline(baseline=first, by=make.make_reviewer(), reason=" ")
    reject_baseline(baseline=first, by=make.make_reviewer(), reason="口径不符")
    second = propose_baseline(value=Decimal(41), by=make.make_coordinator(), **words)
    assert second.version == 2
    assert not Baseline.objects.in_force().exists()


def test_a_baseline_from_which_the_promise_cannot_be_computed_is_refused(plan):
    indicator = make.make_indicator(plan, unit="%", direction="decrease")
    make.make_target(indicator, "-6", form="change_percent", comparison="<=")
    with pytest.raises(Refused, match="基期值为0"):
        propose_baseline(
            indicator=indicator,
            area=make.root_area(),
            year=2020,
            value=Decimal(0),
            source="年鉴",
            document="年鉴",
            by=make.make_coordinator(),
        )


def test_a_condition_that_did_not_hold_takes_the_judgement_away(plan):
    indicator = make.make_indicator(plan, condition="病虫害发生平稳", assessed_on="year", reported_every="year")
    make.make_target(indicator, "80")
    record(indicator, "2025Q4", "70")
    record_condition(indicator=indicator, year=2025, held=False, source="植保站通报", by=make.make_coordinator())
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "not_assessed"
    record_condition(indicator=indicator, year=2025, held=True, source="更正", by=make.make_coordinator())
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "missed"


def test_an_extension_keeps_a_missing_final_figure_from_being_held_against_the_bureau(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    make.make_baseline(indicator, "60")
    record(indicator, "2025Q3", "75")
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "no_final_figure"
    set_due_day(
        indicator=indicator,
        period=plan.periods.get(code="2025Q4"),
        due_on=TODAY + dt.timedelta(days=30),
        reason="农业年报推迟",
        by=make.make_coordinator(),
    )
    tasks.drain(today=TODAY)
    assert status_at(indicator, "2025Q4") == "at_risk"


def test_draining_twice_changes_nothing(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    record(indicator, "2025Q4", "81")
    assert tasks.drain(today=TODAY) == 1
    before = list(Assessment.objects.order_by("pk").values_list("pk", "status", "actual"))
    assert tasks.drain(today=TODAY) == 0
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    tasks.drain(today=TODAY)
    assert list(Assessment.objects.order_by("pk").values_list("pk", "status", "actual")) == before


def test_many_series_cost_as_many_queries_as_one(plan):
    keys = []
    for number in range(12):
        indicator = make.make_indicator(plan)
        make.make_target(indicator, "80")
        make.make_baseline(indicator, "60")
        record(indicator, "2023Q4", str(61 + number))
        keys.append((indicator.pk, make.root_area().pk))
    with CaptureQueriesContext(connection) as one:
        assessing.assess_series(keys[:1], today=TODAY)
    with CaptureQueriesContext(connection) as many:
        assessing.assess_series(keys, today=TODAY)
    reads = [sum(query["sql"].startswith("SELECT") for query in queries) for queries in (one, many)]
    assert reads == [8, 8]


def test_a_stored_assessment_comes_back_as_the_calculus_gave_it(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    make.make_baseline(indicator, "60")
    record(indicator, "2023Q4", "70")
    tasks.drain(today=TODAY)
    row = Assessment.objects.get(period__code="2023Q4")
    value = assessing.as_value(row)
    assert value.status == "at_risk"
    assert value.progress == Decimal("0.5")
    assert [step.label for step in value.steps]
    assert "70" in " ".join(step.filled for step in value.steps)


def test_a_series_that_fails_is_counted_then_parked_and_the_others_are_done(plan, monkeypatch):
    good, bad = make.make_indicator(plan), make.make_indicator(plan)
    for indicator in (good, bad):
        make.make_target(indicator, "80")
        record(indicator, "2025Q4", "81")
    real = assessing.assess_series

    def failing(series, *, today=None):
        if any(key[0] == bad.pk for key in series):
            raise ArithmeticError("数值溢出")
        return real(series, today=today)

    monkeypatch.setattr(tasks, "assess_series", failing)
    for attempt in range(1, PARKED_AFTER_ATTEMPTS + 1):
        tasks.drain(today=TODAY)
        row = DirtySeries.objects.get()
        assert (row.indicator, row.attempts) == (bad, attempt)
        assert "数值溢出" in row.last_error
    assert row.parked_at is not None
    assert status_at(good, "2025Q4") == "achieved"
    monkeypatch.setattr(tasks, "assess_series", real)
    assert tasks.drain(today=TODAY) == 0  # parked rows wait for the administrator
    record(bad, "2025Q4", "82")  # a new change takes the row up again
    assert tasks.drain(today=TODAY) == 1


def test_recompute_rebuilds_every_assessment_from_nothing(plan, capsys):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    record(indicator, "2025Q4", "81")
    tasks.drain()
    before = set(Assessment.objects.values_list("indicator", "period", "status", "actual"))
    Assessment.objects.all().delete()
    call_command("recompute", plan=plan.code)
    assert set(Assessment.objects.values_list("indicator", "period", "status", "actual")) == before
    assert "已重算 1 个序列" in capsys.readouterr().out


def test_recompute_names_the_plans_there_are_when_it_is_given_another():
    make.make_plan("LY-1")
    with pytest.raises(CommandError, match="LY-1"):
        call_command("recompute", plan="XX")


def test_the_daily_mark_leaves_parked_series_to_the_administrator(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    DirtySeries.objects.update(attempts=PARKED_AFTER_ATTEMPTS, parked_at=make.instant("2026-01-01"))
    assert tasks.mark_series_for_today() == 0
    assert DirtySeries.objects.get().parked_at is not None


def test_verbs_turn_away_who_may_not(plan):
    indicator = make.make_indicator(plan, condition="病虫害发生平稳")
    for who in (make.make_reviewer(), make.make_leader(), make.make_administrator(), make.make_user()):
        with pytest.raises(PermissionDenied):
            record_condition(indicator=indicator, year=2023, held=True, source="通报", by=who)


def test_without_celery_the_loop_does_what_beat_would(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    timetable = Timetable()
    assert timetable.run_due(0.0) == list(timetable.entries())  # the names of real tasks, each run once at the start
    tasks.drain()
    assert Assessment.objects.filter(indicator=indicator).exists()
    assert timetable.run_due(1.0) == []
    assert "sweep-dirty-series" in timetable.run_due(61.0)


def test_the_daily_mark_takes_up_series_of_open_plans_only_once_a_day(plan):
    indicator = make.make_indicator(plan)
    make.make_target(indicator, "80")
    assert tasks.mark_series_for_today() == 1
    tasks.drain()
    assert tasks.mark_series_for_today() == 0
