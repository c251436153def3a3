"""The login ends while somebody fills in a sheet: after the login what he typed is there, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from departments.models import Entry, Notice
from departments.notifying import tell
from tests.factories import make_chain

PASSWORD = "清洁生产-Gut-2025"


@pytest.fixture
def chain(transactional_db):
    chain = make_chain()
    chain.reporter.set_password(PASSWORD)
    chain.reporter.save()
    return chain


def log_in_by_form(page, person):
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_without_scripts_a_sheet_sent_after_the_login_ended_is_saved_after_the_next(browser, live_server, chain):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(chain.address)
    log_in_by_form(page, chain.reporter)
    page.goto(chain.address)
    page.locator(f'[name="c{chain.stock.pk}-value"]').fill("35.2")
    Session.objects.all().delete()
    page.get_by_role("button", name="保存草稿").first.click()
    expect(page.get_by_text("没有保存，但还留着")).to_be_visible()
    log_in_by_form(page, chain.reporter)
    expect(page.get_by_role("heading", name="登录前填写的内容还在")).to_be_visible()
    expect(page.get_by_role("cell", name="35.2", exact=True)).to_be_visible()
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_text("草稿已保存").first).to_be_visible()
    assert str(Entry.objects.get(indicator=chain.stock).value.normalize()) == "35.2"
    context.close()


def test_notices_and_what_was_kept_are_free_of_barriers_and_fit_a_narrow_screen(page, log_in, chain):
    tell(
        users=[chain.reporter], kind=Notice.NUDGE, key="a", title="催报：填报单", body="请尽快提交。", url=chain.address
    )
    sheet = chain.sheet("submitted", submitted_by=chain.approver)
    page.goto("/login/")
    log_in_by_form(page, chain.reporter)
    page.goto(f"/submissions/{sheet.pk}/")
    expect(page.locator(".bell")).to_contain_text("通知1条未读")
    Session.objects.all().delete()
    page.get_by_role("button", name="撤回").first.click()
    log_in_by_form(page, chain.reporter)
    expect(page.get_by_role("heading", name="登录前填写的内容还在")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/login/kept/", "/notices/", "/profile/"):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto("/notices/")
    page.get_by_role("button", name="去查看").click()
    page.wait_for_url(f"**{chain.address}*")
    assert Notice.objects.get().read_at is not None
