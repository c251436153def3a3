"""The afternoon of the reviewer: every bureau's sheet in one list."""

import pytest

from tests.factories import Chain, make_chain, make_period

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.mark.parametrize("who", ["reviewer", "coordinator"])
def test_the_review_list_shows_what_waits_and_where_every_bureau_stands(client, chain, who):
    chain.sheet("endorsed")
    client.force_login(getattr(chain, who))
    page = client.get("/review/").content.decode()
    assert "待审核（1）" in page
    assert chain.department.name in page


def test_the_review_list_turns_away_bureau_staff(client, chain):
    client.force_login(chain.reporter)
    assert client.get("/review/").status_code == 403


def test_the_periods_to_choose_from_stand_under_their_plans_title(client, chain):
    client.force_login(chain.reviewer)
    page = client.get("/review/").content.decode()
    assert f'<optgroup label="{chain.plan.title}">' in page
    assert f"（{chain.plan.code}）" not in page


def test_the_review_list_takes_a_period_of_the_address(client, chain):
    make_period(chain.plan, "2022Q1")
    client.force_login(chain.coordinator)
    page = client.get("/review/", {"period": f"{chain.plan.code}:2022Q1"}).content.decode()
    assert "2022年一季度：应报 1 个部门" in page
    assert client.get("/review/", {"period": "nonsense"}).status_code == 200
