"""`manage.py drain [--loop]`: recomputes what waits; with --loop it does the work of beat and worker, without Redis."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from targets.models import DirtySeries
from targets.tasks import drain

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    help = "重算所有待重算的序列；--loop 则持续运行，并按定时表执行全部定时任务，用于没有 Celery 的部署。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="不退出：每两秒重算一次，并执行定时任务")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        if not loop:
            done = drain()
            parked = DirtySeries.objects.parked().count()
            self.stdout.write(f"已重算 {done} 个序列；停放待查 {parked} 个。")
            return
        timetable = Timetable()
        while True:
            timetable.run_due(time.monotonic())
            try:
                drain()
            except Exception:
                log.exception("draining failed; it is tried again")
            close_old_connections()
            time.sleep(PAUSE_SECONDS)


class Timetable:
    """The jobs of beat's own timetable, run in this process: one list for both ways of running."""

    def __init__(self) -> None:
        current_app.loader.import_default_modules()
        self.jobs = {name: (entry["task"], float(entry["schedule"])) for name, entry in self.entries().items()}
        self.due: dict[str, float] = {}

    @staticmethod
    def entries() -> dict[str, dict[str, Any]]:
        return dict(current_app.conf.beat_schedule)

    def run_due(self, now: float) -> list[str]:
        """Runs every job whose time has come (all of them at first) and says which; `now` in seconds of any clock."""
        ran = []
        for name, (task, seconds) in self.jobs.items():
            if now < self.due.get(name, now):
                continue
            self.due[name] = now + seconds
            ran.append(name)
            try:
                current_app.tasks[task]()
            except Exception:
                log.exception("the periodic job %s failed; it is run again at its next time", name)
        return ran
