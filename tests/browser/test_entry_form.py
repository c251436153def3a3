"""The entry form in a real browser: what the small script adds, and that the form does without it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from departments.models import Entry, Submission
from tests.factories import Chain, make_chain, make_task_responsibility
from tests.plan_factories import make_milestone, make_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def test_the_button_that_enter_presses_in_other_fields_saves_and_does_not_send(page, log_in, chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    page.get_by_label("数值（万亩）").fill("35.2")
    page.locator(f"[name=c{chain.stock.pk}-provisional]").press("Enter")
    page.get_by_text("草稿已保存").wait_for()
    assert Submission.objects.get().state == "draft"
    assert Entry.objects.filter(indicator=chain.stock, value="35.2").exists()


def test_quotient_and_status_are_shown_while_one_types(page, log_in, chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    page.get_by_label("综合利用量（万吨）").fill("４１２.3")
    page.get_by_label("可收集量（万吨）").fill("428.1")
    expect(page.locator("output")).to_have_text("96.3%")
    expect(page.locator("[data-trial]").first).to_contain_text("1.3个百分点")


def test_leaving_with_unsaved_figures_is_asked_about(page, log_in, chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    page.get_by_label("数值（万亩）").fill("35.2")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("window.location.href = '/inbox/'")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert chain.address in page.url
    assert page.get_by_label("数值（万亩）").input_value() == "35.2"


def test_the_whole_form_works_from_the_keyboard_and_leads_to_its_mistakes(page, log_in, chain):
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    page.get_by_label("综合利用量（万吨）").focus()
    page.keyboard.type("430")
    page.keyboard.press("Tab")
    for _ in range(10):
        if page.evaluate("document.activeElement.dataset.part") == "denominator":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("428.1")
    page.get_by_label("数值（万亩）").fill("35.2")
    page.get_by_role("button", name="提交复核").first.press("Enter")
    page.get_by_role("link", name=re.compile("大于可收集量")).click()
    assert page.evaluate("document.activeElement.id || location.hash").endswith(f"c{chain.ratio.pk}-numerator")


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_of_the_chain_scrolls_sideways(page, log_in, chain, width):
    submission = chain.sheet("returned")
    log_in(page, chain.reporter.username)
    page.set_viewport_size({"width": width, "height": 768})
    for address in ("/inbox/", chain.address, f"/submissions/{submission.pk}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_with_mistakes_and_findings_has_no_barriers(page, log_in, chain, scheme):
    make_milestone(make_task_of(chain), "2023-12-31")
    page.emulate_media(color_scheme=scheme)
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    page.get_by_label("数值（万亩）").fill("35万亩")
    page.get_by_label("综合利用量（万吨）").fill("430")
    page.get_by_label("可收集量（万吨）").fill("428.1")
    expect(page.locator("[data-findings]").first).to_contain_text("大于可收集量")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []


def make_task_of(chain):
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    task = make_task(chain.plan)
    make_task_responsibility(task, chain.department)
    return task
