"""Notices: who is told of a step, the list of one's own, the count in the header, the address for mails."""

import pytest

from accounts.models import AuditEvent
from departments import actions
from departments.models import Notice
from departments.notifying import tell
from tests import factories as make
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def told_since(count):
    return {(notice.user, notice.title.partition("：")[0]) for notice in Notice.objects.order_by("pk")[count:]}


def test_each_step_tells_those_whom_the_sheet_waits_for_and_not_the_one_who_took_it(chain):
    colleague = make.make_reporter(chain.department)
    make.make_reporter(make.make_department())
    sheet = chain.sheet("draft")
    sheet = actions.submit(submission=sheet, by=chain.reporter)
    assert told_since(0) == {(chain.approver, "待复核")}
    sheet = actions.return_for_correction(submission=sheet, reason="请核实。", by=chain.approver)
    assert told_since(1) == {(chain.reporter, "已退回"), (colleague, "已退回")}
    assert "理由：请核实。" in Notice.objects.get(user=colleague).body
    sheet = actions.submit(submission=sheet, by=colleague)
    count = Notice.objects.count()
    sheet = actions.endorse(submission=sheet, by=chain.approver)
    assert told_since(count) == {(chain.reviewer, "待审核")}
    count = Notice.objects.count()
    sheet = actions.approve(submission=sheet, by=chain.reviewer)
    assert told_since(count) == {(colleague, "审核通过")}
    count = Notice.objects.count()
    actions.reopen(submission=sheet, reason="更正。", by=chain.coordinator)
    assert told_since(count) == {(chain.reporter, "已重新打开"), (colleague, "已重新打开")}


def test_who_moves_a_sheet_on_has_settled_what_he_was_told_of_it(chain):
    submission = actions.submit(submission=chain.sheet(), by=chain.reporter)
    submission = actions.return_for_correction(submission=submission, reason="请核实。", by=chain.approver)
    unread = Notice.objects.filter(read_at__isnull=True)
    assert [notice.user for notice in unread] == [chain.reporter]
    actions.submit(submission=submission, by=chain.reporter)
    assert [notice.user for notice in unread.all()] == [chain.approver]


def test_a_step_that_did_not_happen_tells_nobody(chain):
    sheet = chain.sheet("submitted")
    with pytest.raises(actions.Conflict):
        actions.endorse(submission=sheet, by=chain.approver, lock_version=99)
    assert not Notice.objects.exists()


def test_the_same_thing_is_told_once(chain):
    for _ in range(2):
        tell(users=[chain.reporter, chain.approver], kind=Notice.STEP, key="step:1", title="待复核")
    assert Notice.objects.count() == 2


def test_the_list_shows_ones_own_notices_and_nobody_elses(client, chain):
    tell(users=[chain.reporter], kind=Notice.STEP, key="a", title="给填报人的通知", url=chain.address)
    tell(users=[chain.approver], kind=Notice.STEP, key="b", title="给复核人的通知", url=chain.address)
    client.force_login(chain.reporter)
    text = client.get("/notices/").text
    assert "给填报人的通知" in text
    assert "给复核人的通知" not in text
    other = Notice.objects.get(user=chain.approver)
    assert client.post(f"/notices/{other.pk}/").status_code == 404
    client.post("/notices/read/", {"notice": str(other.pk)})
    client.post("/notices/read/", {"notice": "x"})
    client.post("/notices/read/")
    other.refresh_from_db()
    assert other.read_at is None
    assert Notice.objects.get(user=chain.reporter).read_at is not None


def test_opening_a_notice_marks_it_as_read_and_leads_on_but_only_within_the_site(client, chain):
    tell(users=[chain.reporter], kind=Notice.STEP, key="a", title="待复核", url=chain.address)
    tell(users=[chain.reporter], kind=Notice.STEP, key="b", title="外面", url="https://example.org/")
    client.force_login(chain.reporter)
    inside, outside = Notice.objects.order_by("key")
    assert client.get(f"/notices/{inside.pk}/").status_code == 405
    assert Notice.objects.filter(read_at__isnull=True).count() == 2
    assert client.post(f"/notices/{inside.pk}/").url == chain.address
    assert client.post(f"/notices/{outside.pk}/").url == "/notices/"
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_the_header_of_every_page_counts_what_is_unread(client, chain):
    client.force_login(chain.reporter)
    assert "条未读</span>" not in client.get("/notices/").text
    for number in range(3):
        tell(users=[chain.reporter], kind=Notice.STEP, key=str(number), title="待复核")
    assert '<b>3</b><span class="vh">条未读</span>' in client.get("/inbox/").text


def test_one_sets_ones_own_address_and_it_is_written_down(client, chain):
    client.force_login(chain.reporter)
    assert client.get("/profile/").status_code == 200
    wrong = client.post("/profile/", {"email": "nongye@"})
    assert wrong.status_code == 422
    assert "“电子邮箱”的格式不正确" in wrong.text
    assert 'value="nongye@"' in wrong.text
    client.post("/profile/", {"email": "nongye@example.org"})
    client.post("/profile/", {"email": "nongye@example.org"})
    chain.reporter.refresh_from_db()
    assert chain.reporter.email == "nongye@example.org"
    event = AuditEvent.objects.get(action="user.email")
    assert (event.before, event.after) == ({"email": ""}, {"email": "nongye@example.org"})
    client.post("/profile/", {"email": ""})
    chain.reporter.refresh_from_db()
    assert chain.reporter.email == ""


def test_the_coordinator_sets_the_rule_and_what_was_typed_wrong_stays(client, chain):
    client.force_login(chain.coordinator)
    assert 'value="7、3、1"' in client.get(f"/reminders/?plan={chain.plan.code}").text
    sent = {"plan": chain.plan.code, "days_before": "10、五", "late_every": "0", "escalate_after": "4"}
    wrong = client.post("/reminders/", sent)
    assert wrong.status_code == 422
    assert 'value="10、五"' in wrong.text
    assert "“截止前几天提醒”须是" in wrong.text
    assert "“逾期后每几天提醒一次”须是" in wrong.text
    client.post("/reminders/", sent | {"days_before": "5 10，5", "late_every": "2"})
    rule = chain.plan.reminder_rule
    assert (rule.days_before, rule.late_every, rule.escalate_after) == ([10, 5], 2, 4)
    assert AuditEvent.objects.get(action="reminders.rule").before["days_before"] == [7, 3, 1]
    client.force_login(chain.reporter)
    assert client.get("/reminders/").status_code == 403
