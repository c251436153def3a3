"""What a figure would make of its indicator's status, before anybody approved it: the very same calculus."""

import datetime as dt
from decimal import Decimal

import pytest

from targets.assessing import as_value, assess_series
from targets.models import Assessment
from targets.terms import Figure, Status
from targets.trial import trial_assessment, trial_assessments
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 2, 1)


@pytest.fixture
def chain():
    chain = make.make_chain()
    make.make_baseline(chain.stock, "20")
    return chain


def figure(chain, value):
    return Figure(period_end=chain.period.ends_on, value=Decimal(value))


def test_a_trial_says_what_the_approved_figure_will_say(chain):
    area = make.root_area()
    make.make_observation(chain.stock, make.make_period(chain.plan, "2023Q3"), "50")
    tried = trial_assessment(chain.stock, area, chain.period, figure(chain, "66"), TODAY)
    make.make_observation(chain.stock, chain.period, "66")
    assess_series([(chain.stock.pk, area.pk)], today=TODAY)
    kept = as_value(Assessment.objects.get(period=chain.period, indicator=chain.stock))
    assert tried is not None
    # Shares are stored with fewer digits; the arithmetic beside them is stored as it is.
    assert (tried.status, tried.reason, tried.steps) == (kept.status, kept.reason, kept.steps)
    assert (tried.actual, tried.gap, tried.flags) == (kept.actual, kept.gap, kept.flags)


def test_a_trial_takes_the_place_of_the_approved_figure_and_stores_nothing(chain):
    make.make_observation(chain.stock, chain.period, "20")
    tried = trial_assessment(chain.stock, make.root_area(), chain.period, figure(chain, "96"), TODAY)
    assert tried is not None
    assert (tried.status, tried.actual) == (Status.ACHIEVED, 96)
    assert not Assessment.objects.exists()


def test_there_is_nothing_to_try_before_the_period_ends_or_without_a_promise(chain):
    area = make.root_area()
    assert trial_assessment(chain.stock, area, chain.period, figure(chain, "96"), chain.period.ends_on) is None
    unpromised = make.make_indicator(chain.plan)
    assert trial_assessment(unpromised, area, chain.period, figure(chain, "96"), TODAY) is None


def test_figures_that_contradict_each_other_are_named_and_leave_the_others_alone(chain):
    area = make.root_area()
    two = Figure(period_end=chain.period.ends_on, numerator=Decimal(1), denominator=Decimal(2))
    keys = (chain.stock.pk, area.pk), (chain.ratio.pk, area.pk)
    found = trial_assessments({keys[0]: two, keys[1]: two}, chain.period, today=TODAY)
    assert found[keys[0]].assessment is None
    assert found[keys[0]].refusal.endswith("。")
    assert found[keys[1]].assessment is not None


def test_trials_of_many_series_need_a_fixed_number_of_queries(chain, django_assert_max_num_queries):
    area = make.root_area()
    for _ in range(10):
        make.make_target(make.make_indicator(chain.plan))
    keys = {(pk, area.pk): figure(chain, "9") for pk in chain.plan.indicators.values_list("pk", flat=True)}
    with django_assert_max_num_queries(9):
        trial_assessments(keys, chain.period, today=TODAY)
