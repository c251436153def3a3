"""A bureau asks for more time or for its sheet to be opened again; the coordinator grants or refuses."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from departments import actions, permissions
from departments.actions.requests import grant_request, make_request, refuse_request, withdraw_request
from departments.models import Extension, Notice, SheetRequest, Submission
from targets.actions import Refused
from tests.factories import Chain, make_chain, make_coordinator, make_department, make_reporter

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask(chain, kind="extension", **changes):
    arguments = {"reason": "年报尚未核定。", "by": chain.reporter, "department": chain.department}
    if kind == "extension":
        arguments["wanted_until"] = in_days(20)
    return make_request(period=chain.period, kind=kind, **(arguments | changes))


def close_window(chain):
    chain.period.closes_on = chain.period.due_on
    chain.period.save()


def test_a_bureau_asks_for_more_time_and_the_coordinator_is_told(chain):
    request = ask(chain)
    assert (request.state, request.made_by) == ("waiting", chain.reporter)
    notice = Notice.objects.get(user=chain.coordinator)
    assert "申请延期" in notice.title
    assert notice.url == reverse("departments:request_decide", args=[request.pk])
    assert AuditEvent.objects.get(action="request.make").reason == "年报尚未核定。"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "  "}, "必须写明理由"),
        ({"reason": "长" * 301}, "最多 300 字"),
        ({"wanted_until": None}, "“希望延至”未填"),
        ({"wanted_until": dt.date(2024, 1, 20)}, "须晚于现在的截止日 2024-01-20"),
        ({"wanted_until": dt.date(2024, 2, 20)}, "一年以内"),
        ({"wanted_until": dt.date(2099, 1, 1)}, "一年以内"),
    ],
)
def test_a_request_that_could_not_be_granted_says_what_to_put_right(chain, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        ask(chain, **changes)
    assert not SheetRequest.objects.exists()


def test_of_each_kind_one_request_a_sheet_waits(chain):
    ask(chain)
    with pytest.raises(Refused, match="正在等待处理"):
        ask(chain, by=chain.approver)
    assert SheetRequest.objects.count() == 1


def test_another_bureau_and_the_city_do_not_ask(chain):
    for user in (make_reporter(make_department()), chain.coordinator, chain.reviewer):
        with pytest.raises(PermissionDenied):
            ask(chain, by=user)


def test_what_was_sent_needs_no_extension_and_what_is_open_no_reopening(chain):
    with pytest.raises(PermissionDenied, match="现在就可以填写"):
        ask(chain, "reopening")
    chain.sheet("submitted")
    with pytest.raises(PermissionDenied, match="无需申请延期"):
        ask(chain)
    with pytest.raises(PermissionDenied, match="自行撤回"):
        ask(chain, "reopening")


def test_granting_an_extension_extends_in_the_same_act(chain):
    request = grant_request(request=ask(chain), by=chain.coordinator, until=in_days(10), note="同意，请抓紧。")
    assert request.state == "granted"
    assert Extension.objects.get().due_on == in_days(10)
    told = Notice.objects.filter(user=chain.reporter, key__startswith=f"request:{request.pk}:granted")
    assert "已同意" in told.get().title
    assert told.get().body == "处理意见：同意，请抓紧。"
    verbs = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(verbs) == ["request.make", "submission.extend", "request.grant"]


def test_more_time_given_by_hand_grants_the_request_that_waits(client, chain):
    request = ask(chain)
    client.force_login(chain.coordinator)
    answer = client.post(
        f"{chain.address}extension/?plan={chain.plan.code}", {"due_on": in_days(10), "reason": "统一延期。"}
    )
    assert answer.status_code == 302
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.decision_note) == (
        "granted",
        chain.coordinator,
        "统筹协调员已直接办理。",
    )
    told = Notice.objects.get(user=chain.reporter, key__startswith=f"request:{request.pk}:granted")
    assert f"开放至 {in_days(10)}" in told.title
    verbs = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(verbs) == ["request.make", "submission.extend", "request.grant"]


def test_a_window_opened_by_hand_grants_the_request_for_it_and_an_approved_sheets_goes_on_waiting(chain):
    close_window(chain)
    request = ask(chain, "reopening", wanted_until=in_days(5))
    extend = {"department": chain.department, "period": chain.period, "reason": "补报。", "by": chain.coordinator}
    actions.extend_deadline(due_on=in_days(5), **extend)
    request.refresh_from_db()
    assert request.state == "granted"
    chain.sheet("approved")
    other = ask(chain, "reopening")
    actions.extend_deadline(due_on=in_days(6), **extend)
    other.refresh_from_db()
    assert other.state == "waiting"


def test_reopening_by_hand_grants_the_request_that_waits_and_a_reopening_that_fails_leaves_it(chain):
    sheet = chain.sheet("approved")
    request = ask(chain, "reopening")
    with pytest.raises(Refused):
        actions.reopen(submission=sheet, reason=" ", by=chain.coordinator)
    request.refresh_from_db()
    assert request.state == "waiting"
    actions.reopen(submission=sheet, reason="口径更正。", by=chain.coordinator)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("granted", chain.coordinator)
    assert AuditEvent.objects.order_by("pk").last().action == "request.grant"


def test_when_extending_is_refused_the_request_goes_on_waiting(chain):
    request = ask(chain)
    with pytest.raises(Refused, match="一年以内"):
        grant_request(request=request, by=chain.coordinator, until=in_days(900))
    request.refresh_from_db()
    assert (request.state, Extension.objects.count()) == ("waiting", 0)


def test_granting_a_reopening_opens_just_the_cells_that_were_chosen(chain):
    chain.sheet("approved")
    key = f"c{chain.stock.pk}"
    request = ask(chain, "reopening", keys=[key])
    logged = AuditEvent.objects.get(action="request.make").after
    assert [chain.stock.name in cell for cell in logged["wanted_cells"]] == [True]  # a name, not a key
    grant_request(request=request, by=chain.coordinator)
    current = Submission.objects.current().get()
    assert (current.state, current.version, current.reopened_keys) == ("draft", 2, [key])
    assert not Extension.objects.exists()


def test_the_coordinator_may_open_other_cells_than_were_asked_for(chain):
    chain.sheet("approved")
    request = ask(chain, "reopening", keys=[f"c{chain.stock.pk}"])
    grant_request(request=request, by=chain.coordinator, keys=[])
    assert Submission.objects.current().get().reopened_keys == []


def test_a_cell_of_another_sheet_cannot_be_asked_for(chain):
    chain.sheet("approved")
    with pytest.raises(Refused, match="不属于这张填报单"):
        ask(chain, "reopening", keys=["c999999"])


def test_a_closed_window_is_opened_again_to_the_day_that_is_granted(chain, client):
    close_window(chain)
    with pytest.raises(PermissionDenied, match="申请重开"):
        ask(chain)
    request = ask(chain, "reopening", wanted_until=in_days(5))
    grant_request(request=request, by=chain.coordinator)
    assert Extension.objects.get().due_on == in_days(5)
    client.force_login(chain.reporter)
    answer = client.post(chain.address, chain.form())
    assert answer.status_code == 302
    assert Submission.objects.current().get().entries.count() == 2


def test_an_approved_sheet_is_reopened_also_after_its_window_closed(chain):
    chain.sheet("approved")
    close_window(chain)
    request = ask(chain, "reopening")
    grant_request(request=request, by=chain.coordinator)
    newer = Submission.objects.current().get()
    assert newer.version == 2
    assert not Extension.objects.exists()
    assert permissions.can_save(chain.reporter, newer)


def test_refusing_needs_a_note_and_tells_the_bureau(chain):
    request = ask(chain)
    with pytest.raises(Refused, match="写明原因"):
        refuse_request(request=request, note=" ", by=chain.coordinator)
    refuse_request(request=request, note="本期须按时汇总。", by=chain.coordinator)
    assert not Extension.objects.exists()
    assert Notice.objects.filter(user=chain.approver, body="处理意见：本期须按时汇总。").exists()
    assert ask(chain).state == "waiting"


def test_only_the_coordinator_decides_and_only_the_maker_takes_it_back(chain):
    request = ask(chain)
    for user in (chain.reporter, chain.reviewer, chain.approver):
        with pytest.raises(PermissionDenied):
            grant_request(request=request, by=user)
    with pytest.raises(PermissionDenied, match="本人"):
        withdraw_request(request=request, by=chain.approver)
    withdraw_request(request=request, by=chain.reporter)
    with pytest.raises(PermissionDenied, match="已撤回"):
        grant_request(request=request, by=chain.coordinator)


def test_the_database_too_keeps_one_waiting_request(chain):
    request = ask(chain)
    request.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save(force_insert=True)


# --- The pages --------------------------------------------------------------------------------------------------------


def address(chain, kind):
    query = f"?plan={chain.plan.code}&kind={kind}"
    return reverse("departments:request_make", args=[chain.department.code, chain.period.code]) + query


def test_asking_on_the_page_keeps_what_was_typed_until_it_is_right(client, chain):
    client.force_login(chain.reporter)
    answer = client.post(
        address(chain, "extension"), {"kind": "extension", "until": "2030-13-01", "reason": "等年报。"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不是有效日期" in page
    assert "2030-13-01" in page
    assert "等年报。" in page
    form = {"kind": "extension", "until": in_days(9).isoformat(), "reason": "等年报。"}
    answer = client.post(address(chain, "extension"), form, follow=True)
    assert "等待统筹协调员处理" in answer.content.decode()
    assert "撤回申请" in answer.content.decode()


def test_the_cells_to_be_reopened_are_chosen_on_the_page(client, chain):
    chain.sheet("approved")
    client.force_login(chain.reporter)
    page = client.get(address(chain, "reopening")).content.decode()
    assert page.count('name="keys"') == 2
    key = f"c{chain.ratio.pk}"
    client.post(address(chain, "reopening"), {"kind": "reopening", "keys": [key], "reason": "口径更正。"})
    request = SheetRequest.objects.get()
    assert request.keys == [key]
    client.force_login(chain.coordinator)
    page = client.get(reverse("departments:request_decide", args=[request.pk])).content.decode()
    assert f'value="{key}" checked' in page
    answer = client.post(
        reverse("departments:request_decide", args=[request.pk]),
        {"decision": "grant", "keys": [key], "reason": ""},
        follow=True,
    )
    assert "已重新开放" in answer.content.decode()
    assert Submission.objects.current().get().reopened_keys == [key]


def test_the_second_of_two_coordinators_is_told_who_was_first(client, chain):
    request = ask(chain)
    refuse_request(request=request, note="不同意。", by=chain.coordinator)
    client.force_login(make_coordinator())
    answer = client.post(reverse("departments:request_decide", args=[request.pk]), {"decision": "grant"})
    assert answer.status_code in (403, 422)
    assert "未同意" in answer.content.decode()


def test_another_bureaus_request_does_not_exist(client, chain):
    request = ask(chain)
    client.force_login(make_reporter(make_department()))
    assert client.get(reverse("departments:request_decide", args=[request.pk])).status_code == 404
    assert client.post(reverse("departments:request_withdraw", args=[request.pk])).status_code == 404


def test_the_page_for_an_extension_leads_to_the_request_that_waits(client, chain):
    request = ask(chain)
    client.force_login(chain.coordinator)
    page = client.get(f"{chain.address}extension/", {"plan": chain.plan.code}).content.decode()
    assert reverse("departments:request_decide", args=[request.pk]) in page
