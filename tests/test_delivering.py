"""What goes out by mail and to robots: sent once, tried again when it certainly failed, given up with its reason."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Role
from departments import delivering
from departments.delivering import ATTEMPTS, INTERRUPTED, PAUSES, deliver, queue_for_robot, queue_mails
from departments.models import Delivery
from departments.robots import NotSent, PerhapsSent, robot_of
from departments.tasks import deliver_messages
from tests import factories as make

pytestmark = pytest.mark.django_db

ROBOT = "dingtalk:https://oapi.dingtalk.com/robot/send?access_token=a1b2|SECabc"
NOW = make.instant("2024-01-23")


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.REMINDER_ROBOTS = [ROBOT]


@pytest.fixture
def posts(monkeypatch):
    """What robots were sent; an exception in `posts.answers` is raised instead of each success."""

    class Posts(list):
        answers: list = []

    found = Posts()

    def post(robot, **content):
        found.append((robot, content))
        if found.answers:
            raise found.answers.pop(0)

    monkeypatch.setattr(delivering, "post", post)
    return found


def queue(count=1, address="nongye@example.org"):
    people = [make.make_user(email=address) for _ in range(count)]
    queue_mails(users=people, key="digest:2024-01-23", title="报送提醒", body="尚未提交。", url="/inbox/", at=NOW)


def queue_post(key="digest:2024-01-23"):
    hosts = ["oapi.dingtalk.com"]
    queue_for_robot(robot_of(ROBOT, hosts), key=key, title="报送提醒", body="- 尚未提交。", at=NOW)


def test_a_mail_goes_out_once(settings):
    settings.SITE_URL = "https://targets.example.org"
    queue()
    assert deliver(now=NOW) == 1
    assert deliver(now=NOW) == 0
    (message,) = mail.outbox
    assert message.subject == "报送提醒"
    assert message.to == ["nongye@example.org"]
    assert "https://targets.example.org/inbox/" in message.body
    row = Delivery.objects.get()
    assert row.sent_at is not None
    assert row.attempts == 1


def test_the_same_message_is_queued_once():
    person = make.make_user(email="nongye@example.org")
    for _ in range(2):
        queue_mails(users=[person], key="nudge:1", title="催报", body="", at=NOW)
        queue_post()
    assert Delivery.objects.count() == 2


def test_a_robot_is_sent_its_message(posts):
    queue_post()
    assert deliver(now=NOW) == 1
    ((robot, content),) = posts
    assert robot.secret == "SECabc"
    assert content["title"] == "报送提醒"


def test_what_certainly_failed_is_tried_again_with_growing_pauses_and_then_given_up(posts):
    queue_post()
    posts.answers = [NotSent("对方拒收，错误码 93000")] * ATTEMPTS
    now = NOW
    for number, pause in enumerate(PAUSES, start=1):
        assert deliver(now=now) == 0
        assert deliver(now=now + pause - dt.timedelta(seconds=1)) == 0
        assert len(posts) == number
        now += pause
    deliver(now=now)
    row = Delivery.objects.get()
    assert row.attempts == ATTEMPTS == len(posts)
    assert row.given_up_at == now
    assert "93000" in row.last_error
    assert deliver(now=now + dt.timedelta(days=30)) == 0


def test_what_failed_once_arrives_at_the_next_attempt(posts):
    queue_post()
    posts.answers = [NotSent("连接失败")]
    deliver(now=NOW)
    assert deliver(now=NOW + PAUSES[0]) == 1
    assert Delivery.objects.get().last_error == ""


def test_what_may_have_arrived_is_not_sent_again(posts):
    queue_post()
    posts.answers = [PerhapsSent("等待回答时连接中断")]
    deliver(now=NOW)
    row = Delivery.objects.get()
    assert row.given_up_at is not None
    assert row.last_error.startswith(INTERRUPTED)


def test_a_message_whose_sender_died_is_given_up_and_not_sent_again(posts):
    queue_post()
    Delivery.objects.update(claimed_at=NOW, attempts=1)
    assert deliver(now=NOW + dt.timedelta(minutes=9)) == 0
    assert Delivery.objects.get().given_up_at is None
    assert deliver(now=NOW + dt.timedelta(minutes=11)) == 0
    assert Delivery.objects.get().last_error == INTERRUPTED
    assert posts == []


def test_a_robot_gets_at_most_twenty_messages_a_minute(posts):
    for number in range(23):
        queue_post(f"digest:{number}")
    assert deliver(now=NOW) == 20
    assert deliver(now=NOW + dt.timedelta(seconds=30)) == 0
    assert deliver(now=NOW + dt.timedelta(seconds=61)) == 3


def test_a_robot_that_left_the_settings_is_not_posted_to(posts, settings):
    queue_post()
    settings.REMINDER_ROBOTS = []
    deliver(now=NOW)
    assert posts == []
    assert "不在系统设置中" in Delivery.objects.get().last_error


def test_a_mail_server_that_is_not_reached_is_asked_once_a_run(monkeypatch):
    asked = []

    def refuse(self):
        asked.append(1)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    queue(3)
    assert deliver(now=NOW) == 0
    assert len(asked) == 1
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1]


@pytest.mark.parametrize(
    ("error", "is_given_up"),
    [
        (smtplib.SMTPRecipientsRefused({"nongye@example.org": (550, b"no such user")}), False),
        (smtplib.SMTPDataError(554, b"refused"), False),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (TimeoutError(), True),
    ],
)
def test_a_refused_mail_is_tried_again_and_a_broken_connection_is_not(monkeypatch, error, is_given_up):
    def send(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    queue()
    assert deliver(now=NOW) == 0
    row = Delivery.objects.get()
    assert (row.given_up_at is not None) is is_given_up
    assert row.last_error


def test_only_the_system_administrator_sees_what_went_out_and_sends_again(client, posts):
    queue_post()
    Delivery.objects.update(given_up_at=NOW, last_error="对方拒收，错误码 93000", attempts=6, claimed_at=NOW)
    client.force_login(make.make_coordinator())
    assert client.get("/deliveries/").status_code == 403
    assert client.post("/deliveries/again/").status_code == 403
    administrator = make.make_administrator(Role.SYSTEM_ADMINISTRATOR)
    client.force_login(administrator)
    page = client.get("/deliveries/").text
    assert "错误码 93000" in page
    assert "a1b2" not in page
    assert "SECabc" not in page
    client.post("/deliveries/again/")
    assert deliver(now=timezone.now()) == 1
    assert AuditEvent.objects.get(action="delivery.again").actor == administrator


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_every_message_once(posts):
    for number in range(10):
        queue_post(f"message:{number}")
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        deliver_messages()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(posts) == 10
    assert Delivery.objects.filter(sent_at__isnull=False).count() == 10


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_message_that_another_sender_holds_is_passed_over(posts):
    queue_post()
    sent = []

    def run() -> None:
        sent.append(deliver(now=NOW))
        connection.close()

    with transaction.atomic():
        list(Delivery.objects.select_for_update())
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(timeout=20)
    assert sent == [0]
    assert posts == []
