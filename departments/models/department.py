"""Bureaus, their names in time, and who works for which."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DepartmentQuerySet(models.QuerySet["Department"]):
    def in_plan_order(self) -> "DepartmentQuerySet":
        return self.order_by("position", "code")


class Department(models.Model):
    """A bureau by the name that the plan gives it; official names stand beside it with their validity."""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("方案中的名称", max_length=100, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    coordinates = models.BooleanField("统筹单位", default=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class DepartmentName(models.Model):
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="names")
    official_name = models.CharField("官方名称", max_length=100)
    is_unconfirmed = models.BooleanField("待核实", default=False)
    valid_from = models.DateField("启用日", null=True, blank=True)
    valid_to = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = "部门名称"
        verbose_name_plural = "部门名称"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="department_name_validity_is_in_order",
            ),
            models.UniqueConstraint(fields=["department", "official_name"], name="one_official_name_per_department"),
        ]

    def __str__(self) -> str:
        return self.official_name


class Membership(models.Model):
    """What a person may do for a bureau: report its figures, or endorse what colleagues reported."""

    REPORTER, APPROVER = "reporter", "approver"
    FUNCTIONS = [(REPORTER, "填报人"), (APPROVER, "复核人")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="memberships")
    function = models.CharField("职责", max_length=10, choices=FUNCTIONS)

    class Meta:
        verbose_name = "部门成员"
        verbose_name_plural = "部门成员"
        constraints = [
            models.UniqueConstraint(fields=["user", "department"], name="one_function_per_person_and_department"),
            models.CheckConstraint(
                condition=Q(function__in=["reporter", "approver"]), name="membership_has_a_known_function"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.department} {self.get_function_display()}"
