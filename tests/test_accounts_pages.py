"""Accounts and the event log: each for one administrator only; and what every answer carries."""

import re

import pytest
from django.urls import reverse

from accounts import audit
from accounts.actions import AccountRefused, set_active
from accounts.models import AuditEvent, Role, User
from accounts.throttle import count_attempt
from tests.factories import make_administrator, make_coordinator, make_indicator, make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def security():
    return make_administrator(Role.SECURITY_ADMINISTRATOR, "security-admin")


@pytest.fixture
def auditor():
    return make_administrator(Role.AUDIT_ADMINISTRATOR, "audit-admin")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDIT_ADMINISTRATOR])
def test_the_log_turns_away_everybody_but_the_audit_administrator(client, role):
    client.force_login(make_user(role=role))
    response = client.get(reverse("accounts:audit_log"))
    assert response.status_code == 403
    assert "只有审计管理员可以查看审计日志。" in response.text


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECURITY_ADMINISTRATOR])
def test_accounts_turn_away_everybody_but_the_security_administrator(client, role):
    other = make_coordinator()
    client.force_login(make_user(role=role))
    assert client.get(reverse("accounts:people")).status_code == 403
    for name in ("person_deactivate", "person_activate", "person_unlock"):
        assert client.post(reverse(f"accounts:{name}", args=[other.pk])).status_code == 403
    other.refresh_from_db()
    assert other.is_active


@pytest.mark.parametrize("name", ["accounts:audit_log", "accounts:people", "accounts:password"])
def test_a_page_asks_a_stranger_to_log_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith("/login/?next=")


def test_the_log_shows_the_newest_first_with_words_and_changes(client, auditor):
    coordinator = make_coordinator("coordinator")
    audit.record(
        action="user.deactivate", by=coordinator, label="某账号", before={"is_active": True}, reason="<b>离岗</b>"
    )
    audit.record(action="login.failed", by=None, label="未登录（x）", succeeded=False)
    client.force_login(auditor)
    text = client.get(reverse("accounts:audit_log")).text
    assert text.index("登录失败") < text.index("停用账号")
    assert "未成功" in text
    assert "&lt;b&gt;离岗" in text
    assert "<dd>是 → （空）</dd>" in text


def test_the_log_calls_a_field_as_its_form_does(client, auditor):
    audit.record(
        action="user.deactivate", by=auditor, subject=auditor, before={"is_active": True}, after={"is_active": False}
    )
    client.force_login(auditor)
    assert '<dt title="is_active">启用</dt><dd>是 → 否</dd>' in client.get(reverse("accounts:audit_log")).text


@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ({"action": "停用"}, "对象甲", "对象乙"),
        ({"action": "plan."}, "对象乙", "对象甲"),
        ({"person": "second"}, "对象乙", "对象甲"),
        ({"action": "nothing-like-this"}, "没有符合条件的日志", "对象甲"),
        ({"day": "2001-01-01"}, "没有符合条件的日志", "对象甲"),
        ({"day": "昨天"}, "日期请写成", "对象甲"),
        ({"page": "99"}, "对象甲", "第 99 页"),
    ],
)
def test_the_log_is_searched_by_action_person_and_day(client, auditor, query, there, away):
    audit.record(action="user.deactivate", by=make_coordinator("first"), label="对象甲")
    audit.record(action="plan.load", by=make_coordinator("second"), label="对象乙")
    client.force_login(auditor)
    text = client.get(reverse("accounts:audit_log"), query).text
    assert there in text
    assert away not in text


def test_the_log_is_written_in_chinese_and_keeps_codes_for_the_pointer(client, auditor):
    indicator = make_indicator(make_plan())
    audit.record(action="login.succeeded", by=auditor, subject=auditor)
    audit.record(
        action="indicator.confirm_choices",
        by=auditor,
        subject=indicator,
        after={"choices": ["reported", "path"], "unit_was_assumed": True, "not_known_here": 1},
    )
    audit.record(
        action="observation.record", by=auditor, label="某局 2025Q4 填报单第1版", after={"LY-01 2025Q4 v2": "12.5"}
    )
    audit.record(action="account.create", by=None, subject=auditor, after={"role": "reviewer", "function": "reporter"})
    audit.record(action="never.named", by=None)
    client.force_login(auditor)
    text = client.get(reverse("accounts:audit_log")).text
    seen = re.sub(r"<[^>]*>", "|", text[text.index("<tbody>") : text.index("</tbody>")])
    for code in ("login.", "accounts.", "targets.", "reported", "path", "unit_was", "Q4", " v2", "reviewer", "never"):
        assert code not in seen
    words = ("报送的数、时序路径", "单位原为假定", "LY-01 2025年四季度 第2版", "某局 2025年四季度", "审核员", "填报人")
    for word in (*words, "其他操作", "其他内容"):
        assert word in seen
    assert 'title="login.succeeded"' in text
    assert f'title="accounts.User {auditor.pk}"' in text


def test_a_day_is_a_day_of_the_city_and_not_of_greenwich(client, auditor):
    event = audit.record(action="plan.load", by=None, label="对象甲")
    client.force_login(auditor)
    from django.utils import timezone

    day = timezone.localtime(event.at).date().isoformat()
    assert "对象甲" in client.get(reverse("accounts:audit_log"), {"day": day}).text


def test_the_log_turns_its_pages_and_keeps_the_search(client, auditor):
    for number in range(60):
        audit.record(action="plan.load", by=None, label=f"第{number:02}件")
    client.force_login(auditor)
    first = client.get(reverse("accounts:audit_log"), {"action": "plan"}).text
    assert "第59件" in first
    assert "第09件" not in first
    assert "?action=plan&amp;page=2" in first
    assert "第09件" in client.get(reverse("accounts:audit_log"), {"action": "plan", "page": "2"}).text


def test_the_log_costs_a_fixed_number_of_queries(client, auditor, django_assert_max_num_queries):
    for number in range(60):
        audit.record(action="plan.load", by=auditor, label=f"{number}")
    client.force_login(auditor)
    with django_assert_max_num_queries(6):
        client.get(reverse("accounts:audit_log"))


def test_the_list_names_role_state_and_lock_of_every_account(client, security):
    make_coordinator("coordinator", is_active=False)
    for _ in range(5):
        count_attempt("coordinator", "10.0.0.1")
    client.force_login(security)
    text = client.get(reverse("accounts:people")).text
    for words in ("统筹协调员", "安全管理员", "停用", "登录锁定", "从未登录", "自己的账号"):
        assert words in text


def test_an_account_is_closed_and_opened_with_a_record(client, security):
    other = make_coordinator("coordinator")
    client.force_login(security)
    assert (
        client.post(reverse("accounts:person_deactivate", args=[other.pk]), {"reason": "调离岗位"}).status_code == 302
    )
    other.refresh_from_db()
    assert not other.is_active
    client.post(reverse("accounts:person_activate", args=[other.pk]))
    client.post(reverse("accounts:person_activate", args=[other.pk]))
    other.refresh_from_db()
    assert other.is_active
    events = AuditEvent.objects.order_by("id")
    assert [(event.action, event.actor) for event in events] == [
        ("user.deactivate", security),
        ("user.activate", security),
    ]
    assert events[0].reason == "调离岗位"


def test_closing_an_account_asks_once_more_and_names_it_with_its_role(client, security):
    other = make_coordinator("coordinator", display_name="统筹办协调员")
    address = reverse("accounts:person_deactivate", args=[other.pk])
    client.force_login(security)
    people = client.get(reverse("accounts:people")).text
    assert f'href="{address}"' in people
    assert f'action="{address}"' not in people
    page = client.get(address).text
    for words in ("coordinator", "统筹办协调员", "统筹协调员", "停用理由", "确认停用"):
        assert words in page
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert "已经是停用状态" in client.get(address).text


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "请写明停用理由。"), ("长" * 301, "最多 300 个字，现在有 301")])
def test_an_account_is_not_closed_without_a_reason(client, security, reason, sentence):
    other = make_coordinator("coordinator")
    client.force_login(security)
    response = client.post(reverse("accounts:person_deactivate", args=[other.pk]), {"reason": reason})
    assert sentence in response.text
    other.refresh_from_db()
    assert other.is_active
    with pytest.raises(AccountRefused):
        set_active(user=other, active=False, by=security, reason=reason.strip("长"))


def test_nobody_closes_his_own_account(client, security):
    client.force_login(security)
    response = client.post(reverse("accounts:person_deactivate", args=[security.pk]))
    assert response.status_code == 403
    assert "不能停用或启用自己的账号" in response.text
    assert User.objects.get(pk=security.pk).is_active


def test_the_action_itself_asks_for_the_role(security):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        set_active(user=security, active=False, by=make_coordinator())


def test_a_lock_is_taken_back_with_a_record(client, security):
    other = make_coordinator("coordinator")
    for _ in range(5):
        count_attempt("coordinator", "10.0.0.1")
    assert count_attempt("coordinator", "10.0.0.1") is None
    client.force_login(security)
    client.post(reverse("accounts:person_unlock", args=[other.pk]))
    assert count_attempt("coordinator", "10.0.0.1") == 1
    assert AuditEvent.objects.get().action == "user.unlock"


def test_nothing_changes_by_a_link(client, security):
    other = make_coordinator()
    client.force_login(security)
    for name in ("person_activate", "person_unlock"):
        assert client.get(reverse(f"accounts:{name}", args=[other.pk])).status_code == 405
    assert client.get(reverse("accounts:person_deactivate", args=[other.pk])).status_code == 200
    other.refresh_from_db()
    assert other.is_active
    assert not AuditEvent.objects.exists()


def test_every_answer_carries_its_own_identifier_and_stays_out_of_caches(client, security):
    client.force_login(security)
    answers = [client.get(reverse("accounts:people"), headers={"X-Request-ID": "forged"}) for _ in range(2)]
    identifiers = {answer.headers["X-Request-ID"] for answer in answers}
    assert len(identifiers) == 2
    assert "forged" not in identifiers
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
