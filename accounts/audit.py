"""What was done: one event an act, written in the act's own transaction, chained by keyed hashes, only ever added to.

Every event carries the hash of the one before it; the hash is an HMAC-SHA256 over the event's canonical JSON, with a
key derived from SECRET_KEY. Whoever can write to the database but lacks the key can neither change, remove nor put in
an event without `verify` noticing; a signed head notices that the end was cut off. Against somebody who also puts
back an older copy of the head, keep what `manage.py verify_audit` prints as the head elsewhere, and pass it back in.
"""

import datetime as dt
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import AuditEvent, AuditHead, User
from accounts.request_context import current_request

CHAIN_LABEL = b"accounts.audit chain v1"
HEAD_LABEL = b"accounts.audit head v1"
LOCK = 4_871_203_956_114
"""The advisory lock under which events are appended one after the other (PostgreSQL)."""

HEAD_LOST = "audit.head_lost"
SECRET_WORDS = ("password", "passwd", "secret", "token", "session", "csrf", "otp", "密码", "口令", "密钥")
HIDDEN = "（已隐去）"


def record(
    *,
    action: str,
    by: User | None,
    subject: Model | None = None,
    label: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    succeeded: bool = True,
) -> AuditEvent:
    """Append one event, in the transaction of the act that it tells of (or one of its own where there is none).

    `action` is a dotted verb such as "baseline.propose". `by` is None for the system itself. `label` names the object
    (or, with neither `by` nor `subject`, the person) in words that stay right when the object changes. Numbers and days
    in `before` and `after` are kept as text, exactly; what a key calls a secret is not kept at all; line breaks and
    other control characters become visible signs.

    Appending waits until other transactions that have appended end: call it as the last statement of the act, after the
    rows that others may hold (dirty series, locked rows), so that nobody waits for those while holding the log.
    """
    if not action or len(action) > 64:
        raise ValueError("An action is a dotted verb of at most 64 characters.")
    context = current_request()
    with transaction.atomic():
        _wait_for_turn()
        head = AuditHead.objects.filter(pk=1).first()
        if head is None and AuditEvent.objects.exists():
            head = _start_again_after_a_lost_head()
        event = AuditEvent(
            at=timezone.now(),
            actor=by,
            actor_label=_one_line(_name_of(by) if by is not None else label if subject is None and label else "系统")[
                :160
            ],
            address=_one_line(context.address)[:64],
            request_id=_one_line(context.request_id)[:64],
            action=action,
            object_type=subject._meta.label if subject is not None else "",
            object_id=str(subject.pk)[:64] if subject is not None else "",
            object_label=_one_line(label or (str(subject) if subject is not None else ""))[:300],
            before=None if before is None else _plain_mapping(before),
            after=None if after is None else _plain_mapping(after),
            reason=_one_line(reason),
            succeeded=succeeded,
        )
        _append(event, head)
    return event


def _name_of(person: User) -> str:
    return f"{person.display_name}（{person.username}）"


def hash_of(event: AuditEvent, key: bytes) -> str:
    """HMAC-SHA256 over the event's canonical JSON: sorted keys, no spaces, UTF-8, the instant in UTC."""
    content = {
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "actor_label": event.actor_label,
        "address": event.address,
        "request_id": event.request_id,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.object_label,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "succeeded": event.succeeded,
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def signature_of(head: AuditHead, key: bytes) -> str:
    return hmac.new(key, f"{head.events}:{head.last_hash}".encode(), hashlib.sha256).hexdigest()


def chain_keys() -> list[bytes]:
    """The key that events are hashed with, then those of earlier SECRET_KEYs."""
    return _derived_keys(CHAIN_LABEL)


def head_keys() -> list[bytes]:
    return _derived_keys(HEAD_LABEL)


def _derived_keys(label: bytes) -> list[bytes]:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.new(str(secret).encode(), label, hashlib.sha256).digest() for secret in secrets]


def _wait_for_turn() -> None:
    """One append at a time. On SQLite a transaction that writes is alone already: it begins as IMMEDIATE."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _append(event: AuditEvent, head: AuditHead | None) -> None:
    if head is None:
        head = AuditHead(pk=1, events=0, last_hash="")
    event.previous_hash = head.last_hash
    event.hash = hash_of(event, chain_keys()[0])
    event.save(force_insert=True)
    head.events += 1
    head.last_hash = event.hash
    head.signature = signature_of(head, head_keys()[0])
    head.save()


def _start_again_after_a_lost_head() -> AuditHead:
    """The signed head is gone although there are events: go on, but leave a trace that nobody can take back."""
    last = AuditEvent.objects.order_by("-id")[0]
    head = AuditHead(pk=1, events=AuditEvent.objects.count(), last_hash=last.hash)
    trace = AuditEvent(at=timezone.now(), actor_label="系统", action=HEAD_LOST, succeeded=False)
    _append(trace, head)
    return head


def _plain_mapping(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_one_line(str(key)): _plain(value, key=str(key)) for key, value in values.items()}


def _plain(value: Any, *, key: str = "") -> Any:
    """The value as JSON that reads back as the same JSON from every database."""
    if value is None or isinstance(value, bool):
        return value
    if any(word in key.lower() for word in SECRET_WORDS):
        return HIDDEN
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _one_line(str(value))


def _one_line(text: str) -> str:
    """The text on one line: line breaks as ↵, other control characters and broken surrogates as �."""
    joined = text.replace("\r\n", "↵")
    return "".join(_visible(character) for character in joined)


def _visible(character: str) -> str:
    if character in "\r\n\x0b\x0c\x85\u2028\u2029":
        return "↵"
    if character == "\t":
        return " "
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cs") else character


def verify(*, noted_head: str = "") -> list[str]:
    """Read the whole log and say, in Chinese sentences, what was changed, removed or put in; empty when nothing was.

    `noted_head` is a hash that was noted outside the database earlier: it must still be in the log.
    """
    head = AuditHead.objects.filter(pk=1).first()
    findings: list[str] = []
    count = genuine = head_at = 0
    noted_seen = False
    for event, is_genuine, finding in _judged_events(head):
        count += 1
        genuine += is_genuine
        noted_seen = noted_seen or event.hash == noted_head
        if head is not None and event.hash == head.last_hash:
            head_at = count
        if finding:
            findings.append(f"第{count}条（编号{event.pk}，{_describe(event)}）：{finding}")
    if count and not genuine:
        return [f"{count}条事件没有一条与当前密钥相符：SECRET_KEY 可能更换过而没有保留旧密钥，或日志被整体替换。"]
    findings += _findings_at_the_end(head, count=count, head_at=head_at)
    if noted_head and not noted_seen:
        findings.append(f"日志里找不到记下的末尾哈希{noted_head}：它所在的部分被删除或替换过。")
    return findings


def _judged_events(head: AuditHead | None) -> Iterator[tuple[AuditEvent, bool, str]]:
    """Every event in order: whether its hash is genuine, and what is wrong with it or before it (else empty)."""
    keys = chain_keys()
    link = ""  # the hash of the last event that belongs to the chain
    doubtful: list[AuditEvent] = []  # not genuine; what they are shows when the next genuine one tells its link
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=2000):
        if not any(hmac.compare_digest(hash_of(event, key), event.hash) for key in keys):
            doubtful.append(event)
            continue
        judged, reaches = _judge_doubtful(doubtful, link=link, wanted=event.previous_hash)
        yield from judged
        finding = ""
        if event.action == HEAD_LOST:
            finding = "此前日志的末尾标记丢失过，那时末尾可能有事件被删除。"
        elif not reaches and AuditEvent.objects.filter(hash=event.previous_hash).exists():
            finding = "顺序被改动过。"
        elif not reaches:
            finding = "与前一条之间有事件被删除。" if link else "它之前的事件被删除。"
        yield event, True, finding
        link, doubtful = event.hash, []
    wanted = head.last_hash if head is not None else ""
    yield from _judge_doubtful(doubtful, link=link, wanted=wanted)[0]


def _judge_doubtful(
    events: list[AuditEvent], *, link: str, wanted: str
) -> tuple[list[tuple[AuditEvent, bool, str]], bool]:
    """Tell changed events from those put in, by following the links back from the hash that comes `wanted` next.

    Also says whether the links lead back to `link`, or the events themselves explain why they do not.
    """
    on_the_chain = set()
    for event in reversed(events):
        if event.hash == wanted:
            on_the_chain.add(event.pk)
            wanted = event.previous_hash
    reaches = wanted == link
    judged = []
    for event in events:
        if event.pk in on_the_chain:
            finding = "内容被改动过，与写入时的哈希不符。"
        elif reaches:
            finding = "是插入的，不是系统写入的。"
        else:
            finding = "内容和哈希都被改动过，或是顶替了被删除的事件。"
        judged.append((event, False, finding))
    return judged, reaches or len(on_the_chain) < len(events)


def _findings_at_the_end(head: AuditHead | None, *, count: int, head_at: int) -> list[str]:
    if head is None:
        return ["日志的末尾标记缺失，末尾可能有事件被删除。"] if count else []
    if not any(hmac.compare_digest(signature_of(head, key), head.signature) for key in head_keys()):
        return ["日志的末尾标记被改动过，末尾可能有事件被删除。"]
    if head_at == 0:
        return [f"日志末尾有事件被删除：应至少有{head.events}条，现有{count}条。"]
    if head_at != head.events:
        return [f"事件条数不符：到末尾标记处应有{head.events}条，现有{head_at}条。"]
    return []


def _describe(event: AuditEvent) -> str:
    when = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
    return f"{when} {event.actor_label} {event.action}"
