"""Five failures of one user name from one address lock that pair for half an hour; nobody else behind that address.

The attempt is counted before the password is checked, under a row lock: guesses sent at the same moment are five too.
"""

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import LoginThrottle

FAILURES_ALLOWED = 5
LOCKED_FOR = dt.timedelta(minutes=30)
KEPT_FOR = dt.timedelta(days=1)


def username_digest(username: str) -> str:
    """What stands for a typed user name in the counters: people mistype their password into that field."""
    name = username.strip().casefold().encode("utf-8", "replace")
    return hmac.new(str(settings.SECRET_KEY).encode(), b"accounts.throttle:" + name, hashlib.sha256).hexdigest()


def count_attempt(username: str, address: str, *, now: dt.datetime | None = None) -> int | None:
    """Count an attempt that is about to be checked; its number, or None when the pair is locked: then do not check.

    The fifth attempt locks; `forget_failures` takes it back when the password was right after all.
    """
    now = now or timezone.now()
    with transaction.atomic():
        LoginThrottle.objects.filter(last_failed_at__lt=now - KEPT_FOR).delete()
        pair, _ = LoginThrottle.objects.get_or_create(
            username=username_digest(username), address=address[:64], defaults={"last_failed_at": now}
        )
        pair = LoginThrottle.objects.select_for_update(no_key=True).get(pk=pair.pk)
        if pair.locked_until is not None and pair.locked_until > now:
            return None
        if pair.locked_until is not None or pair.last_failed_at < now - LOCKED_FOR:
            pair.failures, pair.locked_until = 0, None
        pair.failures += 1
        pair.last_failed_at = now
        if pair.failures >= FAILURES_ALLOWED:
            pair.locked_until = now + LOCKED_FOR
        pair.save(update_fields=["failures", "last_failed_at", "locked_until"])
        return pair.failures


def forget_failures(username: str, address: str = "") -> int:
    """Forget the failures of a user name, from one address or (without one) from every address; how many pairs."""
    pairs = LoginThrottle.objects.filter(username=username_digest(username))
    if address:
        pairs = pairs.filter(address=address[:64])
    return pairs.delete()[0]


def locked_usernames(usernames: list[str], *, now: dt.datetime | None = None) -> set[str]:
    """Those of the given user names that are locked from some address now."""
    by_digest = {username_digest(name): name for name in usernames}
    locked = LoginThrottle.objects.filter(locked_until__gt=now or timezone.now()).values_list("username", flat=True)
    return {by_digest[digest] for digest in locked if digest in by_digest}
