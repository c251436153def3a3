"""Blocks from a spreadsheet in two directions: counties that add up while one looks, and years of figures at once."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from departments.models import Entry, Submission
from tests.factories import make_area, make_chain, make_period, root_area

PASTE = """([id, text]) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const field = document.getElementById(id);
  field.focus();
  field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def chain(live_server):
    return make_chain("2023Q4")


def paste(page: Page, field: str, lines: list[str]) -> None:
    page.evaluate(PASTE, [field, "\n".join(lines)])


def test_counties_add_up_while_they_are_pasted_and_are_taken_as_the_citys_figure(page: Page, chain, log_in):
    chain.ratio.by_area = True
    chain.ratio.save()
    first, second, third = [make_area(name=f"{name}县", position=at) for at, name in enumerate("甲乙丙")]
    log_in(page, chain.reporter.username)
    page.goto(f"{chain.address}?plan={chain.plan.code}")
    page.get_by_role("link", name="分县区填报").click()
    key = f"c{chain.ratio.pk}"
    paste(page, f"{key}a{first.pk}-numerator", ["90.1\t１００", "1,000.2\t2000", "x\t50"])
    expect(page.locator("[data-said]")).to_contain_text("1 格不是数字")
    expect(page.locator("[data-missing]")).to_have_text("丙县（1 个）")
    page.locator(f"[id='{key}a{third.pk}-numerator']").fill("9.7")
    expect(page.locator("[data-sum]")).to_have_text("1100 / 2150 = 51.2%")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"[id='{key}a{second.pk}-numerator']")).to_be_focused()
    page.get_by_role("button", name="采用县区合计作为全市数").click()
    expect(page.locator("[data-difference]")).to_have_text("0个百分点")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    stored = Entry.objects.get(area=root_area())
    assert (stored.numerator, stored.denominator) == (Decimal(1100), Decimal(2150))
    assert Entry.objects.count() == 4


def test_years_are_pasted_at_once_taken_back_and_saved_period_by_period(page: Page, chain, log_in):
    for code in ("2022Q4", "2023Q1", "2023Q2", "2023Q3"):
        make_period(chain.plan, code)
    log_in(page, chain.reporter.username)
    page.goto(f"/departments/{chain.department.code}/history/?plan={chain.plan.code}")
    start = f"2023Q1/c{chain.ratio.pk}-numerator"
    paste(page, start, ["10\t20\t30\t40\t50", "100\t100\t100\t100", "3\t3\t3000\t3"])
    expect(page.locator("[data-said]")).to_contain_text("已粘贴 12 格")
    expect(page.locator("[data-said]")).to_contain_text("1 格超出可填的范围")
    slip = page.locator(f"[id='2023Q3/c{chain.stock.pk}-note']")
    expect(slip).to_be_visible()  # its figure is odd beside the quarter before
    page.keyboard.press("Control+z")
    expect(page.locator(f"[id='{start}']")).to_have_value("")
    paste(page, start, ["10\t20\t30", "100\t200\t300", "3\t3\t3"])
    page.get_by_role("button", name="全部提交").first.click()
    expect(page.locator("#outcomes")).to_contain_text("已提交 3 个填报期")
    expect(page.locator("[data-restore]")).to_be_hidden()
    assert set(Submission.objects.values_list("state", flat=True)) == {"submitted"}
    assert Entry.objects.filter(submission__period__code="2023Q2").count() == 2
