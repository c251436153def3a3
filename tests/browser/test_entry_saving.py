"""Nothing typed is lost: saving while one types, a colleague on the same cell, a closed page, an ended session."""

from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from departments import actions
from departments.models import Entry, Submission
from departments.sheets import Cell
from tests.factories import Chain, make_chain, make_reporter

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-Long-Password-1"


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.fixture
def numbers(page: Page, log_in, chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    return page.locator("input[data-part]")


def saved(page: Page):
    return page.locator("[data-saved]")


def wait_until(page: Page, condition: str) -> None:
    """Asks again and again: the page's own policy forbids what waits inside it."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within five seconds: {condition}")


def colleague_stores(chain: Chain, value: str):
    colleague = make_reporter(chain.department, display_name="填报员乙")
    submission = Submission.objects.get()
    cells = {f"c{chain.stock.pk}": Cell(value=Decimal(value))}
    actions.save_draft(submission=submission, cells=cells, by=colleague)


def test_two_people_on_one_cell_see_both_numbers_and_choose(page, numbers, chain):
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("已自动保存")
    for mine, button, stays in (("37", "采用对方的", "36"), ("39", "保留我的", "39")):
        colleague_stores(chain, "36" if mine == "37" else "38")
        numbers.nth(2).fill(mine)
        against = page.locator("[data-conflict]").nth(1)
        expect(against).to_contain_text(f"您填写的是“{mine}”")
        expect(against).to_contain_text("填报员乙")
        assert Entry.objects.get(indicator=chain.stock).value != int(mine)
        page.get_by_role("button", name=button).click()
        expect(against).to_be_hidden()
        assert numbers.nth(2).input_value() == stays
        numbers.nth(0).fill(mine)  # and it goes on saving
        wait_until(page, "!window.entrySheet.unsaved().length")
        assert Entry.objects.get(indicator=chain.stock).value == int(stays)
    assert int(page.locator("[name=lock_version]").input_value()) == Submission.objects.get().lock_version


def test_after_automatic_saves_the_sheet_is_sent_as_it_stands(page, numbers, chain):
    for number, text in enumerate(("412.3", "428.1", "35.2")):
        numbers.nth(number).fill(text)
    expect(saved(page)).to_contain_text("已自动保存")
    numbers.nth(2).fill("35.3")
    page.get_by_role("button", name="提交复核").first.click()
    page.get_by_text("填报单已提交").wait_for()
    assert Entry.objects.get(indicator=chain.stock).value * 10 == 353
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_was_not_stored_is_offered_on_return_and_gone_after_logout(page, numbers, chain):
    page.route("**/autosave/**", lambda route: route.abort())
    numbers.nth(0).fill("412.3")
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("网络不通")
    wait_until(page, "Object.keys(localStorage).length === 1")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(chain.address)
    offer = again.locator("[data-restore]")
    expect(offer).to_contain_text("有 2 格未保存")
    expect(offer).to_contain_text("水肥一体化面积")
    again.get_by_role("button", name="恢复").click()
    assert again.locator("input[data-part]").nth(2).input_value() == "35.2"
    expect(saved(again)).to_contain_text("已自动保存")
    assert again.evaluate("Object.keys(localStorage)") == []
    again.route("**/autosave/**", lambda route: route.abort())
    again.locator("input[data-part]").nth(2).fill("36")
    expect(saved(again)).to_contain_text("网络不通")
    assert len(again.evaluate("Object.keys(localStorage)")) == 1
    again.on("dialog", lambda dialog: dialog.accept())
    again.locator(".menu summary").click()
    again.get_by_role("button", name="退出登录").click()
    again.wait_for_url("**/login/**")
    assert again.evaluate("Object.keys(localStorage)") == []


def test_an_ended_session_loses_nothing(page, numbers, chain):
    chain.reporter.set_password(PASSWORD)
    chain.reporter.save()
    Session.objects.all().delete()
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("登录已过期")
    page.get_by_role("link", name="重新登录").click()
    page.get_by_label("用户名").fill(chain.reporter.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{chain.address}*")
    page.get_by_role("button", name="恢复").click()
    expect(saved(page)).to_contain_text("已自动保存")
    assert Entry.objects.get(indicator=chain.stock).value * 10 == 352


def test_a_page_that_is_left_at_once_and_one_that_is_no_longer_trusted_lose_nothing(page, numbers, chain):
    page.on("dialog", lambda dialog: dialog.accept())
    numbers.nth(2).fill("35.2")
    page.goto("/inbox/")
    page.goto(chain.address)
    page.get_by_role("button", name="恢复").click()
    expect(saved(page)).to_contain_text("已自动保存")
    page.route("**/autosave/**", lambda route: route.fulfill(status=403, content_type="text/html", body="CSRF"))
    page.locator("input[data-part]").nth(2).fill("36")
    expect(saved(page)).to_contain_text("登录状态有变")
    page.unroute("**/autosave/**")
    page.get_by_role("link", name="刷新页面").click()
    page.get_by_role("button", name="恢复").click()
    expect(saved(page)).to_contain_text("已自动保存")
    assert Entry.objects.get(indicator=chain.stock).value == 36
