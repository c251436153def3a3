"""manage.py reset_password USERNAME: a one-time password for somebody who has forgotten his own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import AccountRefused, reset_password
from accounts.models import User


class Command(BaseCommand):
    help = (
        "重置一个账号的密码：显示一次性密码，登录后须先修改；同时解除登录锁定，结束该账号已有的登录，并记入审计日志。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        user = User.objects.filter(username=username).first()
        try:
            if user is None:
                raise AccountRefused(f"没有用户名为“{username}”的账号。")
            password = reset_password(user=user)
        except AccountRefused as refused:
            self.stderr.write(str(refused))
            raise SystemExit(1) from None
        self.stdout.write(f"已重置密码：{user.display_name}（{user.username}）。已有的登录已失效，登录锁定已解除。")
        self.stdout.write(f"一次性密码：{password}（只显示这一次，登录后须先修改）")
