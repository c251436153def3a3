"""Assess a table of cases, so that anybody can check the calculus. A thin shell over targets.case_files."""

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from targets.case_columns import CaseError
from targets.case_files import HELP, Outcome, assess_file, write_results


class Command(BaseCommand):
    help = "按方法说明评价一张案例表（CSV），不读写数据库。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, epilog=HELP, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cases", type=Path, metavar="CASES.csv", help="案例表，UTF-8或GB18030")
        parser.add_argument("--out", type=Path, metavar="RESULT.csv", help="结果文件；不写则输出到屏幕")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = assess_file(options["cases"])
            self._write(outcome, options["out"])
        except CaseError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        for fault in outcome.faults:
            self.stderr.write(fault)
        if outcome.faults:
            sys.exit(1)

    def _write(self, outcome: Outcome, out: Path | None) -> None:
        if out is None:
            write_results(outcome, self.stdout)
            return
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                write_results(outcome, file)
        except OSError as error:
            raise CaseError(f"写不了结果文件：{out}（{error.strerror}）。") from error
