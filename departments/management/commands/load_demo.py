"""manage.py load_demo: the plan with its marked demonstration figures, in a migrated database."""

import logging
from typing import Any

from django.core.management.base import BaseCommand

from departments.demonstration import DemonstrationRefusedError, load_demonstration
from departments.demonstration_accounts import AccountTakenError
from departments.plan_loading import PlanNotLoadedError
from targets.plan_files import PlanFileError


class Command(BaseCommand):
    help = "载入方案和演示数据（均有标注），含演示账号（口令另由 make_demo_accounts 生成）。可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        # Every step of every sheet rings the bell; that each ring found nothing left to do is of no interest here.
        logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
        try:
            loaded = load_demonstration()
        except (PlanFileError, PlanNotLoadedError) as error:
            for finding in error.findings:
                self.stderr.write(finding)
            self.stderr.write("没有载入任何内容。")
            raise SystemExit(1) from None
        except (DemonstrationRefusedError, AccountTakenError) as error:
            self.stderr.write(f"{error}没有载入任何内容。")
            raise SystemExit(1) from None
        for one in loaded:
            title = f"《{one.plan.title}》（{one.plan.code}）"
            if one.is_new:
                self.stdout.write(f"已载入{title}及演示数据：已通过审核的演示数 {one.figures} 个，均标注“演示数据”。")
            else:
                self.stdout.write(f"{title}的演示数据已经载入，没有改动。")
