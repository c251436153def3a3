"""Telling people something in the application: one notice a person, told once however often it is said."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from departments.models import Notice

LONGEST_TITLE = 200


def tell(
    *,
    users: Iterable[User],
    kind: str,
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    at: dt.datetime | None = None,
) -> int:
    """Makes one notice for each of the active users, in the transaction of the act it tells of; returns how many.

    kind: one of Notice.KINDS. key: names the thing that is told, in code (`submission:12:return:7`, at most 180
    characters); made unique with the person, so that nobody is told the same thing twice. url: an address of this
    application, from its root. Call it before the act's audit event, which holds the log for everybody.
    """
    at = at or timezone.now()
    keys = {f"{key}:{user.pk}": user for user in users if user.is_active}
    told = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    notices = [
        Notice(user=user, key=own, kind=kind, title=title[:LONGEST_TITLE], body=body, url=url, made_at=at)
        for own, user in keys.items()
        if own not in told
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)
