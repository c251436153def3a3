"""One digest a person and day, whatever runs are lost or doubled; by mail and for robots only where they are set up."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from departments.digests import NOTHING_LEFT, OF_ANOTHER_DAY, refresh_waiting, remind
from departments.models import Delivery, Notice, ReminderRule, SupervisionItem
from departments.tasks import remind as remind_task
from tests import factories as make
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db

ROBOT = "wecom:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f8d"


def at(chain: Chain, offset: int, hour: int = 9) -> dt.datetime:
    day = chain.period.due_on + dt.timedelta(days=offset)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def told(user):
    return [notice.body for notice in Notice.objects.filter(user=user, kind=Notice.DIGEST).order_by("made_at")]


def test_the_reporter_is_told_of_a_missing_sheet_with_the_day_and_the_way_to_it(chain):
    assert remind(now=at(chain, -3)) == 1
    notice = Notice.objects.get()
    assert notice.user == chain.reporter
    assert notice.title == "报送提醒：1 项待办"
    assert "2023年四季度填报单1月20日截止，还有 3 天，尚未提交。" in notice.body
    assert notice.url.startswith(chain.address)


def test_a_run_that_came_twice_tells_nobody_twice(chain):
    assert remind(now=at(chain, 3)) == 1
    assert remind(now=at(chain, 3, hour=17)) == 0
    assert Notice.objects.count() == 1


def test_after_days_without_a_run_there_is_one_digest_about_today(chain):
    remind(now=at(chain, -7))
    assert remind(now=at(chain, 4)) == 1
    assert len(told(chain.reporter)) == 2
    assert "已逾期 4 天" in told(chain.reporter)[-1]


def test_nobody_is_told_at_night(chain):
    assert remind(now=at(chain, 0, hour=7)) == 0
    assert remind(now=at(chain, 0, hour=8)) == 1


@pytest.mark.parametrize("state", ["submitted", "endorsed", "approved"])
def test_whoever_has_sent_his_sheet_is_left_alone(chain, state):
    chain.sheet(state, first_submitted_on=chain.period.due_on)
    for offset in (-3, 0, 3, 5, 6):
        assert remind(now=at(chain, offset)) == 0


def test_a_draft_counts_as_missing_and_a_returned_sheet_as_to_be_corrected(chain):
    sheet = chain.sheet("draft")
    remind(now=at(chain, 0))
    sheet.delete()
    chain.sheet("returned", first_submitted_on=chain.period.due_on)
    remind(now=at(chain, 3))
    first, second = told(chain.reporter)
    assert "尚未提交" in first
    assert "尚未重新提交" in second


def test_the_approver_is_told_after_some_days_and_asked_to_press(chain):
    for offset in range(5):
        remind(now=at(chain, offset))
    assert told(chain.approver) == []
    remind(now=at(chain, 5))
    assert "请督促填报人办理" in told(chain.approver)[0]


def test_the_rule_of_the_plan_counts(chain):
    ReminderRule.objects.create(plan=chain.plan, days_before=[10], late_every=30, escalate_after=0)
    assert remind(now=at(chain, -10)) == 1
    assert [remind(now=at(chain, offset)) for offset in (-3, 0, 3, 6)] == [0, 1, 0, 0]
    assert told(chain.approver) == []


def test_all_sheets_and_demands_of_a_person_stand_in_one_digest(chain):
    later = make.make_period(chain.plan, "2024Q1", due_on=chain.period.due_on + dt.timedelta(days=91))
    SupervisionItem.objects.create(
        plan=chain.plan,
        number=4,
        department=chain.department,
        indicator=chain.ratio,
        demand="说明原因。",
        due_on=later.due_on,
        assigned_at=at(chain, 0),
        assigned_by=chain.coordinator,
    )
    remind(now=timezone.make_aware(dt.datetime.combine(later.due_on, dt.time(9))))
    notice = Notice.objects.get(user=chain.reporter)
    assert notice.title == "报送提醒：3 项待办，其中 1 项已逾期"
    first, second, third = notice.body.split("\n")
    assert "2023年四季度" in first
    assert "2024年一季度" in second
    assert "督办第4号（秸秆综合利用率）" in third
    assert "尚未反馈" in third


def test_a_sheet_whose_window_is_closed_or_whose_plan_is_closed_is_not_asked_for(chain):
    chain.period.closes_on = chain.period.due_on + dt.timedelta(days=4)
    chain.period.save()
    assert remind(now=at(chain, 5)) == 0
    chain.period.closes_on = None
    chain.period.save()
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    assert remind(now=at(chain, 6)) == 0


def test_an_account_that_is_closed_or_of_another_role_is_not_told(chain):
    chain.reporter.is_active = False
    chain.reporter.save()
    assert remind(now=at(chain, 0)) == 0


def test_mails_are_made_only_with_a_mail_server_and_an_address(chain, settings):
    chain.reporter.email = "nongye@example.org"
    chain.reporter.save()
    remind(now=at(chain, -3))
    assert not Delivery.objects.exists()
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.SITE_URL = "https://targets.example.org"
    remind(now=at(chain, 5))  # the approver has no address
    mail = Delivery.objects.get()
    assert (mail.channel, mail.address) == ("email", "nongye@example.org")
    assert f"https://targets.example.org{chain.address}" in mail.body
    assert Notice.objects.filter(user=chain.approver).exists()


@pytest.fixture
def mailed(chain, settings):
    """A digest that waits: by mail to the reporter, and to a robot."""
    settings.EMAIL_URL, settings.REMINDER_ROBOTS = "smtp://mail.example.org", [ROBOT]
    chain.reporter.email = "nongye@example.org"
    chain.reporter.save()
    remind(now=at(chain, 3))
    assert Delivery.objects.count() == 2
    return Delivery.objects


def test_a_digest_that_had_to_wait_is_not_sent_to_who_has_submitted_meanwhile(chain, mailed):
    refresh_waiting(now=at(chain, 3, hour=10))
    assert mailed.filter(given_up_at=None).count() == 2
    chain.sheet("submitted", first_submitted_on=chain.period.due_on)
    refresh_waiting(now=at(chain, 3, hour=11))
    assert mailed.filter(given_up_at=None).count() == 0
    assert {each.last_error for each in mailed.all()} == {NOTHING_LEFT}


def test_what_was_done_while_a_digest_waited_is_taken_out_of_it(chain, mailed):
    SupervisionItem.objects.create(
        plan=chain.plan,
        number=4,
        department=chain.department,
        indicator=chain.ratio,
        demand="说明原因。",
        due_on=chain.period.due_on,
        assigned_at=at(chain, 0),
        assigned_by=chain.coordinator,
    )
    Notice.objects.all().delete()
    mailed.all().delete()
    remind(now=at(chain, 3))
    assert mailed.get(channel="email").title == "报送提醒：2 项待办，其中 2 项已逾期"
    chain.sheet("submitted", first_submitted_on=chain.period.due_on)
    refresh_waiting(now=at(chain, 3, hour=11))
    mail = mailed.get(channel="email")
    assert mail.title == "报送提醒：1 项待办，其中 1 项已逾期"
    assert "督办第4号" in mail.body
    assert "填报单1月" not in mail.body


def test_after_days_without_a_mail_server_one_digest_goes_out(chain, mailed, settings):
    remind(now=at(chain, 6))
    refresh_waiting(now=at(chain, 6))
    waiting = mailed.filter(given_up_at=None)
    assert sorted(each.key.split(":")[1] for each in waiting) == [f"{at(chain, 6):%Y-%m-%d}"] * 2
    assert mailed.filter(last_error=OF_ANOTHER_DAY).count() == 2


def test_a_robot_gets_one_message_a_day_that_names_bureaus_and_no_persons(chain, settings):
    settings.REMINDER_ROBOTS = [ROBOT]
    remind(now=at(chain, 3))
    remind(now=at(chain, 3, hour=12))
    message = Delivery.objects.get()
    assert message.channel == "wecom"
    assert message.title == "报送提醒（1月23日，1 项）"
    assert message.body.startswith(f"- {chain.department.name}2023年四季度填报单1月20日截止，已逾期 3 天")
    assert chain.reporter.display_name not in message.body
    assert "0f8d" not in message.address + message.key + message.body


def test_a_digest_needs_a_fixed_number_of_queries_to_find_out_that_nothing_is_due(chain, django_assert_max_num_queries):
    for _ in range(4):
        make.make_responsibility(make.make_indicator(chain.plan), chain.department, reports=True)
        make.make_reporter(chain.department)
    remind(now=at(chain, 0))
    with django_assert_max_num_queries(10):
        remind(now=at(chain, 0))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_everybody_once(settings, monkeypatch):
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.REMINDER_ROBOTS = [ROBOT]
    chain = make_chain()
    for _ in range(8):
        make.make_reporter(chain.department, email="nongye@example.org")
    monkeypatch.setattr(timezone, "now", lambda: at(chain, 3))
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        remind_task()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Notice.objects.count() == 9
    assert Delivery.objects.filter(channel="email").count() == 8
    assert Delivery.objects.filter(channel="wecom").count() == 1
