"""Saves cells at most once for each request of a browser, however often the request arrives."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments.actions.drafts import Change, Saved, open_submission, save_cells
from departments.models import Department, SaveReceipt
from targets.models import ReportingPeriod

KEPT_FOR = dt.timedelta(days=1)


@transaction.atomic
def save_cells_once(
    *,
    department: Department,
    period: ReportingPeriod,
    changes: Mapping[str, Change],
    key: str,
    by: User,
    on_behalf_reason: str = "",
    at: dt.datetime | None = None,
) -> Saved | None:
    """`save_cells` in the bureau's sheet, which is opened when there is none; None where `key` was carried out before.

    The receipt is written before the cells: of two equal requests at once the second waits for the first one's end.
    """
    at = at or timezone.now()
    submission = open_submission(department=department, period=period, by=by, at=at)
    if key:
        SaveReceipt.objects.filter(submission=submission, at__lt=at - KEPT_FOR).delete()
        _, is_new = SaveReceipt.objects.get_or_create(submission=submission, user=by, key=key, defaults={"at": at})
        if not is_new:
            return None
    return save_cells(submission=submission, changes=changes, by=by, on_behalf_reason=on_behalf_reason, at=at)
