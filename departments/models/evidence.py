"""What stands behind a figure or a task report: files and links, and what people said to each other about it.

Both hang on (bureau, period, figure or task), not on one version of a sheet: they survive return and resubmission.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from departments.models.department import Department
from departments.models.submission import APPROVED, Submission, SubmissionStep
from departments.models.supervision import SupervisionItem
from targets.models import Area, Indicator, PlanTask, ReportingPeriod


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def kept(self) -> "EvidenceQuerySet":
        """Those that nobody took away again."""
        return self.filter(removed_at__isnull=True)

    def approved(self) -> "EvidenceQuerySet":
        """What stood behind figures and reports when the version that was approved last was sent."""
        approved = Submission.objects.filter(
            department=OuterRef("department"), period=OuterRef("period"), state=APPROVED
        ).order_by("-version")
        return (
            self.filter(supervision__isnull=True)
            .annotate(approved_as_sent_at=Subquery(approved.values("submitted_at")[:1]))
            .filter(added_at__lte=F("approved_as_sent_at"))
            .filter(Q(removed_at__isnull=True) | Q(removed_at__gt=F("approved_as_sent_at")))
        )


class Evidence(models.Model):
    """A file or a link. Taken away means hidden from new versions: what was sent with it still shows it."""

    FILE, LINK = "file", "link"
    KINDS = [(FILE, "文件"), (LINK, "链接")]

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="evidence")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    supervision = models.ForeignKey(
        SupervisionItem, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField("形式", max_length=4, choices=KINDS)
    title = models.CharField("名称", max_length=200)
    url = models.URLField("链接", max_length=500, blank=True)
    stored_name = models.CharField("存放名", max_length=100, blank=True)
    content_type = models.CharField("类型", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("大小（字节）", null=True, blank=True)
    sha256 = models.CharField("摘要", max_length=64, blank=True)
    is_demonstration = models.BooleanField("演示数据", default=False)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, area__isnull=False, task__isnull=True, supervision__isnull=True)
                | Q(indicator__isnull=True, area__isnull=True, task__isnull=False, supervision__isnull=True)
                | Q(indicator__isnull=True, area__isnull=True, task__isnull=True, supervision__isnull=False),
                name="evidence_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(supervision__isnull=False) | Q(period__isnull=False),
                name="evidence_of_a_sheet_has_a_period",
            ),
            models.CheckConstraint(
                condition=(Q(kind="file", url="") & ~Q(stored_name="") & ~Q(sha256=""))
                | (Q(kind="link", stored_name="") & ~Q(url="")),
                name="evidence_is_a_file_or_a_link",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="evidence_removal_names_day_and_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    """One remark in the thread of a figure or task. Never changed; `step` is the return that it came with."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="comments")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="comments")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    step = models.ForeignKey(SubmissionStep, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    text = models.TextField("意见")
    is_demonstration = models.BooleanField("演示数据", default=False)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "意见"
        verbose_name_plural = "意见"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, area__isnull=False, task__isnull=True)
                | Q(indicator__isnull=True, area__isnull=True, task__isnull=False),
                name="comment_is_of_one_cell",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
