"""manage.py check_evidence: is every file of evidence there, and is it the one that was sent in?"""

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from departments import evidence_files
from departments.models import Evidence

LEFT_ALONE = dt.timedelta(hours=1)
"""A younger file without a row may belong to an upload that is just being stored."""


class Command(BaseCommand):
    help = "核对佐证材料：每份文件是否都在、内容是否与上传时一致，有没有多余的文件。发现问题时逐条说明，退出码为1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tidy", action="store_true", help="删除没有登记的多余文件（上传中断所留，一小时以前的）")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = {row.stored_name: row for row in Evidence.objects.filter(kind=Evidence.FILE).order_by("pk")}
        findings = [finding for row in rows.values() if (finding := _wrong_with(row))]
        left = list(_without_row(set(rows)))
        if options["tidy"]:
            for path in left:
                path.unlink()
            self.stdout.write(f"已删除多余文件{len(left)}个。")
        else:
            findings += [f"多余文件 {path.name}：没有登记，可用 --tidy 删除。" for path in left]
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            self.stderr.write(f"佐证材料有{len(findings)}处问题。")
            raise SystemExit(1)
        self.stdout.write(f"佐证材料完好：共{len(rows)}份文件。")


def _wrong_with(row: Evidence) -> str:
    path = evidence_files.path_of(row.stored_name)
    name = f"编号{row.pk} {row.department}“{row.title}”"
    if not path.is_file():
        return f"{name}：文件缺失（{path}）。"
    if evidence_files.sha256_of(path) != row.sha256:
        return f"{name}：内容与上传时不一致（{path}）。"
    return ""


def _without_row(known: set[str]) -> Iterator[Path]:
    before = timezone.now() - LEFT_ALONE
    for path in evidence_files.stored_files():
        changed_at = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
        if path.name not in known and changed_at < before:
            yield path
