"""Passwords of the demonstration's accounts are made once, kept privately, and never taken from somebody."""

import re
import stat
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.password_making import new_password
from departments.demonstration_accounts import CITY_ACCOUNTS, columns_of
from departments.plan_loading import load_plan
from targets.models import Plan
from targets.plan_files import read_plan_file

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@pytest.fixture
def few_accounts(db, monkeypatch):
    """The city's accounts only, so that hashing does not take its time."""
    load_plan(read_plan_file(FIXTURES / "demo" / "forms_plan.json"))
    Plan.objects.update(has_demonstration_figures=True)


def password_of(text, username):
    return re.search(rf" {re.escape(username)} +(\S+)", text)[1]


def test_passwords_are_made_once_and_kept_in_a_private_file(few_accounts, tmp_path, capsys):
    path = tmp_path / "var" / "accounts.txt"
    call_command("make_demo_accounts", "--file", path)
    first = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first in capsys.readouterr().out
    assert User.objects.get(username="reviewer").check_password(password_of(first, "reviewer"))
    assert User.objects.get(username="yanshi.reporter").check_password(password_of(first, "yanshi.reporter"))
    call_command("make_demo_accounts", "--file", path)
    assert path.read_text(encoding="utf-8") == first
    assert "口令与上次相同，没有改动" in capsys.readouterr().out


def test_the_table_is_aligned_by_columns_of_the_screen(few_accounts, tmp_path):
    path = tmp_path / "accounts.txt"
    call_command("make_demo_accounts", "--file", path)
    lines = path.read_text(encoding="utf-8").splitlines()[2:]
    starts = {columns_of(line[: line.index(line.split()[1])]) for line in lines}
    assert len(starts) == 1
    assert len(lines) == 1 + 2 + len(CITY_ACCOUNTS)


def test_a_new_database_takes_the_passwords_of_the_file(few_accounts, tmp_path):
    path = tmp_path / "accounts.txt"
    call_command("make_demo_accounts", "--file", path)
    first = path.read_text(encoding="utf-8")
    user = User.objects.get(username="leader")
    user.set_unusable_password()
    user.save()
    call_command("make_demo_accounts", "--file", path)
    assert path.read_text(encoding="utf-8") == first
    assert User.objects.get(username="leader").check_password(password_of(first, "leader"))


def test_a_lost_file_brings_new_passwords(few_accounts, tmp_path):
    path = tmp_path / "accounts.txt"
    call_command("make_demo_accounts", "--file", path)
    first = path.read_text(encoding="utf-8")
    path.unlink()
    call_command("make_demo_accounts", "--file", path)
    second = path.read_text(encoding="utf-8")
    assert password_of(first, "leader") != password_of(second, "leader")
    assert User.objects.get(username="leader").check_password(password_of(second, "leader"))


def test_a_password_that_its_user_changed_stays(few_accounts, tmp_path):
    path = tmp_path / "accounts.txt"
    call_command("make_demo_accounts", "--file", path)
    user = User.objects.get(username="leader")
    user.set_password("own-choice-2026")
    user.save()
    call_command("make_demo_accounts", "--file", path)
    assert User.objects.get(username="leader").check_password("own-choice-2026")


def test_without_a_demonstration_there_are_no_accounts_to_make(db, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        call_command("make_demo_accounts", "--file", tmp_path / "accounts.txt")
    assert left.value.code == 1
    assert "请先执行 manage.py load_demo" in capsys.readouterr().err
    assert not (tmp_path / "accounts.txt").exists()


def test_passwords_differ_and_are_long_enough():
    found = {new_password() for _ in range(50)}
    assert len(found) == 50
    assert all(re.fullmatch(r"[a-z]{6}-\d{4}-[a-z]{6}", password) for password in found)
