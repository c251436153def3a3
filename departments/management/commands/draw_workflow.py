"""manage.py draw_workflow: how sheets and supervision items move, as Markdown with diagrams."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from departments.workflow_drawing import workflow_page

PAGE = Path(settings.BASE_DIR) / "docs" / "workflow.md"


class Command(BaseCommand):
    help = "按状态流转表画出填报单和督办事项的流程图；加 --write 写入 docs/workflow.md。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="写入 docs/workflow.md，而不是打印出来")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            PAGE.write_text(workflow_page(), encoding="utf-8")
            self.stdout.write(f"已写入 {PAGE}。")
        else:
            self.stdout.write(workflow_page())
