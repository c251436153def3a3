"""The grid in a real browser: keys, an input method, blocks from a workbook, one step back."""

import re

import pytest
from playwright.sync_api import Page, expect

from departments.models import Entry, Submission
from tests.factories import Chain, make_chain, make_indicator, make_responsibility, make_target

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  data.setData('text/html', '<table><tr><td>not this</td></tr></table>');
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def chain() -> Chain:
    chain = make_chain()
    for name in ("有机肥施用面积", "绿色防控面积"):
        indicator = make_indicator(chain.plan, name=name)
        make_responsibility(indicator, chain.department)
        make_target(indicator)
    return chain


def open_sheet(page: Page, log_in, chain: Chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    return page.locator("input[data-part]")


def values(numbers):
    return [each.input_value() for each in numbers.all()]


def paste(page: Page, field, text: str):
    field.focus()
    page.evaluate(PASTE, [field.element_handle(), text])


def said(page: Page) -> str:
    return page.locator("[data-said]").inner_text()


def test_a_block_is_spread_downwards_and_what_does_not_fit_is_named(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    # As Excel puts it: separators, a cell with a line end inside, full-width digits, a unit; in the end two too many.
    paste(page, numbers.nth(0), '"1,035.2\n"\t甲\r\n４２８．１\r\n35万亩\r\n  36 \r\n37\r\n38\r\n')
    assert values(numbers) == ["1,035.2", "４２８．１", "35万亩", "36", "37"]
    assert "已粘贴 5 格" in said(page)
    assert "1 格不是数字，已保留原文待改" in said(page)
    assert "水肥一体化面积（35万亩）" in said(page)
    assert "2 格超出“本期”一列" in said(page)
    expect(page.locator("[data-findings]").nth(1)).to_contain_text("请只填数字")
    expect(page.locator("[data-saved]")).to_contain_text("另有 1 项未保存")
    assert Entry.objects.count() == 3
    assert Entry.objects.get(indicator=chain.ratio).numerator * 10 == 10352


def test_one_step_takes_a_pasted_block_back_and_keeps_what_was_mended(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    numbers.nth(0).fill("1")
    paste(page, numbers.nth(0), "412.3\n428.1\n35.2")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("430")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    assert values(numbers)[:3] == ["1", "430", ""]
    assert "已撤销粘贴，其后改过的 1 格保持不变" in said(page)
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    assert not Entry.objects.filter(indicator=chain.stock, value__isnull=False).exists()


def test_what_is_said_of_a_pasted_mistake_goes_with_the_step_back(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    numbers.nth(2).fill("35.2")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    paste(page, numbers.nth(2), "35万亩\n36")
    findings = page.locator("[data-findings]").nth(1)
    expect(findings).to_contain_text("请只填数字")
    page.keyboard.press("Control+z")
    expect(findings).to_be_hidden()
    expect(numbers.nth(2)).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^已自动保存 \d\d:\d\d$"))


def test_a_locked_cell_keeps_its_place_and_is_named(page, log_in, chain):
    submission = chain.sheet()
    submission.reopened_keys = [f"c{chain.ratio.pk}"]
    submission.save()
    numbers = open_sheet(page, log_in, chain)
    paste(page, numbers.nth(1), "430\n99")
    assert values(numbers)[:3] == ["412.3", "430", "35.2"]
    assert "1 格已锁定，未改动" in said(page)
    assert numbers.nth(2).get_attribute("readonly") is not None
    expect(page.locator(f"#row-c{chain.stock.pk}")).to_contain_text("本次未开放，只读")


def test_keys_move_between_cells_and_escape_restores(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    numbers.nth(0).focus()
    page.keyboard.type("412.3")
    page.keyboard.press("Enter")
    expect(numbers.nth(1)).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    assert numbers.nth(1).input_value() == ""
    page.keyboard.press("Shift+Enter")
    expect(numbers.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")  # the whole text is marked: sideways, to the state
    expect(page.locator(f"#c{chain.ratio.pk}-state")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(numbers.nth(0)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")  # inside the text: the caret moves, not the cell
    expect(numbers.nth(0)).to_be_focused()
    assert not Submission.objects.filter(state="submitted").exists()


def test_an_input_method_at_work_triggers_no_key(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    numbers.nth(0).focus()
    for options in ("{ key: 'Enter', isComposing: true }", "{ key: 'Process', keyCode: 229 }"):
        moved = page.evaluate(
            f"!document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
            f"Object.assign({{ bubbles: true, cancelable: true }}, {options})))"
        )
        assert moved is False
    expect(numbers.nth(0)).to_be_focused()


def test_a_key_leads_from_problem_to_problem(page, log_in, chain):
    numbers = open_sheet(page, log_in, chain)
    numbers.nth(2).fill("很多")
    numbers.nth(0).fill("430")
    numbers.nth(1).fill("428.1")
    expect(page.get_by_role("button", name="下一处问题（2）")).to_be_visible()
    page.keyboard.press("F8")
    expect(numbers.nth(2)).to_be_focused()
    page.keyboard.press("F8")
    expect(numbers.nth(0)).to_be_focused()
    assert "大于可收集量" in page.locator("[data-findings]").first.inner_text()
