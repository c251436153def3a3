"""Places that figures speak of: the city is the root, counties hang below it."""

from django.db import models
from django.db.models import Q


class AreaQuerySet(models.QuerySet["Area"]):
    def root(self) -> "Area":
        """The city (or province, or country) itself; figures without a breakdown belong to it."""
        return self.get(parent__isnull=True)


class Area(models.Model):
    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    counts_toward_total = models.BooleanField("计入合计", default=True)
    note = models.CharField("说明", max_length=200, blank=True)
    """Why the area does not count toward the total, or what about it is still to be confirmed."""
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "地区"
        verbose_name_plural = "地区"
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["counts_toward_total"], condition=Q(parent__isnull=True), name="only_one_root_area"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(counts_toward_total=True), name="root_area_counts_toward_total"
            ),
        ]

    def __str__(self) -> str:
        return self.name
