"""manage.py make_account USERNAME --name NAME --role ROLE: a real account with a one-time password, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import AccountRefused
from accounts.models import Role
from departments.account_opening import open_account
from departments.models import Membership


class Command(BaseCommand):
    help = "建立一个正式账号，显示一次性密码（只显示这一次，首次登录后须先修改），并记入审计日志。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名：英文字母、数字和 . _ -")
        parser.add_argument("--name", required=True, help="显示名称")
        parser.add_argument("--role", required=True, help="角色：" + "、".join(Role.values))
        parser.add_argument("--department", default="", metavar="CODE", help="部门代码；只用于 bureau_staff")
        parser.add_argument(
            "--function", default="", help="部门内的职责：reporter（填报人）或 approver（复核人）；只用于 bureau_staff"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, password = open_account(
                username=options["username"],
                display_name=options["name"],
                role=options["role"],
                department=options["department"],
                function=options["function"],
            )
        except AccountRefused as refused:
            self.stderr.write(str(refused))
            raise SystemExit(1) from None
        membership = Membership.objects.select_related("department").filter(user=user).first()
        words = Role(user.role).label
        if membership is not None:
            words = f"{membership.department.name}{membership.get_function_display()}"
        self.stdout.write(f"已建立账号：{user.display_name}（{user.username}），{words}。")
        self.stdout.write(f"一次性密码：{password}（只显示这一次，首次登录后须先修改）")
