"""manage.py verify_audit: was anything in the event log changed, removed or put in between?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts import audit
from accounts.models import AuditEvent, AuditHead


class Command(BaseCommand):
    help = "核对审计日志：每条事件的哈希和前后链接是否完好。发现改动、删除或插入时逐条说明，退出码为1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", metavar="HASH", help="以前记下的末尾哈希：核对它仍在日志中")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = audit.verify(noted_head=options["head"])
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            self.stderr.write(f"审计日志不完好：发现{len(findings)}处问题。")
            raise SystemExit(1)
        head = AuditHead.objects.filter(pk=1).first()
        count = AuditEvent.objects.count()
        self.stdout.write(f"审计日志完好：共{count}条事件。")
        if head is not None:
            self.stdout.write(f"末尾哈希：{head.last_hash}（请另处保存，下次用 --head 核对）")
