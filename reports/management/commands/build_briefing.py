"""manage.py build_briefing: the briefing of one period as a file, from the data as it stands."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from reports.briefing.compile import BriefingError, set_briefing
from reports.briefing.content import Edition, build_content
from reports.overview import build_overview
from targets.models import Plan


class Command(BaseCommand):
    help = "生成一期简报：manage.py build_briefing --plan 方案编号 --period 2023Q4 --out 文件.pdf"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, help="方案编号")
        parser.add_argument("--period", required=True, help="填报期，例如2023Q4")
        parser.add_argument("--out", required=True, type=Path, help="写到哪个文件")
        parser.add_argument("--suggestions", type=Path, help="下步建议的文本文件（UTF-8），每行一段")
        parser.add_argument("--dated", default="", help="成文日期，例如2024-01-20；不填为今天")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(code=options["plan"]).first()
        if plan is None:
            known = "、".join(Plan.objects.values_list("code", flat=True)) or "还没有装入方案"
            raise CommandError(f"没有编号为“{options['plan']}”的方案。现有：{known}。")
        period = plan.periods.filter(code=options["period"]).first()
        if period is None:
            raise CommandError(f"方案“{plan.title}”没有名为“{options['period']}”的填报期。")
        dated_on = parse_date(options["dated"]) if options["dated"] else timezone.localdate()
        if dated_on is None:
            raise CommandError(f"“{options['dated']}”不是日期，请写成2024-01-20的样子。")
        out: Path = options["out"]
        try:
            suggestions = "" if options["suggestions"] is None else options["suggestions"].read_text(encoding="utf-8")
            overview = build_overview(plan, period, with_readings=True)
            content = build_content(
                overview, edition=Edition(dated_on=dated_on, suggestions=suggestions), thresholds=plan.thresholds
            )
            made = set_briefing(content, on=dated_on, fonts_dir=settings.FONTS_DIR)
            # Written beside its place and then moved: never half a file under the wanted name.
            half = out.with_name(f"{out.name}.{os.getpid()}.part")
            half.write_bytes(made.pdf)
            half.replace(out)
        except BriefingError as problem:
            raise CommandError(str(problem)) from problem
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"文件读写失败：{problem}") from problem
        for sentence in made.sentences:
            self.stderr.write(sentence)
        self.stdout.write(f"已生成{plan.title}{period.name}简报：{out}（{len(made.pdf)}字节）。")
