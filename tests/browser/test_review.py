"""The reviewer's afternoon with the keyboard alone, and the way of a remark to the reporter and back."""

import pytest
from playwright.sync_api import Page, expect

from departments.models import Comment, Submission
from tests import factories as make
from tests.factories import Chain, make_chain


@pytest.fixture
def chain(transactional_db: None) -> Chain:
    return make_chain()


def endorsed_by_others(chain: Chain, count: int) -> list[Submission]:
    sheets = []
    for number in range(count):
        department, indicator = make.make_department(), make.make_indicator(chain.plan)
        make.make_responsibility(indicator, department)
        sheets.append(
            make.make_submission(department, chain.period, state="endorsed", entries={indicator: str(number)})
        )
    return sheets


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus; it must be reached within one round of the page."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def test_sheets_are_reviewed_and_approved_with_the_keyboard_alone(page, log_in, chain):
    first = chain.sheet("endorsed")
    second, third = endorsed_by_others(chain, 2)
    log_in(page, chain.reviewer.username)
    page.goto("/review/")
    tab_to(page, f'a[href="/submissions/{first.pk}/"]')
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(chain.department.name)
    tab_to(page, ".remark summary")
    page.keyboard.press("Enter")
    tab_to(page, f'textarea[name="comment-c{chain.ratio.pk}"]')
    page.keyboard.type("请核实。")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    tab_to(page, "button[formaction]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已审核通过")).to_be_visible()
    expect(page.locator("h1")).to_contain_text(second.department.name)

    page.goto("/review/")
    tab_to(page, "[data-tick-head] input")
    page.keyboard.press("Space")
    tab_to(page, "form[data-tick-all] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已审核通过 2 张")).to_be_visible()
    states = Submission.objects.filter(pk__in=[first.pk, second.pk, third.pk]).values_list("state", flat=True)
    assert set(states) == {"approved"}


def test_a_sheet_returned_with_remarks_comes_again_with_them_and_shows_what_changed(page, log_in, chain):
    submission = chain.carried_to("endorsed")
    log_in(page, chain.reviewer.username)
    page.goto(f"/submissions/{submission.pk}/")
    page.locator(f"#row-c{chain.stock.pk} .remark summary").click()
    page.locator(f'textarea[name="comment-c{chain.stock.pk}"]').fill("与台账不符，请核实面积。")
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_role("alert")).to_contain_text("必须写明理由")
    expect(page.locator(f'textarea[name="comment-c{chain.stock.pk}"]')).to_have_value("与台账不符，请核实面积。")
    page.get_by_label("退回理由").fill("一处待核实。")
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_role("status").filter(has_text="已退回填报人")).to_be_visible()
    assert Comment.objects.get().step.verb == "return"

    page.context.clear_cookies()
    log_in(page, chain.reporter.username)
    page.goto("/")
    page.get_by_role("link", name="去修改").click()
    expect(page.locator("main")).to_contain_text("一处待核实。")
    expect(page.locator("main")).to_contain_text("与台账不符，请核实面积。")
    page.locator(f'input[name="c{chain.stock.pk}-value"]').fill("36.7")
    page.get_by_role("button", name="提交复核").first.click()
    expect(page.get_by_role("status").filter(has_text="已提交")).to_be_visible()

    page.context.clear_cookies()
    log_in(page, chain.approver.username)
    page.goto("/")
    page.get_by_role("link", name="去复核").click()
    expect(page.locator("main")).to_contain_text("与上次退回时相比：改动 1 格")
    expect(page.locator(f"#row-c{chain.stock.pk}")).to_contain_text("退回后改动")
    expect(page.locator(f"#row-c{chain.stock.pk}")).to_contain_text("与台账不符，请核实面积。")
    page.get_by_role("button", name="复核通过").click()
    expect(page.get_by_role("status").filter(has_text="已复核通过")).to_be_visible()
