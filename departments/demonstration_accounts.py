"""The accounts of the demonstration: one a role, named by the role, never by a person; their passwords in a file."""

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Role, User
from accounts.password_making import new_password
from departments.models import Department, Membership, Responsibility, TaskResponsibility
from targets.models import Plan

CITY_ACCOUNTS = (
    ("reviewer", Role.REVIEWER),
    ("coordinator", Role.COORDINATOR),
    ("leader", Role.LEADER),
    ("system-admin", Role.SYSTEM_ADMINISTRATOR),
    ("security-admin", Role.SECURITY_ADMINISTRATOR),
    ("audit-admin", Role.AUDIT_ADMINISTRATOR),
)
HEADING = "演示账号（密码为首次运行时随机生成，仅供演示，不得用于正式环境）"
COLUMNS = ("角色", "用户名", "密码", "单位")


class AccountTakenError(ValueError):
    """A user name of the demonstration belongs to a real account; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    username: str
    display_name: str
    role: Role
    department: Department | None = None
    function: str = ""

    @property
    def role_words(self) -> str:
        return dict(Membership.FUNCTIONS)[self.function] if self.function else self.role.label


def reporting_departments() -> list[Department]:
    """The bureaus that owe figures or reports on tasks for a plan with demonstration figures, in the plan's order."""
    return departments_reporting(Plan.objects.filter(has_demonstration_figures=True))


def departments_reporting(plans: Iterable[Plan]) -> list[Department]:
    """The bureaus that owe figures or, where a plan asks for them, reports on tasks."""
    plans = list(plans)
    figures = Responsibility.objects.filter(is_reporter=True, indicator__plan__in=plans)
    with_reports = [plan for plan in plans if plan.task_reports_every]
    tasks = TaskResponsibility.objects.filter(is_reporter=True, task__plan__in=with_reports)
    owing = Q(pk__in=figures.values("department")) | Q(pk__in=tasks.values("department"))
    return list(Department.objects.filter(owing).order_by("position", "code"))


def accounts_for(departments: Iterable[Department]) -> list[DemonstrationAccount]:
    """A reporter and an approver for each bureau, and one account for each role of the city."""
    found = [
        DemonstrationAccount(
            f"{department.code}.{function}", f"{department.name}{words}", Role.BUREAU_STAFF, department, function
        )
        for department in departments
        for function, words in ((Membership.REPORTER, "填报员"), (Membership.APPROVER, "复核员"))
    ]
    return found + [DemonstrationAccount(username, str(role.label), role) for username, role in CITY_ACCOUNTS]


@transaction.atomic
def ensure_accounts(accounts: Iterable[DemonstrationAccount]) -> dict[str, User]:
    """The users by user name; missing ones are made, without a password, so that nobody can log in with them yet."""
    accounts = list(accounts)
    known = {user.username: user for user in User.objects.filter(username__in=[one.username for one in accounts])}
    taken = sorted(username for username, user in known.items() if not user.is_demonstration)
    if taken:
        raise AccountTakenError(f"用户名 {'、'.join(taken)} 已被正式账号使用，不能再作演示账号。")
    for one in accounts:
        if one.username not in known:
            known[one.username] = User.objects.create_user(
                one.username, display_name=one.display_name, role=one.role, is_demonstration=True
            )
            audit.record(
                action="account.create",
                by=None,
                subject=known[one.username],
                label=f"{one.display_name}（{one.username}，演示账号）",
                after={"role": one.role},
            )
        if one.department is not None:
            Membership.objects.get_or_create(
                user=known[one.username], department=one.department, defaults={"function": one.function}
            )
    return known


def passwords_in(path: Path, usernames: Iterable[str]) -> dict[str, str]:
    """The passwords that an earlier run wrote into the file; empty when there is none."""
    if not path.is_file():
        return {}
    wanted = set(usernames)
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) >= 3 and words[1] in wanted:
            found[words[1]] = words[2]
    return found


@transaction.atomic
def set_passwords(accounts: Sequence[DemonstrationAccount], path: Path) -> tuple[str, int]:
    """Gives every account without one a password and writes them all into the file, readable by its owner only.

    A password that is in the file stays; so does one that its user has changed since (the file then no longer opens
    that account). Without the file, the passwords are lost: every account gets a new one.
    Returns the table for the screen, and how many passwords were set.
    """
    users = ensure_accounts(accounts)
    known = passwords_in(path, users)
    lost = not path.is_file()
    passwords, count = {}, 0
    for one in accounts:
        user = users[one.username]
        passwords[one.username] = known.get(one.username) or new_password()
        if lost or not user.has_usable_password() or one.username not in known:
            user.set_password(passwords[one.username])
            user.save(update_fields=["password"])
            count += 1
    table = render_table(accounts, passwords)
    write_privately(path, table)
    return table, count


def render_table(accounts: Sequence[DemonstrationAccount], passwords: Mapping[str, str]) -> str:
    """An aligned table by role; a Chinese character is two columns wide."""
    rows = [COLUMNS]
    rows += [
        (one.role_words, one.username, passwords[one.username], "" if one.department is None else one.department.name)
        for one in accounts
    ]
    widths = [max(columns_of(row[index]) for row in rows) for index in range(len(COLUMNS))]
    lines = [
        "  ".join(cell + " " * (width - columns_of(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([HEADING, "", *lines]) + "\n"


def columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def write_privately(path: Path, text: str) -> None:
    """Puts the text in place in one step, with mode 600 from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)
