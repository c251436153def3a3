"""What a filter says after the browser's Back, and that a telephone shows the way on."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain() -> make.Chain:
    return make.make_chain()


def shown(page, name):
    return page.eval_on_selector(f"select[name={name}]", "select => select.selectedOptions[0].text")


def test_after_going_back_a_filter_says_what_the_page_shows(page, log_in, chain):
    make.make_leader("city.leader")
    log_in(page, "city.leader")
    page.goto(f"/overview/?plan={chain.plan.code}")
    before = shown(page, "department")
    with page.expect_navigation():
        page.select_option("select[name=department]", index=1)
    assert shown(page, "department") != before
    page.go_back()
    page.wait_for_load_state()
    assert "department=" not in page.url
    assert shown(page, "department") == before
