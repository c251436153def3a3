"""When a bureau's sheet is due where it is not the period's own day, what bureaus ask for, when they are reminded."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.models.department import Department
from targets.models import Plan, ReportingPeriod


class Extension(models.Model):
    """More time for one bureau and period, with a reason; the series it reports get their own due day."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="extensions")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="extensions")
    due_on = models.DateField("延期至")
    reason = models.CharField("理由", max_length=300)
    granted_at = models.DateTimeField("批准时间")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "延期"
        verbose_name_plural = "延期"
        constraints = [models.UniqueConstraint(fields=["department", "period"], name="one_extension_per_submission")]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.due_on}"


def due_day_of(period: ReportingPeriod, extension: Extension | None) -> dt.date:
    """The day on which a bureau's sheet is due: the period's, or a later one that was granted."""
    return period.due_on if extension is None else max(period.due_on, extension.due_on)


class SheetRequest(models.Model):
    """A bureau asks for more time, or for an approved sheet to be reopened; the coordinator grants or refuses."""

    EXTENSION, REOPENING = "extension", "reopening"
    KINDS = [(EXTENSION, "申请延期"), (REOPENING, "申请重开")]
    WAITING, GRANTED, REFUSED, WITHDRAWN = "waiting", "granted", "refused", "withdrawn"
    STATES = [(WAITING, "待处理"), (GRANTED, "已同意"), (REFUSED, "未同意"), (WITHDRAWN, "已撤回")]

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="requests")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField("事项", max_length=10, choices=KINDS)
    state = models.CharField("状态", max_length=10, choices=STATES, default=WAITING)
    reason = models.CharField("理由", max_length=300)
    wanted_until = models.DateField("希望延至", null=True, blank=True)
    keys = models.JSONField("希望重开的格", default=list, blank=True)
    made_at = models.DateTimeField("申请时间")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.CharField("处理意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "填报申请"
        verbose_name_plural = "填报申请"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "period", "kind"],
                condition=Q(state="waiting"),
                name="one_waiting_request_per_sheet_and_kind",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="request_says_why"),
            models.CheckConstraint(
                condition=~Q(kind="extension") | Q(wanted_until__isnull=False), name="extension_request_names_a_day"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="request_decision_names_day_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"]) | Q(decided_by__isnull=False),
                name="decided_request_names_who_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.get_kind_display()}"


class ReminderRule(models.Model):
    """When the people of a plan are reminded; a plan without a row follows the defaults."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="reminder_rule")
    days_before = models.JSONField("截止前几天提醒", default=list)
    late_every = models.PositiveSmallIntegerField("逾期后每几天提醒", default=3)
    escalate_after = models.PositiveSmallIntegerField("逾期几天后提醒复核人", default=5)

    class Meta:
        verbose_name = "提醒规则"
        verbose_name_plural = "提醒规则"
        constraints = [
            models.CheckConstraint(condition=Q(late_every__gte=1), name="reminder_comes_at_most_daily"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}"
