"""A form sent after the login ended is not lost: it waits behind the login, and is sent when its reader says so."""

import html
import re

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.kept_posts import LARGEST, SALT, KeptPost, described
from departments.models import Entry, Submission
from targets.models import Area, Milestone, PlanTask
from tests import factories as make
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db

PASSWORD = "清洁生产-Gut-2025"
AS_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WAITS = "登录前填写的内容还在"


@pytest.fixture
def chain() -> Chain:
    found = make_chain()
    for person in (found.reporter, found.approver):
        person.set_password(PASSWORD)
        person.save()
    return found


def hidden_fields(page: str) -> dict[str, str]:
    """What the first form of the page's main part sends, fields that cannot be seen."""
    form = re.search(r"<main.*?<form method=\"post\".*?</form>", page, re.DOTALL).group()
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    fields += re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', form, re.DOTALL)
    return {html.unescape(name): html.unescape(value) for name, value in fields}


def send(client, address, data, **headers):
    return client.post(address, data, headers=AS_A_BROWSER | headers)


def log_in(client, page, person):
    return client.post(
        "/login/", hidden_fields(page) | {"username": person.username, "password": PASSWORD}, follow=True
    )


def test_a_sheet_sent_too_late_is_saved_after_the_login_with_a_fresh_token(chain):
    browser = Client(enforce_csrf_checks=True)
    token = hidden_fields(browser.get("/login/").text)["csrfmiddlewaretoken"]
    note = '与去年同期相比<b>持平</b>，"已核实"。\r\n第二行。'
    page = f"http://testserver{chain.address}"
    data = chain.form(ratio_note=note) | {"csrfmiddlewaretoken": token}
    turned_away = send(browser, chain.address, data, referer=page)
    assert turned_away.status_code == 200
    assert "没有保存，但还留着" in turned_away.text
    assert not Submission.objects.exists()
    shown = log_in(browser, turned_away.text, chain.reporter)
    assert shown.redirect_chain == [("/login/kept/", 302)]
    assert WAITS in shown.text
    assert f"{chain.department.name}2023年四季度填报单" in shown.text
    assert "秸秆综合利用率：综合利用量" in shown.text
    assert "412.3" in shown.text
    assert not Submission.objects.exists()
    assert f'action="{chain.address}"' in shown.text
    fields = hidden_fields(shown.text)
    assert fields["csrfmiddlewaretoken"] != token
    saved = browser.post(chain.address, fields)
    assert saved.status_code == 302
    assert Entry.objects.get(indicator=chain.ratio).note.splitlines() == note.splitlines()
    assert str(Entry.objects.get(indicator=chain.ratio).numerator.normalize()) == "412.3"
    assert browser.get("/login/kept/").status_code == 302  # it has arrived: nothing is kept any more


def test_a_wrong_password_loses_nothing(client, chain):
    page = send(client, chain.address, chain.form()).text
    wrong = client.post("/login/", hidden_fields(page) | {"username": chain.reporter.username, "password": "x"})
    assert "没有保存，但还留着" in wrong.text
    assert WAITS in log_in(client, wrong.text, chain.reporter).text


def test_somebody_else_who_logs_in_sends_it_under_his_own_rights(client, chain):
    page = send(client, chain.address, chain.form()).text
    shown = log_in(client, page, chain.approver)
    assert WAITS in shown.text
    refused = client.post(chain.address, hidden_fields(shown.text))
    assert refused.status_code == 403
    assert not Submission.objects.exists()
    assert client.get("/login/kept/").status_code == 200  # refused: still there


def test_another_bureau_does_not_reach_the_sheet_with_it(client, chain):
    stranger = make.make_reporter(make.make_department(), password=PASSWORD)
    page = send(client, chain.address, chain.form()).text
    shown = log_in(client, page, stranger)
    assert client.post(chain.address, hidden_fields(shown.text)).status_code == 404
    assert not Submission.objects.exists()


def test_it_can_be_let_go_and_the_way_leads_back_to_the_page(client, chain):
    page = send(client, chain.address, chain.form(), referer=f"http://testserver{chain.address}?x=1").text
    log_in(client, page, chain.reporter)
    assert "去核对并提交" in client.get("/overview/").text
    answer = client.post("/login/kept/")
    assert answer.url == f"{chain.address}?x=1"
    assert client.get("/login/kept/").url == "/"
    assert "去核对并提交" not in client.get("/overview/").text


def test_whoever_must_change_his_password_finds_it_afterwards(client, chain):
    chain.reporter.must_change_password = True
    chain.reporter.save()
    page = send(client, chain.address, chain.form()).text
    assert log_in(client, page, chain.reporter).redirect_chain[-1][0] == "/password/"
    new = "另一个-Gut-2026"
    answer = client.post("/password/", {"old": PASSWORD, "new": new, "again": new}, follow=True)
    assert WAITS in answer.text


def test_a_form_of_another_site_is_refused_before_anything_is_kept(chain):
    browser = Client(enforce_csrf_checks=True)
    answer = send(browser, chain.address, chain.form(), origin="https://example.org")
    assert answer.status_code == 403
    assert "kept" not in answer.text
    browser.get("/login/")
    assert send(browser, chain.address, chain.form()).status_code == 403  # a cookie, but no token in the form


@pytest.mark.parametrize(
    "text",
    [
        "x",
        signing.dumps({"address": "https://example.org/", "fields": [], "back": ""}),
        signing.dumps({"address": "/inbox/", "fields": [], "back": ""}, key="another key", salt=SALT),
    ],
)
def test_what_was_not_sealed_here_is_not_kept(client, chain, text):
    sent = {"username": chain.reporter.username, "password": PASSWORD, "kept": text}
    assert client.post("/login/", sent).url == "/"
    assert client.get("/login/kept/").status_code == 302


def is_kept(answer) -> bool:
    return answer.status_code == 200 and "还留着" in answer.text


def test_passwords_files_and_what_is_too_large_are_not_kept(client, chain):
    secret = {"old": "a", "new": "b", "again": "b"}
    assert not is_kept(send(client, "/password/", secret))
    assert not is_kept(send(client, "/inbox/", {"new_password": "geheim"}))
    assert not is_kept(send(client, "/logout/", {"x": "1"}))
    assert not is_kept(send(client, chain.address, chain.form() | {"file": SimpleUploadedFile("a.pdf", b"%PDF")}))
    assert not is_kept(send(client, chain.address, chain.form(ratio_note="n" * LARGEST)))
    assert is_kept(send(client, chain.address, chain.form()))


def test_what_a_script_saves_in_the_background_is_turned_away_as_before(client, chain):
    assert client.post(chain.address, chain.form()).status_code == 302
    json = {"Accept": "text/html"}
    assert client.post(chain.address, {"a": 1}, content_type="application/json", headers=json).status_code == 302


def test_a_page_that_is_only_opened_keeps_nothing(client, chain):
    answer = client.get(chain.address, headers=AS_A_BROWSER)
    assert answer.status_code == 302
    assert "kept" not in client.get(answer.url).text


def test_the_reason_of_a_return_waits_as_well(client, chain):
    sheet = chain.sheet("submitted")
    address = f"/submissions/{sheet.pk}/return/"
    page = send(client, address, {"reason": "与年鉴不符，请核实。", "lock_version": "0"}).text
    shown = log_in(client, page, chain.approver)
    assert f"{chain.department.name}2023年四季度填报单：退回" in shown.text
    assert '<th scope="row" class="name">理由</th>' in shown.text
    assert client.post(address, hidden_fields(shown.text)).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.return_reason) == ("returned", "与年鉴不符，请核实。")


def test_what_was_kept_of_counties_and_tasks_is_shown_in_words(chain):
    county = Area.objects.create(parent=make.root_area(), code="371302", name="甲县")
    origin = {"plan": chain.plan, "clause": chain.ratio.clause, "sector": chain.ratio.sector}
    task = PlanTask.objects.create(code="T-1", text="推行清洁生产。", kind=PlanTask.MILESTONE, **origin)
    step = Milestone.objects.create(task=task, due_on="2025-12-31")
    fields = (
        (f"c{chain.ratio.pk}a{county.pk}-numerator", "3"),
        (f"c{chain.ratio.pk}a{county.pk}-state", "number"),
        (f"c{chain.ratio.pk}-was", "{}"),
        (f"t{task.pk}-text", "已完成。"),
        (f"t{task.pk}-m{step.pk}", "2025-06-30"),
        ("lock_version", "3"),
    )
    assert described(KeptPost(chain.address, fields, "")).contents == (
        ("秸秆综合利用率（甲县）：综合利用量", "3"),
        ("任务 推行清洁生产。：进展", "已完成。"),
        ("任务 推行清洁生产。：2025-12-31 节点的完成日", "2025-06-30"),
    )
