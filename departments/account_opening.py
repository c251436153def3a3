"""A real account for a person: in a role of the city, or reporting or endorsing for a bureau."""

import re
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.actions import AccountRefused
from accounts.command_line import reason_from_command_line
from accounts.models import Role, User
from accounts.password_making import new_password
from departments.models import Department, Membership

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_NAME = 64


@transaction.atomic
def open_account(
    *, username: str, display_name: str, role: str, department: str = "", function: str = ""
) -> tuple[User, str]:
    """Makes an account and its one-time password, which must be changed at the first login and is kept nowhere.

    `role` is a value of Role; `department` a code and `function` one of Membership's: both for bureau staff, neither
    for anybody else. Raises AccountRefused with a Chinese sentence; nothing is stored then.
    """
    display_name = display_name.strip()
    if not USERNAME.fullmatch(username):
        raise AccountRefused("用户名只能用英文字母、数字和 . _ -，以字母或数字开头，最多 64 个字符。")
    if not 0 < len(display_name) <= LONGEST_NAME or not display_name.isprintable():
        raise AccountRefused(f"显示名称须为 1 至 {LONGEST_NAME} 个字，不能有换行。")
    same = User.objects.filter(username__iexact=username).first()
    if same is not None:
        raise AccountRefused(
            f"用户名 {same.username} 已有账号（{same.display_name}），没有改动；"
            "忘记密码时请用 manage.py reset_password。"
        )
    if role not in Role.values:
        raise AccountRefused(f"没有角色“{role}”。可用的角色：{_listed(Role.choices)}。")
    bureau = _bureau(role, department, function)
    password = new_password()
    user = User.objects.create_user(username, password, display_name=display_name, role=role, must_change_password=True)
    after = {"username": username, "role": role}
    if bureau is not None:
        Membership.objects.create(user=user, department=bureau, function=function)
        after |= {"department": bureau.name, "function": function}
    audit.record(action="account.create", by=None, subject=user, after=after, reason=reason_from_command_line())
    return user, password


def _bureau(role: str, code: str, function: str) -> Department | None:
    """The bureau that somebody is to work for; None for a role of the city."""
    if role != Role.BUREAU_STAFF:
        if code or function:
            raise AccountRefused(f"角色“{Role(role).label}”不属于某个部门，请去掉 --department 和 --function。")
        return None
    if not code or not function:
        raise AccountRefused("部门工作人员须同时写明 --department（部门代码）和 --function（reporter 或 approver）。")
    if function not in dict(Membership.FUNCTIONS):
        raise AccountRefused(f"没有职责“{function}”。可用的职责：{_listed(Membership.FUNCTIONS)}。")
    bureau = Department.objects.filter(code=code).first()
    if bureau is None:
        known = _listed(Department.objects.in_plan_order().values_list("code", "name"))
        hint = f"可用的代码：{known}。" if known else "还没有任何部门，请先用 manage.py load_plan 载入方案。"
        raise AccountRefused(f"没有代码为“{code}”的部门。{hint}")
    return bureau


def _listed(choices: Iterable[tuple[str, object]]) -> str:
    return "、".join(f"{code}（{words}）" for code, words in choices)
