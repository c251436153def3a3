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


def test_what_is_typed_beside_an_offer_that_nobody_answered_is_kept_with_it(page, numbers, chain):
    page.route("**/autosave/**", lambda route: route.abort())
    numbers.nth(0).fill("412.3")
    wait_until(page, "Object.keys(localStorage).length === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-restore]")).to_contain_text("有 1 格未保存")
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("网络不通")
    page.reload()
    expect(page.locator("[data-restore]")).to_contain_text("有 2 格未保存")
    numbers.nth(2).fill("36")
    page.get_by_role("button", name="恢复").click()
    assert [numbers.nth(at).input_value() for at in (0, 2)] == ["412.3", "36"]  # what was typed last stays


def test_a_save_that_the_server_refuses_is_not_sent_again_until_something_changes(page, numbers):
    sent: list[str] = []

    def refuse(route):
        sent.append(route.request.headers["idempotency-key"])
        route.fulfill(status=409, json={"message": "未作任何保存。", "is_over": False})

    page.route("**/autosave/**", refuse)
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("未作任何保存")
    page.wait_for_timeout(1500)
    assert len(sent) == 1
    numbers.nth(2).fill("35.3")
    page.wait_for_timeout(1500)
    assert len(set(sent)) == len(sent) == 2


def test_after_a_fault_of_the_server_the_same_save_is_repeated_and_has_its_effect_once(page, numbers, chain):
    keys: list[str] = []

    def lose_the_first_answer(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
            return
        route.fetch()
        route.fulfill(status=500, content_type="text/html", body="")

    page.route("**/autosave/**", lose_the_first_answer)
    numbers.nth(2).fill("35.2")
    expect(saved(page)).to_contain_text("服务器出错")
    version = Submission.objects.get().lock_version
    page.evaluate("window.dispatchEvent(new Event('online'))")  # sooner than the quarter of a minute it waits
    expect(saved(page)).to_contain_text("已自动保存")
    assert keys[0] == keys[1]
    assert Submission.objects.get().lock_version == version
    assert page.locator("[data-conflict]").nth(1).is_hidden()


def test_a_paste_that_was_saved_already_can_be_taken_back_and_that_is_saved_too(page, numbers, chain):
    numbers.nth(0).focus()
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData('text/plain', text);
            const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        "412.3\n428.1\n35.2",
    )
    expect(saved(page)).to_contain_text("已自动保存")
    assert Entry.objects.get(indicator=chain.stock).value * 10 == 352
    numbers.nth(0).press("Control+z")
    wait_until(page, "window.entrySheet.unsaved().length > 0")
    wait_until(page, "!window.entrySheet.unsaved().length")
    assert Entry.objects.get(indicator=chain.stock).value is None
    assert numbers.nth(2).input_value() == ""


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
