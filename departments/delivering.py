"""What goes out, by mail or to a robot: rows with unique keys, claimed one by one, sent, and marked.

Nothing is sent twice. A row is claimed before it is sent; when the sender dies in between, or the connection breaks
while the answer is awaited, nobody knows whether the message went out, so the row is given up and a person decides.
What was certainly not sent is sent again with growing pauses, and given up after the last of them.
"""

import datetime as dt
import logging
import smtplib
import time
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from departments.models import Delivery
from departments.permissions.deliveries import check_can_see_deliveries
from departments.robots import BadRobot, NotSent, PerhapsSent, Robot, post, robots

log = logging.getLogger(__name__)

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long to wait after the first, second … attempt that failed; after one more attempt the message is given up."""
ATTEMPTS = len(PAUSES) + 1
LOST_AFTER = dt.timedelta(minutes=10)
"""A sender that has not come back by then is dead."""
A_MINUTE = dt.timedelta(minutes=1)
PER_ROBOT_AND_MINUTE = 20
"""The makers of the robots refuse more."""
LONGEST_RUN_SECONDS = 20.0
"""Then the next run goes on, so that other periodic jobs of the same process have their turn."""

INTERRUPTED = "发送过程中断，不能确定是否已经发出；为避免重复，没有自动重发。"
NO_SUCH_ROBOT = "这个群机器人已不在系统设置中。"
ENDING = "（本邮件由系统自动发出，请勿回复。）"


# --- What is to go out ------------------------------------------------------------------------------------------------


def mail_is_configured() -> bool:
    return bool(settings.EMAIL_URL)


def queue_mails(*, users: Iterable[User], key: str, title: str, body: str, url: str = "", at: dt.datetime) -> int:
    """A mail to each of the active users who has an address; none where no mail server is set. Returns how many.

    key: as for `notifying.tell`. url: an address of this application from its root, made whole with SITE_URL.
    """
    if not mail_is_configured():
        return 0
    text = _text(Delivery.EMAIL, body, url)
    return _queue(
        Delivery(
            key=f"{key}:mail:{user.pk}", channel=Delivery.EMAIL, address=user.email, title=title, body=text, made_at=at
        )
        for user in users
        if user.is_active and user.email
    )


def queue_for_robot(robot: Robot, *, key: str, title: str, body: str, url: str = "", at: dt.datetime) -> int:
    return _queue(
        [
            Delivery(
                key=f"{key}:{robot.name}",
                channel=robot.channel,
                address=robot.name,
                title=title,
                body=_text(robot.channel, body, url),
                made_at=at,
            )
        ]
    )


def _queue(deliveries: Iterable[Delivery]) -> int:
    return len(Delivery.objects.bulk_create(deliveries, ignore_conflicts=True))


def _text(channel: str, body: str, url: str) -> str:
    link = f"\n\n{settings.SITE_URL}{url}" if settings.SITE_URL and url else ""
    return f"{body}{link}\n\n{ENDING}" if channel == Delivery.EMAIL else f"{body}{link}"


# --- What waits -------------------------------------------------------------------------------------------------------


def waiting(key: str) -> QuerySet[Delivery]:
    """The messages whose key begins so and that nobody is sending at the moment."""
    return Delivery.objects.filter(_WAITING, key__startswith=key)


def rewrite(delivery: Delivery, *, title: str, body: str, url: str) -> None:
    """Other words for a message that still waits."""
    text = _text(delivery.channel, body, url)
    if (title, text) != (delivery.title, delivery.body):
        Delivery.objects.filter(_WAITING, pk=delivery.pk).update(title=title, body=text)


def withdraw(delivery: Delivery, reason: str, now: dt.datetime) -> None:
    """A message that still waits is not sent any more."""
    Delivery.objects.filter(_WAITING, pk=delivery.pk).update(given_up_at=now, last_error=reason)


_WAITING = Q(sent_at__isnull=True, given_up_at__isnull=True) & (Q(claimed_at__isnull=True) | ~Q(last_error=""))
"""Neither sent nor given up, nor being sent: a row that is being sent is claimed and has no error."""


# --- Sending ----------------------------------------------------------------------------------------------------------


def deliver(*, now: dt.datetime | None = None) -> int:
    """Sends what is due, for some seconds; returns how many messages went out. Safe to run twice at once."""
    now = now or timezone.now()
    _give_up_interrupted(now)
    ends = time.monotonic() + LONGEST_RUN_SECONDS
    by_name = _robots_by_name()
    postman = _Postman()
    sent = 0
    for delivery_id in list(Delivery.objects.filter(_due(now)).order_by("made_at", "pk").values_list("pk", flat=True)):
        if time.monotonic() > ends:
            break
        delivery = _claim(delivery_id, now, mail_is_open=not postman.is_unreachable)
        if delivery is None:
            continue
        try:
            if delivery.channel == Delivery.EMAIL:
                postman.send(delivery)
            else:
                _post(delivery, by_name, now)
        except NotSent as error:
            _mark_failed(delivery, str(error), now)
        except PerhapsSent as error:
            _give_up(delivery, f"{INTERRUPTED}{error}", now)
        else:
            Delivery.objects.filter(pk=delivery.pk).update(sent_at=timezone.now())
            sent += 1
    postman.close()
    return sent


def _due(now: dt.datetime) -> Q:
    """Never tried, or failed for certain so many times and so long ago. A row that is being sent has no error."""
    again = Q()
    for attempts, pause in enumerate(PAUSES, start=1):
        again |= Q(attempts=attempts, claimed_at__lte=now - pause)
    waiting = Q(sent_at__isnull=True, given_up_at__isnull=True)
    return waiting & (Q(claimed_at__isnull=True) | (~Q(last_error="") & again))


@transaction.atomic
def _claim(delivery_id: int, now: dt.datetime, *, mail_is_open: bool) -> Delivery | None:
    """The row, marked as being sent before it is; None when another sender has it or its turn has not come."""
    delivery = Delivery.objects.select_for_update(skip_locked=True).filter(_due(now), pk=delivery_id).first()
    if delivery is None:
        return None
    if delivery.channel == Delivery.EMAIL:
        if not mail_is_open:
            return None
    elif Delivery.objects.filter(address=delivery.address, claimed_at__gt=now - A_MINUTE).count() >= (
        PER_ROBOT_AND_MINUTE
    ):
        return None
    delivery.claimed_at = now
    delivery.attempts += 1
    delivery.last_error = ""
    delivery.save(update_fields=["claimed_at", "attempts", "last_error"])
    return delivery


def _give_up_interrupted(now: dt.datetime) -> None:
    Delivery.objects.filter(
        sent_at__isnull=True, given_up_at__isnull=True, last_error="", claimed_at__lt=now - LOST_AFTER
    ).update(given_up_at=now, last_error=INTERRUPTED)


def _mark_failed(delivery: Delivery, reason: str, now: dt.datetime) -> None:
    log.warning("message %s failed for the %d. time: %s", delivery.key, delivery.attempts, reason)
    if delivery.attempts >= ATTEMPTS:
        _give_up(delivery, reason, now)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(last_error=reason or "没有说明原因。")


def _give_up(delivery: Delivery, reason: str, now: dt.datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(given_up_at=now, last_error=reason)


def _robots_by_name() -> dict[str, Robot]:
    try:
        return {robot.name: robot for robot in robots()}
    except BadRobot:
        log.exception("the robots of the settings cannot be used")
        return {}


def _post(delivery: Delivery, by_name: dict[str, Robot], now: dt.datetime) -> None:
    robot = by_name.get(delivery.address)
    if robot is None:
        raise NotSent(NO_SUCH_ROBOT)
    post(robot, title=delivery.title, body=delivery.body, milliseconds=int(now.timestamp() * 1000))


class _Postman:
    """One connection to the mail server for all mails of a run, opened for the first of them."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None
        self.is_unreachable = False

    def send(self, delivery: Delivery) -> None:
        """Raises NotSent when the server was not reached or refused the mail, PerhapsSent when nobody knows."""
        connection = self._open()
        try:
            EmailMessage(
                subject=delivery.title, body=delivery.body, to=[delivery.address], connection=connection
            ).send()
        except smtplib.SMTPServerDisconnected as error:
            self.connection = None
            raise PerhapsSent(type(error).__name__) from error
        except (
            smtplib.SMTPException,
            ValueError,
        ) as error:  # ValueError: an address that nobody can send to
            raise NotSent(f"邮件服务器拒收：{str(error)[:300]}") from error
        except OSError as error:
            self.connection = None
            raise PerhapsSent(type(error).__name__) from error

    def _open(self) -> BaseEmailBackend:
        if self.connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                self.is_unreachable = True
                raise NotSent(f"连接邮件服务器失败：{str(error)[:300]}") from error
            self.connection = connection
        return self.connection

    def close(self) -> None:
        if self.connection is None:
            return
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            log.info("the mail server closed first", exc_info=True)


# --- By hand ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_again(*, by: User) -> int:
    """Puts every message that was given up back into the queue; the administrator answers for what arrives twice."""
    check_can_see_deliveries(by)
    again = Delivery.objects.filter(given_up_at__isnull=False).update(
        given_up_at=None, claimed_at=None, attempts=0, last_error=""
    )
    if again:
        audit.record(action="delivery.again", by=by, label="外发消息", after={"messages": again})
    return again
