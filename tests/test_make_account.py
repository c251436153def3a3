"""The first accounts of a real installation, and a new password for somebody who has forgotten his own."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent, Role, User
from accounts.throttle import FAILURES_ALLOWED, count_attempt, locked_usernames
from departments.models import Membership
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def make_account(username="nongye.staff", *, name="市农业农村局填报员", role="bureau_staff", **options):
    call_command("make_account", username, name=name, role=role, **options)


def refusal(capsys, *args, **options):
    """The sentence with which the command refuses; nothing may have been stored."""
    before = User.objects.count(), AuditEvent.objects.count()
    with pytest.raises(SystemExit) as left:
        make_account(*args, **options)
    assert left.value.code == 1
    assert (User.objects.count(), AuditEvent.objects.count()) == before
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err


def password_in(text):
    return re.search(r"一次性密码：(\S+?)（", text)[1]


def log_in(client, username, password):
    return client.post(reverse("accounts:login"), {"username": username, "password": password})


@pytest.mark.parametrize(("function", "words"), [("reporter", "填报人"), ("approver", "复核人")])
def test_somebody_of_a_bureau_gets_an_account_and_a_function(capsys, function, words):
    bureau = make_department("nongye", name="市农业农村局")
    make_account(department="nongye", function=function)
    user = User.objects.get()
    shown = capsys.readouterr().out
    assert f"已建立账号：市农业农村局填报员（nongye.staff），市农业农村局{words}。" in shown
    assert user.check_password(password_in(shown))
    assert (user.role, user.is_demonstration, user.must_change_password) == (Role.BUREAU_STAFF, False, True)
    assert list(Membership.objects.values_list("user", "department", "function")) == [(user.pk, bureau.pk, function)]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.BUREAU_STAFF])
def test_every_role_of_the_city_can_be_given(capsys, role):
    make_account("somebody", name="市里一人", role=role.value)
    assert User.objects.get().role == role
    assert role.label in capsys.readouterr().out
    assert not Membership.objects.exists()


def test_the_one_time_password_opens_nothing_but_the_page_that_changes_it(client, capsys):
    make_account("leader", name="市领导", role="leader")
    password = password_in(capsys.readouterr().out)
    log_in(client, "leader", password)
    assert client.get(reverse("reports:overview")).url == reverse("accounts:password")
    typed = {"old": password, "new": "Another-2026-one", "again": "Another-2026-one"}
    assert client.post(reverse("accounts:password"), typed).status_code == 302
    assert client.get(reverse("departments:inbox")).status_code == 200


def test_the_log_tells_of_the_account_and_never_of_its_password(capsys):
    make_department("nongye")
    make_account(department="nongye", function="reporter")
    event = AuditEvent.objects.get(action="account.create")
    wanted = {"username": "nongye.staff", "role": "bureau_staff", "department": "市nongye局", "function": "reporter"}
    assert (event.actor, event.actor_label, event.after) == (None, "系统", wanted)
    assert "在服务器命令行执行（操作系统用户 " in event.reason
    assert password_in(capsys.readouterr().out) not in f"{event.before}{event.after}{event.reason}{event.object_label}"
    assert audit.verify() == []


@pytest.mark.parametrize("username", ["leader", "Leader"])
def test_it_refuses_a_name_that_is_taken(capsys, username):
    user = make_user("leader", password="as-it-was", display_name="市领导")
    sentence = "用户名 leader 已有账号（市领导），没有改动；忘记密码时请用 manage.py reset_password。\n"
    assert refusal(capsys, username, role="leader") == sentence
    user.refresh_from_db()
    assert user.check_password("as-it-was")


def test_it_refuses_an_unknown_role_and_names_them(capsys):
    sentence = refusal(capsys, role="boss")
    assert sentence.startswith("没有角色“boss”。可用的角色：bureau_staff（部门工作人员）、coordinator（统筹协调员）、")
    assert all(f"{role.value}（{role.label}）" in sentence for role in Role)


@pytest.mark.parametrize("options", [{}, {"department": "nongye"}, {"function": "reporter"}])
def test_it_refuses_bureau_staff_without_bureau_or_function(capsys, options):
    make_department("nongye")
    assert "须同时写明 --department（部门代码）和 --function（reporter 或 approver）" in refusal(capsys, **options)


@pytest.mark.parametrize("options", [{"department": "nongye"}, {"function": "reporter"}])
def test_it_refuses_a_bureau_for_a_role_of_the_city(capsys, options):
    make_department("nongye")
    sentence = "角色“审核员”不属于某个部门，请去掉 --department 和 --function。\n"
    assert refusal(capsys, role="reviewer", **options) == sentence


def test_it_refuses_an_unknown_bureau_and_names_the_codes(capsys):
    make_department("nongye", name="市农业农村局", position=1)
    make_department("shuili", name="市水利局", position=2)
    sentence = "没有代码为“nong”的部门。可用的代码：nongye（市农业农村局）、shuili（市水利局）。\n"
    assert refusal(capsys, department="nong", function="reporter") == sentence


def test_before_a_plan_is_loaded_it_says_where_bureaus_come_from(capsys):
    assert "还没有任何部门，请先用 manage.py load_plan 载入方案" in refusal(
        capsys, department="nongye", function="reporter"
    )


def test_it_refuses_an_unknown_function_and_names_them(capsys):
    make_department("nongye")
    sentence = "没有职责“boss”。可用的职责：reporter（填报人）、approver（复核人）。\n"
    assert refusal(capsys, department="nongye", function="boss") == sentence


@pytest.mark.parametrize("username", ["", "有人", "a b", "a/b", ".a", "a" * 65])
def test_it_refuses_a_name_that_nobody_can_type(capsys, username):
    assert "用户名只能用英文字母、数字和 . _ -" in refusal(capsys, username, role="leader")


@pytest.mark.parametrize("name", ["", "  ", "一\n二", "长" * 65])
def test_it_refuses_a_display_name_that_cannot_be_shown(capsys, name):
    assert "显示名称须为 1 至 64 个字" in refusal(capsys, name=name, role="leader")


def test_a_forgotten_password_is_replaced_by_one_for_a_single_use(client, capsys):
    user = make_user("leader", role=Role.LEADER, password="Forgotten-2026")
    call_command("reset_password", "leader")
    password = password_in(capsys.readouterr().out)
    user.refresh_from_db()
    assert (user.check_password(password), user.must_change_password) == (True, True)
    log_in(client, "leader", password)
    assert client.get(reverse("reports:overview")).url == reverse("accounts:password")


def test_a_reset_unlocks_the_account(capsys):
    make_user("leader", password="Forgotten-2026")
    for counted_as in ("leader", "password:leader"):
        for _ in range(FAILURES_ALLOWED):
            count_attempt(counted_as, "192.0.2.7")
    assert locked_usernames(["leader", "password:leader"]) == {"leader", "password:leader"}
    call_command("reset_password", "leader")
    assert locked_usernames(["leader", "password:leader"]) == set()


def test_a_reset_ends_every_session_of_the_account(client, capsys):
    make_user("leader", role=Role.LEADER, password="Forgotten-2026")
    log_in(client, "leader", "Forgotten-2026")
    assert client.get(reverse("departments:inbox")).status_code == 200
    call_command("reset_password", "leader")
    assert client.get(reverse("departments:inbox")).url.startswith(reverse("accounts:login"))


def test_a_reset_is_logged_without_the_password(capsys):
    user = make_user("leader", password="Forgotten-2026")
    call_command("reset_password", "leader")
    event = AuditEvent.objects.get(action="password.reset")
    assert (event.actor, event.object_id) == (None, str(user.pk))
    assert event.after == {"username": "leader", "must_be_changed": True}
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("nobody", "没有用户名为“nobody”的账号。"), ("gone", "已停用，重置密码后仍不能登录；请先由安全管理员启用。")],
)
def test_a_reset_refuses_whom_it_cannot_help(capsys, username, sentence):
    gone = make_user("gone", password="As-it-was-2026", is_active=False)
    with pytest.raises(SystemExit) as left:
        call_command("reset_password", username)
    assert left.value.code == 1
    assert sentence in capsys.readouterr().err
    gone.refresh_from_db()
    assert gone.check_password("As-it-was-2026")
    assert not AuditEvent.objects.exists()
