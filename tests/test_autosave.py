"""Saving while one types: cell by cell, never over what somebody else stored, once for each request."""

import json
from decimal import Decimal

import pytest

from departments import actions
from departments.models import Entry, Submission
from departments.sheets import Cell
from tests.factories import (
    Chain,
    make_baseline,
    make_chain,
    make_department,
    make_observation,
    make_period,
    make_reporter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def post(client, chain, fields, *, act="autosave", key="", user=None, query="", **more):
    body = {"fields": fields, "user": str((user or chain.reporter).pk)} | more
    headers = {"Idempotency-Key": key} if key else {}
    address = f"{chain.address}{act}/{query}"
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def stock(chain, value, **more):
    key = f"c{chain.stock.pk}"
    return {f"{key}-value": value, f"{key}-state": "number", f"{key}-note": "", f"{key}-was": Cell().as_text()} | {
        f"{key}-{name}": text for name, text in more.items()
    }


def ratio(chain, numerator, denominator):
    key = f"c{chain.ratio.pk}"
    return {
        f"{key}-numerator": numerator,
        f"{key}-denominator": denominator,
        f"{key}-state": "number",
        f"{key}-note": "",
        f"{key}-was": Cell().as_text(),
    }


def test_a_typed_cell_is_stored_and_the_answer_says_what_it_is_now(reporter, chain):
    answer = post(reporter, chain, stock(chain, "３５.2")).json()
    row = answer["rows"][f"c{chain.stock.pk}"]
    assert row["stored"] is True
    assert row["was"] == Cell(value=Decimal("35.2")).as_text()
    assert (answer["filled"], answer["lock_version"]) == (1, 1)
    assert Entry.objects.get().value == Decimal("35.2")


def test_what_cannot_be_read_is_not_stored_and_the_other_rows_are(reporter, chain):
    rows = post(reporter, chain, stock(chain, "35万亩") | ratio(chain, "412.3", "428.1")).json()["rows"]
    assert rows[f"c{chain.stock.pk}"]["stored"] is False
    assert "请只填数字" in rows[f"c{chain.stock.pk}"]["errors"]["value"]
    assert rows[f"c{chain.ratio.pk}"]["quotient"] == "96.3%"
    assert Entry.objects.get().indicator == chain.ratio


def test_only_unreadable_rows_open_no_sheet(reporter, chain):
    post(reporter, chain, stock(chain, "很多"))
    assert not Submission.objects.exists()


def test_a_cell_that_a_colleague_changed_is_shown_and_not_written_over(reporter, chain):
    post(reporter, chain, stock(chain, "35.2"))
    colleague = make_reporter(chain.department, display_name="填报员乙")
    cells = {f"c{chain.stock.pk}": Cell(value=Decimal(36))}
    actions.save_draft(submission=Submission.objects.get(), cells=cells, by=colleague)
    was = Cell(value=Decimal("35.2")).as_text()
    row = post(reporter, chain, stock(chain, "37", was=was)).json()["rows"][f"c{chain.stock.pk}"]
    assert row["stored"] is False
    assert (row["conflict"]["by"], row["conflict"]["words"], row["conflict"]["mine"]) == ("填报员乙", "36", "37")
    assert row["conflict"]["fields"][f"c{chain.stock.pk}-value"] == "36"
    assert Entry.objects.get().value == 36
    # He keeps his own, having seen the other's.
    post(reporter, chain, stock(chain, "37", was=row["conflict"]["was"]))
    assert Entry.objects.get().value == 37


def test_rows_that_a_colleague_changed_meanwhile_come_along(reporter, chain):
    colleague = make_reporter(chain.department, display_name="填报员乙")
    submission = actions.open_submission(department=chain.department, period=chain.period, by=colleague)
    actions.save_draft(submission=submission, cells={f"c{chain.stock.pk}": Cell(value=Decimal(36))}, by=colleague)
    seen = {f"c{chain.stock.pk}": Cell().as_text(), f"c{chain.ratio.pk}": Cell().as_text()}
    rows = post(reporter, chain, ratio(chain, "412.3", "428.1"), seen=seen).json()["rows"]
    assert rows[f"c{chain.stock.pk}"]["by"] == "填报员乙"
    assert rows[f"c{chain.stock.pk}"]["fields"][f"c{chain.stock.pk}-value"] == "36"


def test_a_repeated_request_has_its_effect_once(reporter, chain):
    first = stock(chain, "35.2")
    post(reporter, chain, first, key="abc")
    # Somebody takes it back to what the repeated request believes to have seen.
    actions.save_draft(submission=Submission.objects.get(), cells={f"c{chain.stock.pk}": Cell()}, by=chain.reporter)
    row = post(reporter, chain, first, key="abc").json()["rows"][f"c{chain.stock.pk}"]
    assert Entry.objects.get().value is None
    assert row["conflict"]["words"] == "（空）"


def test_a_page_of_another_account_saves_nothing(reporter, chain):
    answer = post(reporter, chain, stock(chain, "35.2"), user=make_reporter(chain.department))
    assert answer.status_code == 409
    assert "另一个账号" in answer.json()["message"]
    assert not Entry.objects.exists()


def test_a_sheet_that_was_sent_meanwhile_says_so(reporter, chain):
    chain.sheet("submitted")
    answer = post(reporter, chain, stock(chain, "35.9"))
    assert answer.status_code == 403
    assert answer.json()["is_over"] is True
    assert "等待本部门复核人复核" in answer.json()["message"]


def test_it_turns_away_another_bureau(client, chain):
    other = make_reporter(make_department())
    client.force_login(other)
    for act in ("autosave", "trial"):
        assert post(client, chain, stock(chain, "1"), act=act, user=other).status_code == 404


def test_the_coordinator_fills_in_only_where_he_says_so_and_why(client, chain):
    client.force_login(chain.coordinator)
    mine = {"user": chain.coordinator}
    assert post(client, chain, stock(chain, "35.2"), **mine).status_code == 403
    assert "data-entry" not in client.get(chain.address).content.decode()
    assert "代填理由" in client.get(f"{chain.address}?on_behalf=1").content.decode()
    refused = post(client, chain, stock(chain, "35.2"), query="?on_behalf=1", **mine)
    assert refused.status_code == 409
    assert "理由" in refused.json()["message"]
    assert not Submission.objects.exists()
    post(client, chain, stock(chain, "35.2"), query="?on_behalf=1", reason="局内网络中断，来电报数。", **mine)
    assert Entry.objects.get().is_on_behalf


def test_what_is_not_ours_is_refused_with_a_sentence(reporter, chain):
    for body in ("{", "[]", '{"fields": {"a": 1}}'):
        answer = reporter.post(f"{chain.address}autosave/", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["message"].endswith("。")


def test_a_trial_shows_findings_and_status_and_stores_nothing(reporter, chain):
    make_baseline(chain.stock, "20")
    make_observation(chain.stock, chain.period, "30", is_provisional=True)
    make_period(chain.plan, "2024Q1")  # a later one: this period is judged as of its own due day
    rows = post(reporter, chain, stock(chain, "96") | ratio(chain, "5", "4"), act="trial").json()["rows"]
    assert rows[f"c{chain.stock.pk}"]["trial"] == {
        "label": "已达标",
        "tone": "ok",
        "words": "按 96.0万亩，高于目标1.0万亩",
    }
    assert rows[f"c{chain.ratio.pk}"]["findings"][0]["level"] == "error"
    assert rows[f"c{chain.ratio.pk}"]["trial"] is None
    assert not Submission.objects.exists()
    page = reporter.get(chain.address).content.decode()
    assert "现行数为快报，待核定" in page


def test_a_percent_sign_is_read_where_the_unit_is_percent(reporter, chain):
    chain.stock.unit = "%"
    chain.stock.save()
    post(reporter, chain, stock(chain, "35.2％"))
    assert Entry.objects.get().value == Decimal("35.2")
