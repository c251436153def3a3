"""Issued briefings: what was made, byte for byte, with its data cut-off and hash."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from targets.models import Plan, ReportingPeriod

# Longer than a task of Celery may live: whoever claimed a briefing this long ago is dead.
CLAIM_LASTS = dt.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def for_list(self) -> "BriefingQuerySet":
        return self.select_related("plan", "period", "requested_by").defer("pdf").order_by("-requested_at")

    def claimable(self, now: dt.datetime) -> "BriefingQuerySet":
        """Those to be made that nobody is making: never claimed, or claimed by a process that must have died."""
        return self.filter(
            Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_LASTS),
            state=Briefing.QUEUED,
        )


class Briefing(models.Model):
    """One briefing: asked for, made by a task outside the request, kept with its bytes. The row is the job."""

    QUEUED, READY, FAILED = "queued", "ready", "failed"
    STATES = [(QUEUED, "正在生成"), (READY, "已生成"), (FAILED, "生成失败")]

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="briefings")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="briefings")
    state = models.CharField("状态", max_length=10, choices=STATES, default=QUEUED)
    suggestions = models.TextField("下步建议", blank=True)
    requested_at = models.DateTimeField("提出时间")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data_cut_off = models.DateTimeField("数据截止时间", null=True, blank=True)
    dated_on = models.DateField("成文日期")
    is_demonstration = models.BooleanField("演示数据", default=False)
    pdf = models.BinaryField("PDF", null=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    layout_version = models.CharField("版式版本", max_length=20, blank=True)
    missing_characters = models.CharField("缺字", max_length=300, blank=True)
    notes = models.TextField("生成说明", blank=True)
    claimed_at = models.DateTimeField("开始生成时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    failure = models.CharField("失败原因", max_length=500, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = BriefingQuerySet.as_manager()

    class Meta:
        verbose_name = "简报"
        verbose_name_plural = "简报"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(pdf__isnull=False) & ~Q(sha256="") & Q(data_cut_off__isnull=False)),
                name="ready_briefing_has_its_bytes_and_hash",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(failure=""), name="failed_briefing_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.plan.code} {self.period.code}"

    @property
    def note_lines(self) -> list[str]:
        """What the reader is told about the file: substitute fonts, missing glyphs."""
        return self.notes.splitlines()
