"""催报 by hand: one click, once a day, told to the bureau's people and written down."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEvent
from departments.actions.nudging import NudgedToday, nudge, nudge_overdue, nudges_of
from departments.models import Delivery, Notice, Nudge
from targets.actions import Refused
from tests import factories as make
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def ask(chain, **kwargs):
    return nudge(department=chain.department, period=chain.period, by=chain.coordinator, **kwargs)


def test_reporters_and_approvers_are_told_and_it_is_written_down(chain, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.REMINDER_ROBOTS = ["wecom:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f8d"]
    chain.approver.email = "fuhe@example.org"
    chain.approver.save()
    make.make_reporter(make.make_department())
    assert ask(chain) == 2
    assert set(Notice.objects.values_list("user", flat=True)) == {chain.reporter.pk, chain.approver.pk}
    notice = Notice.objects.get(user=chain.reporter)
    assert notice.kind == Notice.NUDGE
    assert "已逾期" in notice.body
    assert notice.url.startswith(chain.address)
    assert list(Delivery.objects.values_list("channel", "address")) == [("email", "fuhe@example.org")]
    event = AuditEvent.objects.get(action="submission.nudge")
    assert event.actor == chain.coordinator
    assert event.after["sheet_state"] in ("未填报", "填报中")
    assert Nudge.objects.get().by == chain.coordinator


def test_the_second_click_of_a_day_says_so_and_the_next_day_is_free(chain):
    ask(chain)
    with pytest.raises(NudgedToday, match="今天已催报"):
        nudge(department=chain.department, period=chain.period, by=chain.reviewer)
    assert ask(chain, at=timezone.now() + dt.timedelta(days=1)) == 2
    known = nudges_of([chain.period])[chain.department.pk, chain.period.pk]
    assert known.times == 2
    assert Notice.objects.filter(user=chain.reporter).count() == 2


@pytest.mark.parametrize("state", ["submitted", "endorsed", "approved"])
def test_a_sheet_that_was_sent_is_not_asked_for(chain, state):
    chain.sheet(state)
    with pytest.raises(Refused, match="已提交"):
        ask(chain)
    assert not Nudge.objects.exists()


def test_a_bureau_that_owes_nothing_or_has_nobody_is_not_asked(chain):
    with pytest.raises(Refused, match="没有需要报送"):
        nudge(department=make.make_department(), period=chain.period, by=chain.coordinator)
    chain.department.memberships.all().delete()
    with pytest.raises(Refused, match="没有启用的填报人"):
        ask(chain)


def test_only_the_coordinator_and_the_reviewer_may_ask(client, chain):
    for person in (chain.reporter, chain.approver, make.make_leader()):
        with pytest.raises(PermissionDenied, match="只有统筹协调员和审核员可以催报。"):
            nudge(department=chain.department, period=chain.period, by=person)
    client.force_login(chain.reporter)
    assert client.post(f"{chain.address}nudge/").status_code == 403
    assert client.post("/review/nudge-overdue/", {"period": f"{chain.plan.code}:2023Q4"}).status_code == 403
    assert not Nudge.objects.exists()


def test_one_click_asks_and_leads_back_to_the_list_of_the_period(client, chain):
    client.force_login(chain.coordinator)
    answer = client.post(f"{chain.address}nudge/?plan={chain.plan.code}", follow=True)
    assert answer.redirect_chain[-1][0] == f"/review/?period={chain.plan.code}%3A2023Q4"
    assert "通知了 2 人" in answer.text
    again = client.post(f"{chain.address}nudge/", {"next": "/inbox/"}, follow=True)
    assert again.redirect_chain[-1][0] == "/inbox/"  # back to the page that the button stood on
    assert "今天已催报过" in again.text
    away = client.post(f"{chain.address}nudge/", {"next": "https://example.org/"})
    assert away.url.startswith("/review/")
    assert client.get(f"{chain.address}nudge/").status_code == 405


def test_every_overdue_bureau_of_a_period_is_asked_at_once(client, chain):
    other, silent, done = make.make_department(), make.make_department(), make.make_department()
    for department in (other, silent, done):
        make.make_responsibility(make.make_indicator(chain.plan), department)
    make.make_reporter(other)
    make.make_submission(done, chain.period, state="submitted")
    ask(chain)
    client.force_login(chain.reviewer)
    text = client.post("/review/nudge-overdue/", {"period": f"{chain.plan.code}:2023Q4"}, follow=True).text
    assert f"已催报 1 个逾期部门：{other.name}。" in text
    assert f"1 个部门今天已催报过，没有重复通知：{chain.department.name}。" in text
    assert f"{silent.name}没有启用的填报人或复核人账号" in text
    assert Nudge.objects.count() == 2
    made = nudge_overdue(period=chain.period, by=chain.coordinator)
    assert made.asked == ()
