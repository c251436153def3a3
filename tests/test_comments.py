"""The thread of a figure or task: who may speak, who is told, and that nothing said is ever lost."""

import pytest
from django.urls import reverse

from accounts.models import Role
from departments import actions
from departments.models import Comment, Notice
from departments.models.submission import APPROVED, DRAFT, ENDORSED, RETURNED, SUBMITTED
from targets.actions import Refused
from tests import factories as make


@pytest.fixture
def chain(db):
    return make.make_chain()


def say(chain, text="请核对可收集量。", *, by=None, **fields) -> Comment:
    where = {"department": chain.department, "period": chain.period, "indicator": chain.ratio}
    return actions.add_comment(**(where | fields), text=text, by=by or chain.reviewer)


def page_of(chain) -> str:
    return f"{chain.address}cells/c{chain.ratio.pk}/"


@pytest.mark.parametrize("state", ["", DRAFT, SUBMITTED, ENDORSED, RETURNED, APPROVED])
def test_everybody_of_the_chain_may_speak_in_every_state_and_others_may_not(chain, client, state):
    if state:
        chain.sheet(state)
    people = {
        chain.reporter: 302,
        chain.approver: 302,
        chain.reviewer: 302,
        chain.coordinator: 302,
        make.make_leader(): 403,
        make.make_reporter(make.make_department()): 404,
        make.make_administrator(): 404,
        make.make_administrator(Role.AUDIT_ADMINISTRATOR): 404,
    }
    for person, status in people.items():
        client.force_login(person)
        sent = client.post(f"{page_of(chain)}comments/", {"text": f"{person}的话"})
        assert sent.status_code == status, (person, state)
        shown = client.get(page_of(chain))
        if status == 404:
            assert shown.status_code == 404
        else:  # a leader reads, and is offered no form
            assert ('name="text"' in shown.content.decode()) == (status == 302), person
    assert Comment.objects.count() == 4


def test_what_is_too_long_or_empty_is_said_and_kept(chain, client):
    client.force_login(chain.reporter)
    page = client.post(f"{page_of(chain)}comments/", {"text": "长" * 1001})
    assert page.status_code == 422
    assert "最多 1000 字" in page.content.decode()
    assert "长" * 1001 in page.content.decode()
    assert "“意见”未填" in client.post(f"{page_of(chain)}comments/", {"text": "  "}).content.decode()


def test_a_cell_that_is_not_of_the_sheet_has_no_thread(chain, client):
    with pytest.raises(Refused, match="没有这一格"):
        say(chain, indicator=make.make_indicator(chain.plan))
    client.force_login(chain.reporter)
    assert client.post(f"{chain.address}cells/c999999/comments/", {"text": "a"}).status_code == 404


def test_nobody_speaks_in_a_closed_plan(chain, client):
    chain.plan.closed_at, chain.plan.closed_by = make.instant("2024-01-01"), chain.coordinator
    chain.plan.save()
    client.force_login(chain.reviewer)
    assert "已关闭" in client.post(f"{page_of(chain)}comments/", {"text": "a"}).content.decode()


def test_a_thread_survives_return_resubmission_and_reopening(chain, client):
    submission = chain.sheet(ENDORSED)
    say(chain, "先问一句。")
    key = f"c{chain.ratio.pk}"
    actions.return_for_correction(
        submission=submission, reason="请核实。", comments={key: "分母与年鉴不符。"}, by=chain.reviewer
    )
    submission.refresh_from_db()
    say(chain, "已按年鉴更正。", by=chain.reporter)
    actions.submit(submission=submission, by=chain.reporter)
    submission.refresh_from_db()
    actions.endorse(submission=submission, by=chain.approver)
    submission.refresh_from_db()
    actions.approve(submission=submission, by=chain.reviewer)
    submission.refresh_from_db()
    actions.reopen(submission=submission, reason="更正。", keys=[key], by=chain.coordinator)
    client.force_login(chain.reporter)
    page = client.get(page_of(chain)).content.decode()
    assert page.index("先问一句。") < page.index("分母与年鉴不符。") < page.index("已按年鉴更正。")
    assert page.count("退回时") == 1
    assert "审核员" in page
    assert chain.department.name in page


def test_the_other_side_is_told_and_the_writer_is_not(chain):
    def told() -> set[int]:
        found = set(Notice.objects.filter(kind=Notice.COMMENT).values_list("user", flat=True))
        Notice.objects.all().delete()
        return found

    inside = {chain.reporter.pk, chain.approver.pk}
    say(chain, by=chain.approver)  # before the city has seen the sheet it stays in the bureau
    assert told() == {chain.reporter.pk}
    say(chain, by=chain.reviewer)
    assert told() == inside
    say(chain, by=chain.reporter)  # who has spoken is told of the answer
    assert told() == {chain.approver.pk, chain.reviewer.pk}
    submission = chain.sheet(SUBMITTED)
    actions.endorse(submission=submission, by=chain.approver)
    Notice.objects.all().delete()
    say(chain, by=chain.reporter, indicator=chain.stock)
    assert told() == {chain.approver.pk, chain.reviewer.pk}


def test_what_is_said_is_text_and_nothing_else(chain, client):
    say(chain, "<script>alert(1)</script>\n第二行")
    client.force_login(chain.reporter)
    page = client.get(page_of(chain)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行" in page


def test_the_address_of_a_comment_takes_forms_only(chain, client):
    client.force_login(chain.reporter)
    address = reverse("departments:comment_add", args=[chain.department.code, chain.period.code, f"c{chain.ratio.pk}"])
    assert client.get(address).status_code == 405
