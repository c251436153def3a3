"""A quarter's report with the keyboard alone, from the login to the submission; and once without any script."""

import pytest
from playwright.sync_api import Page, expect

from departments.models import Entry, Submission
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-Long-Password-1"


@pytest.fixture
def chain() -> Chain:
    chain = make_chain()
    chain.reporter.set_password(PASSWORD)
    chain.reporter.save()
    return chain


def tab_to(page: Page, words: str, *, most: int = 60) -> None:
    """Presses Tab until the focus is on a control with these words; a control that has it already keeps it."""
    for _ in range(most):
        if words in page.evaluate(
            "(here => here === document.body ? '' : here.labels && here.labels[0] ? here.labels[0].textContent"
            " : here.matches('a, button') ? here.textContent : '')(document.activeElement)"
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {words}")


def test_a_quarter_is_reported_with_the_keyboard_alone(page, chain):
    page.goto("/login/")
    tab_to(page, "用户名")
    page.keyboard.type(chain.reporter.username)
    tab_to(page, "密码")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/")
    tab_to(page, "去填报")
    page.keyboard.press("Enter")
    page.locator("form[data-entry]").wait_for()
    tab_to(page, "综合利用量")
    page.keyboard.type("430")
    page.keyboard.press("Enter")
    page.keyboard.type("428.1")
    page.keyboard.press("Enter")
    page.keyboard.type("35.2")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.keyboard.press("F8")  # back to the part that is larger than the whole
    page.keyboard.type("412.3")
    expect(page.locator("[data-trial]").first).to_contain_text("试算")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "提交复核")
    page.keyboard.press("Enter")
    page.get_by_text("填报单已提交").wait_for()
    entry = Entry.objects.get(indicator=chain.ratio)
    assert (str(entry.numerator)[:5], Submission.objects.get().state) == ("412.3", "submitted")


def test_without_javascript_the_form_saves_says_what_is_wrong_and_sends(browser, live_server, log_in, chain):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    for number, text in enumerate(("４３０", "428.1", "35.2")):
        page.locator("input[data-part]").nth(number).fill(text)
    page.get_by_role("button", name="提交复核").first.click()
    page.get_by_role("link", name="大于可收集量").click()
    page.locator("input[data-part]").nth(0).fill("412.3")
    expect(page.locator("[data-next]")).to_be_hidden()
    page.get_by_role("button", name="提交复核").first.click()
    page.get_by_text("填报单已提交").wait_for()
    assert Submission.objects.get().state == "submitted"
    context.close()
