"""What somebody meets whose login has ended in the middle of his work, and at an address that only takes forms."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from departments.sheets import sheet_url
from tests.factories import make_chain, make_coordinator, make_submission

pytestmark = pytest.mark.django_db

PASSWORD = "清洁生产-Gut-2025"
LOST = "登录已过期，刚才提交的内容没有保存，请登录后重新填写。"
STEPS = ("submit", "withdraw", "endorse", "return", "approve", "reopen")


@pytest.fixture
def sheet():
    chain = make_chain()
    return make_submission(chain.department, chain.period, state="endorsed")


def test_a_form_sent_after_the_login_ended_leads_back_to_the_page_it_was_on(client, sheet):
    page = sheet_url(sheet.department, sheet.period)
    response = client.post(page, {"action": "save"}, headers={"referer": f"http://testserver{page}"})
    assert response.status_code == 302
    assert parse_qs(urlsplit(response.url).query) == {"next": [page], "expired": ["1"]}
    text = client.get(response.url).text
    assert LOST in text
    make_coordinator("coordinator", password=PASSWORD)
    wrong = client.post("/login/", {"username": "coordinator", "password": "x", "next": page, "expired": "1"})
    assert LOST in wrong.text
    answer = client.post("/login/", {"username": "coordinator", "password": PASSWORD, "next": page})
    assert answer.url == page


def test_the_login_page_speaks_of_lost_content_only_when_something_was_sent(client, sheet):
    response = client.get(sheet_url(sheet.department, sheet.period))
    assert "expired" not in response.url
    assert LOST not in client.get(response.url).text


@pytest.mark.parametrize("referer", ["", "https://example.org/submissions/1/", "not an address", "//example.org/"])
def test_a_page_of_another_host_is_not_gone_back_to(client, sheet, referer):
    response = client.post(reverse("departments:approve", args=[sheet.pk]), headers={"referer": referer})
    assert response.url == "/login/?expired=1"


def test_logging_out_twice_loses_nothing_and_says_nothing_of_it(client):
    assert client.post("/logout/").url == "/login/"


@pytest.mark.parametrize("step", STEPS)
def test_the_address_of_a_step_leads_to_its_sheet_and_changes_nothing(client, sheet, step):
    client.force_login(make_coordinator("coordinator"))
    response = client.get(reverse(f"departments:{step}", args=[sheet.pk]))
    assert response.status_code == 302
    assert response.url == reverse("departments:submission", args=[sheet.pk])
    sheet.refresh_from_db()
    assert sheet.state == "endorsed"


def test_the_address_of_a_step_of_another_bureau_is_not_there(client, sheet):
    from tests.factories import make_department, make_reporter

    client.force_login(make_reporter(make_department()))
    assert client.get(reverse("departments:submit", args=[sheet.pk])).status_code == 404


def test_an_address_that_only_takes_forms_says_so_in_chinese(client):
    client.force_login(make_coordinator("coordinator"))
    response = client.get("/logout/")
    assert response.status_code == 405
    assert "这个地址只接受提交操作" in response.text
    assert f'href="{reverse("home")}"' in response.text
    assert response.headers["Allow"] == "POST"
    assert response.headers["X-Request-ID"]


def test_a_page_that_is_only_read_says_so_to_what_is_sent(client):
    client.force_login(make_coordinator("coordinator"))
    response = client.post(reverse("targets:baselines"))
    assert response.status_code == 405
    assert "这个地址只供查看" in response.text
