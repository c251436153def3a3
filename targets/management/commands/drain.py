"""`manage.py drain [--loop]`: recomputes what waits, where no Celery worker runs."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from targets.models import DirtySeries
from targets.tasks import drain

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "重算所有待重算的序列；--loop 则持续运行，用于没有 Celery 的部署。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="不退出，每两秒检查一次")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        while True:
            done = drain()
            if done or not loop:
                parked = DirtySeries.objects.parked().count()
                self.stdout.write(f"已重算 {done} 个序列；停放待查 {parked} 个。")
            if not loop:
                return
            time.sleep(PAUSE_SECONDS)
