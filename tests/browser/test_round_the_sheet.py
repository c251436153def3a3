"""What goes on round a sheet, with the pages alone: requests, work done for a bureau, reminders by hand, supervision,
a workbook there and back, and the reports on tasks."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.models import Entry, Evidence, MilestoneReport, Submission, SupervisionItem, TaskReport
from tests import factories as make
from tests.factories import Chain, make_chain
from tests.plan_factories import make_milestone, make_task
from tests.workbook_editing import filled


@pytest.fixture
def chain(transactional_db: None) -> Chain:
    return make_chain()


@pytest.fixture
def become(page: Page, log_in):
    """become(user): the same browser belongs to somebody else, who begins with what waits for him."""

    def become(user):
        page.context.clear_cookies()
        log_in(page, user.username)
        page.goto("/inbox/")

    return become


def in_days(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def test_an_approved_cell_says_who_locked_it_is_asked_for_opened_and_corrected(page, become, chain):
    chain.carried_to("approved")
    become(chain.reporter)
    page.goto(chain.address)
    expect(page.get_by_role("note").filter(has_text=f"已由{chain.reviewer}于")).to_contain_text("不能再改")
    page.get_by_role("link", name="申请重开").click()
    page.get_by_label(chain.stock.name).check()
    page.get_by_label("理由").fill("面积重复统计。")
    page.get_by_role("button", name="提出申请").click()
    said(page, "申请重开已提出")

    become(chain.coordinator)
    page.get_by_role("link", name="处理").first.click()
    expect(page.get_by_label(chain.stock.name)).to_be_checked()
    page.get_by_role("button", name="同意", exact=True).click()
    said(page, "已重新开放")

    become(chain.reporter)
    page.goto(chain.address)
    assert page.locator(f'[name="c{chain.ratio.pk}-numerator"]').count() == 0  # only what was opened may change
    page.locator(f'[name="c{chain.stock.pk}-value"]').fill("34.9")
    page.get_by_role("button", name="提交复核").first.click()
    said(page, "已提交")
    assert Entry.objects.filter(indicator=chain.stock).order_by("submission__version").last().value * 10 == 349


def test_more_time_is_asked_for_and_granted(page, become, chain):
    become(chain.reporter)
    page.goto(f"{chain.address}request/?plan={chain.plan.code}&kind=extension")
    page.get_by_label("希望延至").fill(in_days(12))
    page.get_by_label("理由").fill("年报未出。")
    page.get_by_role("button", name="提出申请").click()
    become(chain.coordinator)
    page.get_by_role("link", name="处理").first.click()
    page.get_by_label("延至").fill(in_days(9))
    page.get_by_role("button", name="同意", exact=True).click()
    said(page, "新的截止日已生效")
    become(chain.reporter)
    page.goto(chain.address)
    expect(page.locator(".bar-due")).to_contain_text(in_days(9))
    expect(page.locator(".bar-due")).to_contain_text("还有 9 天")


def test_the_coordinator_fills_in_for_a_bureau_and_it_stays_marked(page, become, chain):
    become(chain.coordinator)
    page.goto(chain.address)
    page.get_by_role("link", name="代填").click()
    page.locator(f'[name="c{chain.stock.pk}-value"]').fill("35.2")
    saved = page.locator("[data-saved]")
    expect(saved).to_contain_text("填写代填理由后自动保存")
    page.get_by_label("代填理由").fill("部门停电，依其传真代填。")
    expect(saved).to_contain_text("已自动保存")
    page.get_by_role("button", name="提交复核").first.click()
    expect(page.get_by_role("alert").filter(has_text="该格由统筹协调员代填")).to_be_visible()
    become(chain.reporter)
    page.goto(chain.address)
    expect(page.locator(f"#row-c{chain.stock.pk}")).to_contain_text("代填")
    expect(page.get_by_role("note").filter(has_text="依其传真代填")).to_be_visible()


def test_one_click_asks_a_bureau_that_is_late_and_it_reads_so(page, become, chain):
    become(chain.coordinator)
    page.goto(f"/review/?period={chain.plan.code}:{chain.period.code}")
    ask = page.locator(f'form[action*="/{chain.department.code}/"] button', has_text="催报").first
    ask.click()
    said(page, "通知了 2 人")
    expect(ask).to_be_disabled()
    become(chain.reporter)
    page.goto("/notices/")
    page.get_by_role("button", name="去查看").first.click()
    expect(page.locator("h1")).to_contain_text(f"{chain.department.name} · {chain.period.name}填报")


def test_a_supervision_item_goes_from_its_indicator_to_the_bureau_and_is_struck_off(page, become, chain):
    become(chain.coordinator)
    page.goto(f"/indicators/{chain.ratio.pk}/")
    page.get_by_role("link", name="督办").last.click()
    page.get_by_label("督办要求").fill("请说明进度滞后的原因。")
    page.get_by_label("反馈期限").fill(in_days(7))
    page.get_by_role("button", name="交办").click()
    said(page, "已交办")
    become(chain.reporter)
    page.get_by_role("link", name="去反馈").click()
    page.get_by_label("办理情况").fill("已补建两处收储点。")
    page.get_by_role("button", name="提交反馈").click()
    said(page, "反馈已提交")
    become(chain.coordinator)
    page.get_by_role("link", name="核实并销号").click()
    expect(page.locator("main")).to_contain_text("已补建两处收储点。")
    page.get_by_label("核实情况").fill("现场核实。")
    page.get_by_role("button", name="销号").click()
    said(page, "已销号")
    assert [step.verb for step in SupervisionItem.objects.get().steps.all()] == ["assign", "answer", "close"]


def test_a_workbook_is_downloaded_filled_in_looked_through_and_stored(page, become, chain):
    become(chain.reporter)
    page.goto(chain.address)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 填报表").click()
    content = download.value.path().read_bytes()
    page.get_by_role("link", name="上传填好的表").click()
    upload = page.get_by_label("填好的填报表")
    upload.set_input_files({"name": "乱写.xlsx", "mimeType": "application/octet-stream", "buffer": b"no workbook"})
    page.get_by_role("button", name="上传并试读").click()
    expect(page.get_by_role("alert")).to_contain_text("文件没有接收")
    changed = filled(content, G6="412.3", G7="４２８．１", G8="三十五")
    upload.set_input_files({"name": "填报表.xlsx", "mimeType": "application/octet-stream", "buffer": changed})
    page.get_by_role("button", name="上传并试读").click()
    expect(page.locator("#faults")).to_contain_text("三十五")
    expect(page.locator("#changes")).to_contain_text("412.3 / 428.1")
    assert not Entry.objects.filter(numerator__isnull=False).exists()
    page.get_by_role("button", name="确认导入，存为草稿").click()
    page.wait_for_load_state()
    page.goto(chain.address)
    assert page.locator(f'[name="c{chain.ratio.pk}-numerator"]').input_value() == "412.3"
    assert page.locator(f'[name="c{chain.stock.pk}-value"]').input_value() == ""


def test_a_task_is_reported_with_the_day_of_its_step_and_evidence(page, become, chain):
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    task = make_task(chain.plan, text="整县推进秸秆综合利用")
    make.make_task_responsibility(task, chain.department)
    step = make_milestone(task, "2023-12-31")
    become(chain.reporter)
    page.goto(chain.address)
    page.locator(f"#t{task.pk}-text").fill("已在三个县铺开。")
    page.locator(f"#t{task.pk}-m{step.pk}").fill("2023-12-20")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.locator(f"#cell-link-t{task.pk}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("链接").fill("https://example.org/bulletin")
    dialog.get_by_label("名称", exact=True).fill("工作简报")
    dialog.get_by_role("button", name="添加").click()
    expect(dialog).to_contain_text("工作简报")
    page.keyboard.press("Escape")
    expect(page.locator(f"#cell-link-t{task.pk}")).to_contain_text("佐证 1")
    assert TaskReport.objects.get().text == "已在三个县铺开。"
    assert MilestoneReport.objects.get().reached_on == dt.date(2023, 12, 20)
    assert Evidence.objects.get().task == task


def test_words_that_look_like_markup_stay_words(page, become, chain):
    """A colleague's note and name are shown by scripts, too: nothing of them becomes part of the page."""
    odd = "<img src=x onerror=document.title='hit'>"
    colleague = make.make_reporter(chain.department, display_name=odd)
    become(chain.reporter)
    page.goto(chain.address)
    note = page.locator(f"#c{chain.stock.pk}-note")
    note.fill("甲")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    Entry.objects.filter(indicator=chain.stock).update(note=odd, changed_by=colleague)
    note.fill("乙")
    against = page.locator(f"#row-c{chain.stock.pk} [data-conflict]")
    expect(against).to_contain_text("<img")
    against.get_by_role("button", name="采用对方的").click()
    expect(note).to_have_value(odd)
    assert page.locator("main img[src=x]").count() == 0
    assert page.title() != "hit"
    assert Submission.objects.count() == 1
