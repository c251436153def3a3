"""What people are told: notices in the application, and what goes out by mail or to a robot. Rows with unique keys.

A lost or doubled run of the timetable neither skips nor doubles anything: the key of the row decides.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.models.department import Department
from targets.models import ReportingPeriod


class Notice(models.Model):
    """One thing that one person is told. `key` is unique: the same thing is told once."""

    DIGEST, NUDGE, STEP, REQUEST, SUPERVISION, COMMENT = (
        "digest",
        "nudge",
        "step",
        "request",
        "supervision",
        "comment",
    )
    KINDS = [
        (DIGEST, "报送提醒"),
        (NUDGE, "催报"),
        (STEP, "填报单流转"),
        (REQUEST, "填报申请"),
        (SUPERVISION, "督办"),
        (COMMENT, "意见"),
    ]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField("唯一键", max_length=200, unique=True)
    kind = models.CharField("类别", max_length=12, choices=KINDS)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("去处", max_length=300, blank=True)
    made_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message on its way out: a mail to a person, or a digest to a robot. Sent again until it succeeded."""

    EMAIL, WECOM, DINGTALK = "email", "wecom", "dingtalk"
    CHANNELS = [(EMAIL, "电子邮件"), (WECOM, "企业微信群机器人"), (DINGTALK, "钉钉群机器人")]

    key = models.CharField("唯一键", max_length=200, unique=True)
    channel = models.CharField("渠道", max_length=10, choices=CHANNELS)
    address = models.CharField("收件地址或机器人名", max_length=200)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容")
    made_at = models.DateTimeField("生成时间")
    claimed_at = models.DateTimeField("领取时间", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    last_error = models.TextField("最近的错误", blank=True)
    given_up_at = models.DateTimeField("放弃时间", null=True, blank=True)

    class Meta:
        verbose_name = "外发消息"
        verbose_name_plural = "外发消息"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="delivery_is_sent_or_given_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.title}"


class Nudge(models.Model):
    """催报: somebody of the city asked a bureau for its sheet, by hand."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="nudges")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="nudges")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "催报"
        verbose_name_plural = "催报"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.department} {self.period}"
