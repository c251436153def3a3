"""manage.py load_plan FILE: stores a plan with its bureaus, indicators, tasks and periods."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from departments.plan_loading import PlanNotLoadedError, load_plan
from targets.plan_files import PlanFileError, read_plan_file


class Command(BaseCommand):
    help = "载入方案文件（JSON，格式见 docs/plan-file.md）。可重复执行：已载入且一致的方案不作任何改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="方案文件，例如 fixtures/linyi_cp_14.json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            draft = read_plan_file(options["file"])
            loaded = load_plan(draft)
        except (PlanFileError, PlanNotLoadedError) as error:
            for finding in error.findings:
                self.stderr.write(finding)
            self.stderr.write("没有载入任何内容。")
            raise SystemExit(1) from None
        if not loaded.is_new:
            self.stdout.write(f"方案《{draft.title}》（{draft.code}）已经载入，与文件一致，没有改动。")
            return
        reported = sum(one.is_reported for one in draft.indicators)
        self.stdout.write(
            f"已载入方案《{draft.title}》（{draft.code}）："
            f"部门 {len(draft.departments)} 个，条款 {len(draft.clauses)} 段，"
            f"定量指标 {reported} 项，未定量指标 {len(draft.indicators) - reported} 项，任务 {len(draft.tasks)} 项，"
            f"总体目标 {len(draft.goals)} 条，疑义 {len(draft.readings)} 条，填报期 {loaded.plan.periods.count()} 个。"
            "没有写入任何基期值。"
        )
