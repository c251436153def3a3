"""What the judges of a sheet see, and what becomes of what they typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments import actions
from departments.models import Comment, Submission
from departments.sheets import Cell
from tests.factories import (
    Chain,
    make_chain,
    make_department,
    make_evidence,
    make_indicator,
    make_reporter,
    make_responsibility,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def page_of(client, submission, user):
    client.force_login(user)
    answer = client.get(f"/submissions/{submission.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, submission, step, user, **fields):
    client.force_login(user)
    submission.refresh_from_db()
    data = {"lock_version": submission.lock_version} | fields
    return client.post(f"/submissions/{submission.pk}/{step}/", data)


def returned_and_sent_again(chain, client):
    """Returned with a remark on the rate, corrected, and endorsed again."""
    submission = chain.carried_to("endorsed")
    remark = {f"comment-c{chain.ratio.pk}": "可收集量与年鉴不符。"}
    assert send(client, submission, "return", chain.reviewer, reason="请核实。", **remark).status_code == 302
    submission.refresh_from_db()
    cells = {f"c{chain.stock.pk}": Cell(value=chain.cells(stock="36.7")[f"c{chain.stock.pk}"].value, note="已核实。")}
    submission = actions.save_draft(submission=submission, cells=cells, by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    return actions.endorse(submission=submission, by=chain.approver)


def test_remarks_on_cells_go_with_the_return_and_stay_after_resubmission(client, chain):
    submission = returned_and_sent_again(chain, client)
    comment = Comment.objects.get()
    assert (comment.indicator, comment.step.verb) == (chain.ratio, "return")
    page = page_of(client, submission, chain.reviewer)
    assert "可收集量与年鉴不符。" in page
    assert page.index("与上次退回时相比：改动 1 格") < page.index("本期填报数")
    assert "35.2" in page
    assert "36.7" in page
    assert page.count("退回后改动") == 1


def test_nothing_typed_is_lost_when_a_return_is_refused(client, chain):
    submission = chain.carried_to("endorsed")
    fields = {f"comment-c{chain.stock.pk}": "请附台账。", "reason": " "}
    answer = send(client, submission, "return", chain.reviewer, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "必须写明理由" in page
    assert "请附台账。</textarea>" in page
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("step", "state", "who"), [("approve", "endorsed", "reviewer"), ("endorse", "submitted", "approver")]
)
def test_words_meant_for_a_return_are_not_dropped_by_the_other_button(client, chain, step, state, who):
    submission = chain.carried_to(state)
    fields = {f"comment-c{chain.stock.pk}": "请附台账。"}
    answer = send(client, submission, step, getattr(chain, who), **fields)
    assert answer.status_code == 422
    assert "请附台账。</textarea>" in answer.content.decode()
    submission.refresh_from_db()
    assert submission.state == state


def test_a_correction_is_read_against_what_was_approved(client, chain):
    submission = actions.approve(submission=chain.carried_to("endorsed"), by=chain.reviewer)
    keys = [f"c{chain.stock.pk}"]
    assert send(client, submission, "reopen", chain.coordinator, reason="口径更正。", keys=keys).status_code == 302
    newer = Submission.objects.current().get()
    assert newer.reopened_keys == keys
    cells = {keys[0]: Cell(value=chain.cells(stock="35.9")[keys[0]].value, note="更正。")}
    actions.save_draft(submission=newer, cells=cells, by=chain.reporter)
    page = page_of(client, newer, chain.reviewer)
    assert "与上次通过审核的版本相比：改动 1 格" in page
    assert "本版只重新开放 1 格" in page


def test_reopening_is_refused_with_the_cells_still_ticked(client, chain):
    submission = chain.sheet("approved")
    answer = send(client, submission, "reopen", chain.coordinator, reason="", keys=[f"c{chain.stock.pk}"])
    assert answer.status_code == 422
    assert f'value="c{chain.stock.pk}" checked' in answer.content.decode()


def test_the_reviewer_goes_on_to_the_next_sheet(client, chain):
    other, indicator = make_department(), make_indicator(chain.plan)
    make_responsibility(indicator, other)
    second = make_submission(other, chain.period, state="endorsed", entries={indicator: "12"})
    first = chain.sheet("endorsed")
    assert f"/submissions/{second.pk}/" in page_of(client, first, chain.reviewer)
    assert send(client, first, "approve", chain.reviewer, go="next").url == f"/submissions/{second.pk}/"
    answer = send(client, second, "return", chain.reviewer, go="next", reason="请核实。")
    assert answer.url == "/review/"


def test_an_approved_sheet_says_by_whom_and_offers_to_ask_for_it(client, chain):
    submission = chain.sheet("approved")
    page = page_of(client, submission, chain.reporter)
    assert chain.reviewer.display_name in page
    assert reverse("departments:request_make", args=[chain.department.code, chain.period.code]) in page
    assert "申请重开" in page
    assert "申请延期</a>" not in page


def test_evidence_stands_beside_its_figure(client, chain):
    submission = chain.carried_to("endorsed")
    evidence = make_evidence(chain.department, chain.period, chain.stock)
    page = page_of(client, submission, chain.reviewer)
    assert evidence.title in page


def test_every_sending_can_be_read_as_it_was(client, chain):
    submission = returned_and_sent_again(chain, client)
    first, second = submission.snapshots.order_by("number")
    page = page_of(client, submission, chain.reviewer)
    assert first.sha256 in page
    assert second.sha256 in page
    page = client.get(reverse("departments:snapshot", args=[first.pk])).content.decode()
    assert "核对一致" in page
    assert "35.2" in page
    assert "36.7" not in page


def test_another_bureau_reads_no_snapshot(client, chain):
    submission = chain.carried_to("submitted")
    client.force_login(make_reporter(make_department()))
    assert client.get(reverse("departments:snapshot", args=[submission.snapshots.get().pk])).status_code == 404


def test_the_page_needs_no_more_queries_for_more_rows(client, chain):
    def queries(submission):
        with CaptureQueriesContext(connection) as captured:
            page_of(client, submission, chain.reviewer)
        return len(captured)

    few = queries(chain.sheet("endorsed"))
    other = make_department()
    entries = {}
    for number in range(8):
        indicator = make_indicator(chain.plan)
        make_responsibility(indicator, other)
        entries[indicator] = str(number)
    many = make_submission(other, chain.period, state="endorsed", entries=entries)
    assert queries(many) <= few
