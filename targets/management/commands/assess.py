"""Assess a table of cases, so that anybody can check the calculus. A thin shell over targets.case_files."""

import io
import os
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

from targets.case_columns import CaseError
from targets.case_files import HELP, Outcome, assess_file, write_results


class Command(BaseCommand):
    help = "按方法说明评价一张案例表（CSV），不读写数据库。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def run_from_argv(self, argv: list[str]) -> None:
        speak_utf_8()
        super().run_from_argv(argv)

    def print_help(self, prog_name: str, subcommand: str) -> None:
        speak_utf_8()
        super().print_help(prog_name, subcommand)

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
            faults = outcome.faults
        except CaseError as error:
            faults = (str(error),)
        with while_it_is_read(self.stderr, sys.stderr):
            for fault in faults:
                self.stderr.write(fault)
        if faults:
            sys.exit(1)

    def _write(self, outcome: Outcome, out: Path | None) -> None:
        if out is None:
            with while_it_is_read(self.stdout, sys.stdout):
                write_results(outcome, self.stdout)
            return
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                write_results(outcome, file)
        except OSError as error:
            raise CaseError(f"写不了结果文件：{out}（{error.strerror}）。") from error


def speak_utf_8() -> None:
    """Results and sentences are Chinese: the bytes are UTF-8, whatever the environment says of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


@contextmanager
def while_it_is_read(output: OutputWrapper, stream: TextIO) -> Iterator[None]:
    """A reader that has closed its end (`| head -1`) has seen enough: the rest goes nowhere, and that is no error."""
    try:
        yield
        output.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
