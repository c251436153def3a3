"""A new password for oneself, and the one-time password that has to be changed first."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from tests.factories import make_coordinator

pytestmark = pytest.mark.django_db

PAGE = "/password/"
OLD, NEW = "清洁生产-Gut-2025", "Rain-over-河-77"


@pytest.fixture
def user():
    return make_coordinator("coordinator", password=OLD)


def change(client, old=OLD, new=NEW, again=None):
    return client.post(PAGE, {"old": old, "new": new, "again": new if again is None else again})


def log_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_it_sets_the_new_password_and_records_it_without_any_password(client, user):
    client.force_login(user)
    assert change(client).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    event = AuditEvent.objects.get(action="password.change")
    assert OLD not in str(event.__dict__)
    assert NEW not in str(event.__dict__)


def test_it_ends_every_other_session_and_keeps_this_one(user):
    here, elsewhere = log_in(user), log_in(user)
    change(here)
    assert here.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "not-the-old-one"}, "原密码不正确。"),
        ({"again": "Another-one-99"}, "两次输入的新密码不一致。"),
        ({"new": OLD}, "新密码不能与原密码相同。"),
        ({"new": "Ab1-"}, "密码太短：至少 10 个字符。"),
        ({"new": "onlysmall1234"}, "密码太单一"),
        ({"new": "password1234"}, "密码太常见，容易被猜到，请换一个。"),
        ({"new": "coordinator1"}, "密码与您的用户名太相似，请换一个。"),
        ({"old": ""}, "请填写原密码。"),
    ],
)
def test_it_says_in_chinese_what_is_wrong_and_changes_nothing(client, user, typed, sentence):
    client.force_login(user)
    response = change(client, **typed)
    assert response.status_code == 200
    assert sentence in response.text
    user.refresh_from_db()
    assert user.check_password(OLD)


def test_the_rules_are_said_in_one_voice(client, user):
    client.force_login(user)
    text = client.get(PAGE).text
    assert "不能是常见的密码。" in text
    assert "不能与您的用户名或显示名称相似。" in text
    assert "你" not in text


def test_no_typed_password_comes_back_in_the_page(client, user):
    client.force_login(user)
    text = change(client, again="Another-one-99").text
    assert OLD not in text
    assert NEW not in text


def test_guessing_the_old_password_is_locked_after_five_failures(client, user):
    client.force_login(user)
    for _ in range(5):
        change(client, old="wrong-guess")
    assert "原密码连续输错5次" in change(client).text


def test_who_must_change_the_password_sees_nothing_else_before(client, user):
    User.objects.update(must_change_password=True)
    client.force_login(user)
    response = client.get(reverse("targets:baselines"))
    assert response.status_code == 302
    assert response.url == PAGE
    assert "须先修改密码" in client.get(PAGE).text
    assert client.post(reverse("targets:choices_confirm"), {"indicator": "1"}).url == PAGE
    change(client)
    assert client.get(reverse("targets:baselines")).status_code == 200


def test_who_must_change_the_password_can_still_log_out(client, user):
    User.objects.update(must_change_password=True)
    client.force_login(user)
    assert client.post("/logout/").url == "/login/"
