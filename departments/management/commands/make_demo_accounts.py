"""manage.py make_demo_accounts --file FILE: passwords for the demonstration's accounts, kept in a file and printed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from departments.demonstration_accounts import AccountTakenError, accounts_for, reporting_departments, set_passwords


class Command(BaseCommand):
    help = "为演示账号生成随机口令，保存到文件（权限 600）并按角色列出；再次执行时沿用文件中的口令。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, required=True, help="保存账号和口令的文件，例如 var/accounts.txt")

    def handle(self, *args: Any, **options: Any) -> None:
        departments = reporting_departments()
        if not departments:
            self.stderr.write("还没有演示数据，不能建立演示账号；请先执行 manage.py load_demo。")
            raise SystemExit(1)
        try:
            table, count = set_passwords(accounts_for(departments), options["file"])
        except AccountTakenError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from None
        except OSError as error:
            self.stderr.write(f"写不了文件“{options['file']}”：{error.strerror or error}。")
            raise SystemExit(1) from None
        self.stdout.write(table)
        words = f"新设口令 {count} 个" if count else "口令与上次相同，没有改动"
        self.stdout.write(f"{words}；已保存在 {options['file']}（仅本人可读）。")
