"""Evidence is added over the sheet: what is being typed in the grid stays where it is."""

import datetime as dt

from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.actions.supervising import assign
from departments.models import Evidence
from tests import factories as make
from tests import sample_files as sample


def test_evidence_is_added_without_leaving_what_is_typed(page: Page, log_in, transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    chain = make.make_chain()
    log_in(page, chain.reporter.username)
    page.goto(chain.address)
    note, link = page.locator(f"#c{chain.ratio.pk}-note"), page.locator(f"#cell-link-c{chain.ratio.pk}")
    note.fill("按年鉴口径")
    link.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("文件（可选多个）").set_input_files(
        [
            {"name": "统计公报.pdf", "mimeType": "application/pdf", "buffer": sample.PDF},
            {"name": "伪装.pdf", "mimeType": "application/pdf", "buffer": sample.EXE},
        ]
    )
    dialog.get_by_label("发表意见").fill("请看公报第三页。")
    dialog.get_by_role("button", name="添加").click()
    expect(dialog.get_by_role("alert")).to_contain_text("“伪装.pdf”的内容不是 PDF 文件")
    expect(dialog.get_by_role("alert")).to_be_in_viewport()
    expect(dialog.get_by_label("发表意见")).to_have_value("请看公报第三页。")
    dialog.get_by_role("button", name="发出").click()
    expect(dialog.get_by_role("status")).to_have_text("意见已发出。")
    page.keyboard.press("Escape")
    expect(link).to_have_text("佐证 1，意见 1")
    expect(link).to_be_focused()
    expect(note).to_have_value("按年鉴口径")
    with page.expect_download() as download:
        page.goto(f"{chain.address}cells/c{chain.ratio.pk}/")
        page.get_by_role("link", name="统计公报.pdf").click()
    assert download.value.suggested_filename == "统计公报.pdf"
    assert download.value.path().read_bytes() == sample.PDF
    assert Evidence.objects.get().sha256


def test_an_answer_to_supervision_that_is_being_written_outlives_adding_a_link(page: Page, log_in, transactional_db):
    chain = make.make_chain()
    item = assign(
        department=chain.department,
        demand="请说明原因。",
        due_on=timezone.localdate() + dt.timedelta(days=9),
        by=chain.coordinator,
        indicator=chain.ratio,
    )
    log_in(page, chain.reporter.username)
    page.goto(f"/supervision/{item.pk}/")
    page.get_by_label("办理情况（必填）").fill("正在整改。")
    page.get_by_text("添加文件或链接").click()
    page.get_by_label("或链接地址").fill("https://example.org/ledger")
    page.get_by_label("链接名称").fill("台账")
    page.get_by_role("button", name="添加").click()
    page.get_by_text("已添加佐证材料“台账”。").wait_for()
    expect(page.get_by_label("办理情况（必填）")).to_have_value("正在整改。")
    page.get_by_role("button", name="提交反馈").click()
    page.get_by_text("反馈已提交").wait_for()
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('words:'))") == []
    assert item.steps.get(verb="answer").text == "正在整改。"
