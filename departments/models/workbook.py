"""A workbook that somebody uploaded, read but not yet stored: what it would change, kept until he confirms."""

from django.conf import settings
from django.db import models

from departments.models.department import Department
from targets.models import Plan, ReportingPeriod


class WorkbookUpload(models.Model):
    """The dry run of one upload. Only who uploaded it sees and confirms it; after a day it is gone."""

    ENTRY, HISTORY = "entry", "history"
    KINDS = [(ENTRY, "填报表"), (HISTORY, "历史数据表")]

    kind = models.CharField("种类", max_length=10, choices=KINDS)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """Of an entry workbook; a history workbook is of many."""
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    contents = models.JSONField("试读结果")
    made_at = models.DateTimeField("上传时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    imported_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = "上传的填报表"
        verbose_name_plural = "上传的填报表"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="history", period__isnull=True) | models.Q(kind="entry", period__isnull=False),
                name="workbook_upload_names_what_it_is_of",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
