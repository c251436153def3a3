"""The pages in a browser: no barriers, nothing wider than the screen, charts with and without scripts."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe

from reports.actions import request_briefing
from targets.assessing import assess_series
from targets.models import Indicator, Plan
from tests import factories as make
from tests.loaded_demonstration import put_demonstration

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def plan(transactional_db):
    put_demonstration(today=TODAY)
    make.make_coordinator("city.coordinator")
    return Plan.objects.get(code="LY-CP-14")


@pytest.fixture
def small_plan(transactional_db):
    """Three promises with figures of two years; no demonstration."""
    plan = make.make_plan("SMALL")
    periods = make.make_periods(plan, 2022, 2023)
    for name, value in (("回收率", "80"), ("利用率", "96"), ("覆盖率", "60")):
        indicator = make.make_indicator(plan, name=name, unit="%")
        make.make_target(indicator, "95")
        make.make_baseline(indicator, "50")
        for period in periods:
            make.make_observation(indicator, period, value)
        assess_series([(indicator.pk, make.root_area().pk)], today=dt.date(2024, 2, 1))
    make.make_coordinator("city.coordinator", display_name="统筹协调员")
    return plan


@pytest.fixture
def addresses(plan):
    indicator = Indicator.objects.get(plan=plan, code="LY-08")
    return [
        "/overview/",
        f"/sectors/{indicator.sector_id}/",
        f"/indicators/{indicator.pk}/",
        "/tasks/",
        "/plan/",
        "/method/",
        "/briefings/",
        "/no-such-page/",
    ]


def barriers(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]


def test_every_page_is_free_of_barriers_in_light_and_dark_and_fits_a_narrow_screen(page, log_in, addresses):
    log_in(page, "city.coordinator")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            assert barriers(page) == [], (scheme, address)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_charts_become_interactive_and_keep_their_words(page, log_in, small_plan):
    log_in(page, "city.coordinator")
    page.goto(f"/indicators/{small_plan.indicators.first().pk}/")
    page.wait_for_selector('[data-drawn="yes"]')
    drawn = page.locator("[data-drawn] [role=img]")
    assert "各期实际值" in (drawn.get_attribute("aria-label") or "")
    assert page.locator(".chart-box svg.drawing").count() == 0
    assert page.locator("text=目标95").count() >= 1


def test_without_scripts_pictures_filters_and_menu_work(browser, live_server, log_in, small_plan):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, "city.coordinator")
    page.goto(f"/sectors/{small_plan.sectors.first().pk}/")
    assert page.locator("svg.drawing").count() == 4
    page.goto("/overview/")
    page.select_option("select[name=status]", "off_track")
    page.click("text=筛选")
    assert "status=off_track" in page.url
    assert page.locator("a.why").count() == 1
    page.click("summary:has-text('统筹协调员')")
    page.click("text=退出登录")
    page.wait_for_url("**/login/**")
    context.close()


def test_the_first_screen_answers_what_is_kept_what_is_not_and_who_owes(page, log_in, plan):
    log_in(page, "city.coordinator")
    page.goto("/overview/")
    for words in ("已达标", "没有兑现、需要关注的承诺", "谁还欠数"):
        box = page.locator(f"text={words}").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 768


def test_a_briefing_appears_in_the_list_without_reloading(page, log_in, small_plan):
    period = small_plan.periods.get(code="2023Q4")
    asked = request_briefing(plan=small_plan, period=period, by=make.make_coordinator("other"))
    asked.refresh_from_db()
    log_in(page, "city.coordinator")
    type(asked).objects.filter(pk=asked.pk).update(state="queued")
    page.goto("/briefings/")
    assert page.locator("text=正在生成").count() == 1
    type(asked).objects.filter(pk=asked.pk).update(state=asked.state)
    page.wait_for_selector("text=打开PDF")
