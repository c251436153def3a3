"""That a save was carried out, by the word that the browser gave it: the same request again has no second effect."""

from django.conf import settings
from django.db import models

from departments.models.submission import Submission


class SaveReceipt(models.Model):
    """One automatic save of one person. Kept for a day: a request whose answer was lost is repeated within minutes."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField("请求标识", max_length=64)
    at = models.DateTimeField("保存时间", db_index=True)

    class Meta:
        verbose_name = "自动保存记录"
        verbose_name_plural = "自动保存记录"
        constraints = [
            models.UniqueConstraint(fields=["submission", "user", "key"], name="one_save_per_request"),
        ]

    def __str__(self) -> str:
        return self.key
