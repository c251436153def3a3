"""One figure from the form to the PDF, as its people do it: reporter, approver, reviewer, leader's briefing."""

import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from targets.models import DirtySeries, Plan
from tests.loaded_demonstration import put_demonstration

STRAW = "农作物秸秆综合利用率"


@pytest.fixture
def demonstration(transactional_db: None, tmp_path: Path) -> Path:
    """The plan of the first look, with its demonstration figures and accounts."""
    put_demonstration()
    return tmp_path


def log_in_by_form(page: Page, username: str, accounts: Path) -> None:
    """As a person does: log out, type the name and the password that the first run printed."""
    words = [line.split() for line in accounts.read_text(encoding="utf-8").splitlines()]
    password = next(found[2] for found in words if found[1:2] == [username])
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("header")).to_contain_text("退出")


def row_on_overview(page: Page) -> Locator:
    return page.locator("tr", has_text=STRAW).filter(has_text="稳定在95%以上")


def status_on_overview(page: Page) -> str:
    page.goto("/overview/?period=2025Q4")
    return row_on_overview(page).locator(".why .st:visible").inner_text()


def enter_and_submit(page: Page) -> None:
    page.goto("/")
    page.locator("tr", has_text="2025年四季度").get_by_role("link").first.click()
    page.get_by_label("秸秆综合利用量（万吨）").fill("412.3")
    page.get_by_label("秸秆可收集量（万吨）").fill("４２８．１")  # full-width, as an input method leaves it
    page.get_by_role("button", name="提交复核").first.click()
    expect(page.get_by_role("status").filter(has_text="填报单已提交")).to_be_visible()


def decide(page: Page, button: str) -> None:
    page.goto("/")
    page.locator("tr", has_text="市农业农村局").filter(has_text="2025年四季度").get_by_role("link").first.click()
    page.get_by_role("button", name=button).click()


def test_a_figure_goes_from_the_form_to_the_overview_and_into_the_pdf(page, demonstration):
    accounts = demonstration / "accounts.txt"
    call_command("make_demo_accounts", file=accounts)
    log_in_by_form(page, "leader", accounts)
    assert status_on_overview(page) == "明显滞后"

    log_in_by_form(page, "nongye.reporter", accounts)
    enter_and_submit(page)
    log_in_by_form(page, "nongye.approver", accounts)
    decide(page, "复核通过")
    log_in_by_form(page, "reviewer", accounts)
    decide(page, "审核通过")
    assert status_on_overview(page) == "已达标"
    expect(row_on_overview(page)).to_contain_text("96.3%")

    log_in_by_form(page, "coordinator", accounts)
    page.goto("/briefings/")
    page.get_by_label("下步建议").fill("请各责任单位于下月底前补齐终期数。")
    page.get_by_role("button", name="生成").click()
    link = page.locator("a[href$='.pdf']").first
    expect(link).to_be_visible(timeout=30_000)
    pdf = demonstration / "briefing.pdf"
    pdf.write_bytes(page.request.get(link.get_attribute("href") or "").body())
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "96.3%" in text
    assert "补齐终期数" in text
    pages = text.rstrip("\f").split("\f")
    assert all("演示数据" in one for one in pages)
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    assert embedded
    assert set(embedded) == {"yes"}
    assert "FangSong" in fonts or "FandolFang" in fonts  # the body's 仿宋


def test_without_javascript_a_real_worker_brings_the_new_status(
    browser, live_server, log_in, celery_worker, demonstration
):
    celery_worker.wait_until(lambda: not DirtySeries.objects.exists())
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, "nongye.reporter")
    enter_and_submit(page)
    log_in(page, "nongye.approver")
    decide(page, "复核通过")
    log_in(page, "reviewer")
    decide(page, "审核通过")
    celery_worker.wait_until(lambda: not DirtySeries.objects.exists(), seconds=5)
    assert status_on_overview(page) == "已达标"
    context.close()


def test_every_page_of_the_flow_says_that_the_figures_are_a_demonstration(page, log_in, demonstration):
    plan = Plan.objects.get(is_demonstration=False)
    indicator = plan.indicators.get(name=STRAW)
    for username, addresses in {
        "nongye.reporter": ["/inbox/", "/departments/nongye/periods/2025Q4/"],
        "reviewer": ["/review/"],
        "leader": ["/overview/", f"/indicators/{indicator.pk}/", "/tasks/", "/plan/", "/method/", "/briefings/"],
    }.items():
        log_in(page, username)
        for address in addresses:
            page.goto(address)
            expect(page.get_by_text("演示数据").first).to_be_visible()
