"""Celery: reminders and messages on their way out. Each looks at its rows first, so that it can run twice."""

from celery import shared_task

from departments.delivering import deliver
from departments.digests import refresh_waiting
from departments.digests import remind as make_digests


@shared_task
def remind() -> int:
    """Makes the digests of the day where they are not made yet; returns how many people were told."""
    return make_digests()


@shared_task
def deliver_messages() -> int:
    """Sends the mails and robots' messages that are due; returns how many went out."""
    refresh_waiting()
    return deliver()
