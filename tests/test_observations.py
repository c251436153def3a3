"""Approved figures are versions: recorded with an event and a dirty row in one transaction, never changed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from targets.actions import NewObservation, Refused, record_observations
from targets.models import DirtySeries, Observation
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    plan = make.make_plan()
    indicator = make.make_indicator(plan)
    return indicator, make.root_area(), make.make_period(plan, "2023Q4")


def figure(series, value="1.5", **fields):
    indicator, area, period = series
    number = None if value is None else Decimal(value)
    return NewObservation(indicator=indicator, area=area, period=period, value=number, **fields)


def test_a_figure_an_event_and_a_dirty_row_are_written_together(series):
    by = make.make_reviewer()
    (written,) = record_observations(figures=[figure(series)], by=by, reference="填报单1")
    assert written.version == 1
    event = AuditEvent.objects.get(action="observation.record")
    assert event.actor == by
    assert "1.5" in str(event.after)
    assert DirtySeries.objects.get().indicator == series[0]


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(series):
    by = make.make_reviewer()
    record_observations(figures=[figure(series, "1.5")], by=by)
    between = timezone.now()
    record_observations(figures=[figure(series, "2.5")], by=by)
    assert list(Observation.objects.order_by("version").values_list("version", "value")) == [
        (1, Decimal("1.5")),
        (2, Decimal("2.5")),
    ]
    assert Observation.objects.current().get().value == Decimal("2.5")
    assert Observation.objects.as_known_at(between).get().value == Decimal("1.5")


def test_the_same_figure_again_writes_nothing(series):
    by = make.make_reviewer()
    record_observations(figures=[figure(series, "1.5")], by=by)
    assert record_observations(figures=[figure(series, "1.50")], by=by) == []
    assert Observation.objects.count() == 1


def test_zero_is_a_number(series):
    (written,) = record_observations(figures=[figure(series, "0")], by=make.make_reviewer())
    assert written.value == 0
    assert written.as_figure().has_number


def test_a_state_without_a_number_is_kept(series):
    (written,) = record_observations(figures=[figure(series, None, state="not_compiled")], by=make.make_reviewer())
    assert written.as_figure().absence == "not_compiled"


def test_a_number_beside_a_state_without_one_is_refused(series):
    with pytest.raises(Refused, match="不能再填数"):
        figure(series, "1", state="not_compiled")


def test_half_of_a_ratio_is_refused(series):
    with pytest.raises(Refused, match="分子和分母"):
        figure(series, None, numerator=Decimal(1))


def test_the_same_series_twice_is_refused_and_nothing_is_written(series):
    with pytest.raises(Refused, match="两次"):
        record_observations(figures=[figure(series, "1"), figure(series, "2")], by=make.make_reviewer())
    assert not Observation.objects.exists()


def test_a_closed_plan_takes_no_figures(series):
    plan = series[0].plan
    plan.closed_at, plan.closed_by = timezone.now(), make.make_coordinator()
    plan.save()
    with pytest.raises(Refused, match="已关闭"):
        record_observations(figures=[figure(series)], by=make.make_reviewer())


def test_nothing_is_left_of_a_transaction_that_fails(series):
    def record_and_fail():
        record_observations(figures=[figure(series)], by=make.make_reviewer())
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        record_and_fail()
    assert not Observation.objects.exists()
    assert not DirtySeries.objects.exists()
    assert not AuditEvent.objects.filter(action="observation.record").exists()


def test_the_database_refuses_two_current_versions(series):
    indicator, _, period = series
    make.make_observation(indicator, period, "1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_observation(indicator, period, "2", version=2)


def test_many_figures_cost_as_many_queries_as_one(series):
    indicator, area, _ = series
    by = make.make_reviewer()
    periods = make.make_periods(indicator.plan, 2021, 2022)
    record_observations(figures=[figure(series)], by=by)
    many = [NewObservation(indicator=indicator, area=area, period=p, value=Decimal(3)) for p in periods]
    with CaptureQueriesContext(connection) as queries:
        record_observations(figures=many[:1], by=by)
    few = len(queries)
    with CaptureQueriesContext(connection) as queries:
        record_observations(figures=many[1:], by=by)
    assert len(queries) == few


def test_demonstration_figures_mark_their_plan(series):
    record_observations(figures=[figure(series)], by=make.make_reviewer(), is_demonstration=True)
    plan = series[0].plan
    plan.refresh_from_db()
    assert plan.has_demonstration_figures


def test_a_figure_keeps_the_instant_it_is_given(series):
    at = make.instant("2024-01-10")
    (written,) = record_observations(figures=[figure(series)], by=make.make_reviewer(), at=at)
    assert written.recorded_at == at
