"""In and out: who gets in, what the answer gives away, how guessing is slowed, and what the log keeps of it."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, LoginThrottle
from accounts.throttle import count_attempt
from tests.factories import make_coordinator, make_plan

pytestmark = pytest.mark.django_db

LOGIN = "/login/"
PASSWORD = "清洁生产-Gut-2025"


@pytest.fixture
def user():
    return make_coordinator("coordinator", password=PASSWORD)


def attempt(client, username="coordinator", password="wrong-password", **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def actions():
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_the_right_password_lets_in_and_is_recorded(client, user):
    response = attempt(client, password=PASSWORD)
    assert response.status_code == 302
    assert response.url == reverse("home")
    event = AuditEvent.objects.get(action="login.succeeded")
    assert event.actor == user
    assert event.address == "127.0.0.1"
    assert event.request_id == response.headers["X-Request-ID"]


def test_it_goes_on_to_the_page_that_was_asked_for(client, user):
    response = client.get(reverse("targets:baselines"))
    assert response.status_code == 302
    page = client.get(response.url)
    assert 'name="next" value="/baselines/"' in page.text
    response = client.post(LOGIN, {"username": "coordinator", "password": PASSWORD, "next": "/baselines/"})
    assert response.url == "/baselines/"


@pytest.mark.parametrize(
    "address",
    ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "http:///example.org"],
)
def test_it_never_goes_on_to_another_host(client, user, address):
    response = client.post(LOGIN, {"username": "coordinator", "password": PASSWORD, "next": address})
    assert response.url == reverse("home")


def test_a_wrong_password_keeps_the_typed_name_and_not_the_password(client, user):
    response = attempt(client)
    assert response.status_code == 200
    assert "用户名或密码不正确" in response.text
    assert 'value="coordinator"' in response.text
    assert "wrong-password" not in response.text
    event = AuditEvent.objects.get()
    assert (event.action, event.succeeded, event.object_id) == ("login.failed", False, str(user.pk))
    assert event.actor is None


def without_token(text):
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


def test_an_unknown_name_gets_the_same_answer_after_the_same_work(client, user):
    known = attempt(client).text
    unknown = attempt(client, username="nobody").text
    assert without_token(known.replace("coordinator", "nobody")) == without_token(unknown)
    counts = []
    for name in ("coordinator", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            attempt(client, username=name)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_log_does_not_keep_a_password_typed_as_a_name(client):
    attempt(client, username="MySecret-Pass1", password="x")
    event = AuditEvent.objects.get()
    assert "MySecret" not in event.actor_label + event.object_label
    assert "My***" in event.actor_label
    assert not LoginThrottle.objects.filter(username__icontains="secret").exists()


def test_five_failures_lock_even_the_right_password_for_half_an_hour(client, user):
    for _ in range(4):
        assert "用户名或密码不正确" in attempt(client).text
    assert "暂时锁定" in attempt(client).text
    assert "暂时锁定" in attempt(client, password=PASSWORD).text
    assert actions() == ["login.failed"] * 5 + ["login.locked"]
    LoginThrottle.objects.update(
        locked_until=timezone.now() - dt.timedelta(seconds=1), last_failed_at=timezone.now() - dt.timedelta(minutes=31)
    )
    assert attempt(client, password=PASSWORD).status_code == 302
    assert not LoginThrottle.objects.exists()


def test_an_unknown_name_is_locked_with_the_same_answer(client):
    answers = [attempt(client, username="nobody").text for _ in range(6)]
    assert "暂时锁定" in answers[4]
    assert "暂时锁定" in answers[5]


def test_a_lock_holds_for_that_name_and_that_address_only(client, user):
    make_coordinator("second", password=PASSWORD)
    for _ in range(5):
        attempt(client, REMOTE_ADDR="10.0.0.7")
    assert attempt(client, password=PASSWORD, REMOTE_ADDR="10.0.0.7").status_code == 200
    assert attempt(client, username="second", password=PASSWORD, REMOTE_ADDR="10.0.0.7").status_code == 302
    client.logout()
    assert attempt(client, password=PASSWORD, REMOTE_ADDR="10.0.0.8").status_code == 302


def test_another_spelling_of_the_name_is_counted_with_it(client, user):
    for name in ("coordinator", "COORDINATOR", " coordinator ", "Coordinator", "coordinator"):
        attempt(client, username=name)
    assert "暂时锁定" in attempt(client, password=PASSWORD).text


def test_a_client_cannot_choose_its_address_by_a_header(client, user):
    for number in range(5):
        attempt(client, headers={"X-Forwarded-For": f"10.9.9.{number}", "X-Real-IP": f"10.9.9.{number}"})
    assert "暂时锁定" in attempt(client, password=PASSWORD).text


def test_failures_long_ago_are_forgotten(client, user):
    start = timezone.now()
    numbers = [count_attempt("coordinator", "10.0.0.1", now=start) for _ in range(4)]
    assert numbers == [1, 2, 3, 4]
    assert count_attempt("coordinator", "10.0.0.1", now=start + dt.timedelta(minutes=31)) == 1


def test_a_closed_account_is_refused_with_the_same_answer(client, user):
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert "用户名或密码不正确" in attempt(client, password=PASSWORD).text


def test_a_closed_account_is_out_at_its_next_request(client, user):
    client.force_login(user)
    assert client.get(reverse("targets:baselines")).status_code == 200
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get(reverse("targets:baselines")).status_code == 302


def test_the_session_gets_a_new_key_at_login(client, user):
    client.get(LOGIN)
    session = client.session
    session["before"] = "login"
    session.save()
    old = session.session_key
    attempt(client, password=PASSWORD)
    assert client.session.session_key != old


def test_logging_out_takes_a_post_and_is_recorded(client, user):
    client.force_login(user)
    assert client.get("/logout/").status_code == 405
    assert client.get(reverse("targets:baselines")).status_code == 200
    response = client.post("/logout/")
    assert response.status_code == 302
    assert client.get(reverse("targets:baselines")).status_code == 302
    assert actions() == ["logout"]


def test_the_login_page_says_that_the_system_holds_no_state_secrets(client):
    text = client.get(LOGIN).text
    assert "本系统为非涉密系统" in text
    assert "演示数据" not in text


def test_the_login_page_says_when_demonstration_data_is_there(client):
    make_plan(has_demonstration_figures=True)
    assert "演示数据" in client.get(LOGIN).text


def test_empty_fields_are_named_in_chinese(client):
    text = client.post(LOGIN, {"username": "", "password": ""}).text
    assert "请填写用户名。" in text
    assert "请填写密码。" in text
    assert not LoginThrottle.objects.exists()


def test_somebody_who_is_in_already_goes_to_the_first_page(client, user):
    client.force_login(user)
    assert client.get(LOGIN).url == reverse("home")


def test_a_form_without_its_token_is_refused(user):
    assert attempt(Client(enforce_csrf_checks=True), password=PASSWORD).status_code == 403


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_the_same_moment_are_five_too():
    numbers = []

    def guess() -> None:
        try:
            numbers.append(count_attempt("coordinator", "10.0.0.1"))
        finally:
            connection.close()

    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert sorted(number for number in numbers if number is not None) == [1, 2, 3, 4, 5]
    assert numbers.count(None) == 7
