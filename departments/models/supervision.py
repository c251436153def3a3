"""督办: what a bureau is told to put right, tied to an indicator or a task, from assignment to closing."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from departments.models.department import Department
from targets.models import Indicator, Plan, PlanTask

ASSIGNED, ANSWERED, CLOSED = "assigned", "answered", "closed"

SUPERVISION_STATES = [(ASSIGNED, "待反馈"), (ANSWERED, "已反馈待核"), (CLOSED, "已销号")]

SUPERVISION_TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {
    # verb: (from, to) — the diagram of the documentation is drawn from this table
    "answer": ((ASSIGNED,), ANSWERED),
    "send_back": ((ANSWERED,), ASSIGNED),
    "postpone": ((ASSIGNED,), ASSIGNED),
    "close": ((ANSWERED,), CLOSED),
    "reopen": ((CLOSED,), ASSIGNED),
}

SUPERVISION_VERBS = {
    "assign": "交办",
    "answer": "反馈",
    "send_back": "退回重办",
    "postpone": "延期",
    "close": "销号",
    "reopen": "重新督办",
}
"""What the verbs are called on the screen."""


class SupervisionQuerySet(models.QuerySet["SupervisionItem"]):
    def unclosed(self) -> "SupervisionQuerySet":
        return self.exclude(state=CLOSED)

    def overdue_on(self, day: dt.date) -> "SupervisionQuerySet":
        """Those whose answer is missing after its day."""
        return self.filter(state=ASSIGNED, due_on__lt=day)

    def with_parts(self) -> "SupervisionQuerySet":
        """With everything that a line of a list prints."""
        return self.select_related("plan", "department", "indicator", "task", "assigned_by", "closed_by")


class SupervisionItem(models.Model):
    """One demand with its deadline; `lock_version` guards every write."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="supervision")
    number = models.PositiveIntegerField("编号")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="supervision")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="supervision"
    )
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, null=True, blank=True, related_name="supervision")
    demand = models.TextField("督办要求")
    due_on = models.DateField("反馈期限")
    state = models.CharField("状态", max_length=10, choices=SUPERVISION_STATES, default=ASSIGNED)
    lock_version = models.PositiveIntegerField("修改次数", default=0)
    assigned_at = models.DateTimeField("交办时间")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demonstration = models.BooleanField("演示数据", default=False)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = "督办事项"
        verbose_name_plural = "督办事项"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_supervision_item_per_number"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, task__isnull=True) | Q(indicator__isnull=True, task__isnull=False),
                name="supervision_is_of_an_indicator_or_a_task",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s for s, _ in SUPERVISION_STATES]), name="supervision_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=CLOSED) | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="closed_supervision_names_day_and_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(answered_by__isnull=True) | ~Q(closed_by=F("answered_by")),
                name="nobody_closes_what_he_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"

    @property
    def name(self) -> str:
        """How it is called everywhere: its number within the plan."""
        return f"督办第{self.number}号"

    @property
    def subject(self) -> Indicator | PlanTask:
        """What it is about: an indicator or a task, never both."""
        found = self.indicator or self.task
        assert found is not None  # a constraint of the table
        return found

    @property
    def subject_words(self) -> str:
        return self.indicator.name if self.indicator is not None else str(self.subject)

    def is_overdue_on(self, day: dt.date) -> bool:
        """Whether its answer is missing after its day."""
        return self.state == ASSIGNED and self.due_on < day


class SupervisionStep(models.Model):
    """One step of an item: who did what when, in his words."""

    item = models.ForeignKey(SupervisionItem, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField("动作", max_length=12)
    from_state = models.CharField("原状态", max_length=10, choices=SUPERVISION_STATES, blank=True)
    to_state = models.CharField("新状态", max_length=10, choices=SUPERVISION_STATES)
    text = models.TextField("内容", blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "督办记录"
        verbose_name_plural = "督办记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.verb}"

    @property
    def label(self) -> str:
        return SUPERVISION_VERBS.get(self.verb, self.verb)
