"""What two people and a reopening mean for a workbook: nothing a colleague wrote is overwritten unseen."""

from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from departments import actions
from departments.actions import Change
from departments.models import Entry, Submission, WorkbookUpload
from departments.sheets import Cell
from tests.factories import (
    make_chain,
    make_department,
    make_reporter,
)
from tests.workbook_editing import confirm, download, filled, loaded, run_of, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    return make_chain()


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def stored(indicator, area=None):
    entries = Entry.objects.filter(indicator=indicator)
    entry = entries.get(area=area) if area else entries.get(area__parent__isnull=True)
    return Cell.of(entry)


def change(chain, value, was="35.2"):
    """A colleague changes the stock in the form."""
    actions.save_cells(
        submission=Submission.objects.get(),
        changes={f"c{chain.stock.pk}": Change(was=Cell(value=Decimal(was)).as_text(), cell=Cell(value=Decimal(value)))},
        by=make_reporter(chain.department, display_name="填报员乙"),
    )


def test_what_a_colleague_changed_meanwhile_is_shown_and_overwritten_only_when_ticked(reporter, chain):
    chain.sheet()
    content = filled(download(reporter, chain), G6=400, G8=37)
    change(chain, "36")
    answer = upload(reporter, chain, content)
    (conflict,) = run_of(answer).conflicts
    assert (conflict.old, conflict.new, conflict.changed_by) == ("36", "37", "填报员乙")
    assert "填报员乙" in answer.content.decode()
    confirm(reporter)
    assert (stored(chain.ratio).numerator, stored(chain.stock).value) == (400, 36)
    upload(reporter, chain, content)
    confirm(reporter, overwrite=[conflict.id])
    assert stored(chain.stock).value == 37


def test_what_changes_between_dry_run_and_confirmation_is_not_overwritten_either(reporter, chain):
    chain.sheet()
    upload(reporter, chain, filled(download(reporter, chain), G6=400, G8=37))
    change(chain, "36")
    answer = confirm(reporter)
    assert "另有 1 格在您确认之前又被同事改动" in answer.content.decode()
    assert (stored(chain.ratio).numerator, stored(chain.stock).value) == (400, 36)
    (conflict,) = answer.context["run"].conflicts
    confirm(reporter, overwrite=[conflict.id])
    assert stored(chain.stock).value == 37


def test_cells_that_only_the_colleague_changed_keep_his_figures(reporter, chain):
    chain.sheet()
    content = filled(download(reporter, chain), G6=400)
    change(chain, "36")
    run = run_of(upload(reporter, chain, content))
    assert any("有 1 格同事在您下载之后改过" in notice for notice in run.notices)
    confirm(reporter)
    assert stored(chain.stock).value == 36


def test_an_upload_is_stored_once_and_only_by_its_person(reporter, chain, client):
    upload(reporter, chain, filled(download(reporter, chain), G8=35.2))
    confirm(reporter)
    assert "没有重复导入" in confirm(reporter).content.decode()
    page = f"/workbooks/{WorkbookUpload.objects.get().pk}/"
    client.force_login(make_reporter(chain.department))
    assert client.get(page).status_code == 404
    names = ["workbook.download", "workbook.upload", "submission.save", "workbook.import"]
    assert [*AuditEvent.objects.order_by("id").values_list("action", flat=True)] == names


def test_only_the_cells_that_were_reopened_come_in(reporter, chain):
    submission = chain.carried_to("approved")
    actions.reopen(submission=submission, reason="更正。", keys=[f"c{chain.stock.pk}"], by=chain.coordinator)
    content = download(reporter, chain)
    assert loaded(content)["填报"]["G6"].protection.locked
    run = run_of(upload(reporter, chain, filled(content, G6=1, G8=36)))
    assert [line.new for line in run.lines] == ["36"]
    assert "不在本次重新开放的范围内" in run.faults[0].sentence


def test_the_coordinator_fills_in_for_a_bureau_with_a_reason(client, chain):
    client.force_login(chain.coordinator)
    upload(client, chain, filled(download(client, chain), G8=35.2))
    assert confirm(client).status_code == 409
    confirm(client, on_behalf_reason="经办人请假。")
    assert Entry.objects.get().is_on_behalf


def test_others_get_no_workbook(client, chain):
    client.force_login(chain.reviewer)
    assert client.get(f"{chain.address}workbook/").status_code == 403
    client.force_login(make_reporter(make_department()))
    assert client.get(f"{chain.address}workbook/").status_code == 404
