"""What a filter says after the browser's Back, and that a telephone shows the way on."""

import datetime as dt

import pytest

from targets.assessing import assess_series
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


def test_a_printed_overview_holds_every_promise_to_watch_and_the_day(page, log_in, chain):
    make.make_leader("city.leader")
    for number in range(8):
        indicator = make.make_indicator(chain.plan, name=f"承诺{number}")
        make.make_target(indicator, "80")
        make.make_baseline(indicator, "60")
        make.make_observation(indicator, chain.period, "70")
        assess_series([(indicator.pk, make.root_area().pk)], today=dt.date(2024, 2, 1))
    log_in(page, "city.leader")
    page.goto(f"/overview/?plan={chain.plan.code}")
    assert page.locator(".watch li:visible").count() == 5
    assert not page.get_by_text("打印日期").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".watch li:visible").count() == 8
    assert page.get_by_text("打印日期").is_visible()


def test_on_a_telephone_the_way_on_lies_within_the_screen(page, log_in, chain):
    submission = chain.sheet("endorsed")
    page.set_viewport_size({"width": 390, "height": 844})
    for username, address, target in (
        (chain.reviewer.username, "/review/", f"/submissions/{submission.pk}/"),
        (make.make_reporter(chain.department).username, "/inbox/", chain.address),
    ):
        log_in(page, username)
        page.goto(address)
        links = page.locator(f"a[href^='{target}']").all()
        assert links
        for link in links:
            box = link.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        for item in page.locator(".nav a").all():
            box = item.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390
