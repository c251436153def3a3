"""`manage.py recompute [--plan CODE]`: rebuilds every assessment from the figures, baselines and targets."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from targets.assessing import series_of_plan
from targets.models import Assessment, DirtySeries, Plan
from targets.tasks import drain


class Command(BaseCommand):
    help = "从实际值、基期值和目标值出发，重新计算全部评价。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", help="只重算这个方案编号；缺省为全部方案")

    def handle(self, *args: Any, plan: str | None, **options: Any) -> None:
        plans = Plan.objects.filter(code=plan) if plan else Plan.objects.all()
        if plan and not plans.exists():
            raise CommandError(
                f"没有编号为“{plan}”的方案；现有：{'、'.join(Plan.objects.values_list('code', flat=True))}。"
            )
        series = [key for one in plans for key in series_of_plan(one.pk)]
        DirtySeries.objects.mark(series)
        drain()
        left = DirtySeries.objects.count()
        self.stdout.write(f"已重算 {len(series) - left} 个序列，共 {Assessment.objects.count()} 条评价。")
        if left:
            raise CommandError(f"{left} 个序列未能重算，原因见系统管理员的“重算队列”页面。")
