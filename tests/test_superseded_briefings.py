"""A briefing made before a correction says so, and by what; one made after it does not."""

import datetime as dt

import pytest
from django.utils import timezone

from reports.actions import request_briefing
from reports.models import Briefing
from reports.superseding import corrections_since
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    return make.make_chain()


def issued(chain, *, hours_ago: int, period=None) -> Briefing:
    """A briefing as it was issued then; its bytes are of no concern here."""
    briefing = request_briefing(plan=chain.plan, period=period or chain.period, by=chain.coordinator)
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    Briefing.objects.filter(pk=briefing.pk).update(
        state=Briefing.READY, pdf=b"%PDF-", sha256="0" * 64, data_cut_off=at, failure=""
    )
    briefing.refresh_from_db()
    return briefing


def corrected(chain, *, hours_ago: int, version: int = 2):
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    chain.ratio.observations.filter(superseded_at__isnull=True).update(superseded_at=at)
    return make.make_observation(chain.ratio, chain.period, parts=("410", "428.1"), version=version, recorded_at=at)


def test_a_briefing_older_than_a_correction_names_it(client, chain):
    corrected(chain, hours_ago=9, version=1)
    older, newer = issued(chain, hours_ago=5), issued(chain, hours_ago=1)
    corrected(chain, hours_ago=3)
    found = corrections_since([older, newer])
    assert set(found) == {older.pk}
    ((one,),) = found.values()
    assert (one.name, one.period_name) == (chain.ratio.name, "2023年四季度")
    client.force_login(make.make_leader())
    page = client.get("/briefings/").content.decode()
    assert page.count('<span class="tag tag-warn">已被更正</span>') == 1
    assert f"{chain.ratio.name}</a>，2023年四季度，" in page
    assert "已被更正" in client.get(f"/briefings/{older.pk}/state/").content.decode()
    assert "已被更正" not in client.get(f"/briefings/{newer.pk}/state/").content.decode()


def test_a_figure_that_came_for_the_first_time_corrects_nothing(chain):
    older = issued(chain, hours_ago=5)
    corrected(chain, hours_ago=3, version=1)
    assert corrections_since([older]) == {}


def test_a_correction_of_a_later_period_or_of_another_plan_is_none_of_its_concern(chain):
    earlier = issued(chain, hours_ago=5, period=make.make_period(chain.plan, "2023Q3"))
    other = issued(make.make_chain(), hours_ago=5)
    corrected(chain, hours_ago=3)
    assert corrections_since([earlier, other]) == {}


def test_all_briefings_are_looked_at_in_one_query(chain, django_assert_num_queries):
    briefings = [issued(chain, hours_ago=hours) for hours in (9, 7, 5)]
    corrected(chain, hours_ago=3)
    listed = list(Briefing.objects.for_list())
    with django_assert_num_queries(1):
        assert len(corrections_since(listed)) == len(briefings)
