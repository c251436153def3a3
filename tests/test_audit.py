"""The event log: written with the act, only ever added to, and every tampering is named."""

import datetime as dt
import threading
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import audit
from accounts.models import AuditEvent, AuditHead, Role, User
from accounts.request_context import RequestContext, within_request
from tests.factories import make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user(
        "coordinator", "一个足够长的口令1", display_name="统筹协调员", role=Role.COORDINATOR
    )


def record_some(user, count=5):
    return [audit.record(action="baseline.propose", by=user, label=f"第{n}项", after={"n": n}) for n in range(count)]


def tamper(statement, parameters=()):
    """What somebody with the rights of the database's owner could do: without the triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER accounts_auditevent_only_grows")
            cursor.execute("ALTER TABLE accounts_audithead DISABLE TRIGGER accounts_audithead_stays")
        else:
            for name in (
                "accounts_auditevent_refuses_update",
                "accounts_auditevent_refuses_delete",
                "accounts_audithead_refuses_delete",
            ):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(statement, parameters)


def put_in(after, *, previous_hash, own_hash, action="submission.approve"):
    """A forged row, between an event and the one that follows it, or in the place of a removed one."""
    forged = AuditEvent.objects.get(pk=after)
    forged.pk = after + 1
    forged.action, forged.previous_hash, forged.hash = action, previous_hash, own_hash
    forged.save(force_insert=True)


def test_an_event_says_who_from_where_on_what_before_and_after(user):
    with within_request(RequestContext(address="10.1.2.3", request_id="abc")):
        event = audit.record(
            action="baseline.approve",
            by=user,
            subject=user,
            before={"value": Decimal("5.10"), "on": dt.date(2025, 1, 2)},
            after={
                "value": Decimal("0"),
                "held": True,
                "list": [1, Decimal("2.50000000"), Decimal("1E+2")],
                "nothing": None,
            },
            reason="数据已核对",
        )
    stored = AuditEvent.objects.get(pk=event.pk)
    assert stored.actor == user
    assert stored.actor_label == "统筹协调员（coordinator）"
    assert (stored.address, stored.request_id) == ("10.1.2.3", "abc")
    assert (stored.object_type, stored.object_id, stored.object_label) == ("accounts.User", str(user.pk), "统筹协调员")
    assert stored.before == {"value": "5.1", "on": "2025-01-02"}
    assert stored.after == {"value": "0", "held": True, "list": [1, "2.5", "100"], "nothing": None}
    assert stored.succeeded
    assert audit.verify() == []


def test_the_system_itself_is_named_as_such():
    assert audit.record(action="plan.load", by=None).actor_label == "系统"


def test_line_breaks_and_control_characters_cannot_forge_a_line(user):
    event = audit.record(
        action="login.failed",
        by=None,
        label="x\r\n2026-01-01 系统管理员 login.succeeded",
        after={"注入\n键": "a\nb\x00c\x1b[31m\u2028d\ud800"},
        reason="一\r二\n三\t四",
    )
    stored = AuditEvent.objects.get(pk=event.pk)
    text = stored.actor_label + stored.object_label + stored.reason + str(stored.after)
    assert not set(text) & set("\r\n\x00\x1b\u2028\t")
    assert stored.reason == "一↵二↵三 四"
    assert audit.verify() == []


def test_it_keeps_no_secret(user):
    event = audit.record(
        action="user.change",
        by=user,
        before={"password": "old-one", "nested": {"api_token": "t0ps3cret"}},
        after={"new_password": "new-one", "must_change_password": True, "密码": "x"},
    )
    kept = str(event.before) + str(event.after)
    for secret in ("old-one", "new-one", "t0ps3cret", "'x'"):
        assert secret not in kept
    assert event.after["must_change_password"] is True


def test_an_event_goes_with_the_act_that_it_tells_of(user):
    with transaction.atomic():
        audit.record(action="baseline.propose", by=user)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert audit.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET reason = 'x'",
        "DELETE FROM accounts_auditevent",
        "DELETE FROM accounts_audithead",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_event(user, statement):
    record_some(user)
    with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 5


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["accounts_auditevent", "accounts_audithead"])
def test_the_database_refuses_to_empty_the_log(user, table):
    record_some(user)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_replacing_an_event_by_its_key_is_refused_too(user):
    event = record_some(user)[2]
    event.reason = "改"
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    if connection.vendor == "sqlite":
        columns = "id, at, actor_label, address, request_id, action, object_type, object_id, object_label, reason,"
        columns += " succeeded, previous_hash, hash"
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT OR REPLACE INTO accounts_auditevent ({columns}) SELECT {columns}"
                f" FROM accounts_auditevent WHERE id = {event.pk}"
            )


def test_an_intact_log_has_no_findings(user):
    record_some(user)
    output = StringIO()
    call_command("verify_audit", stdout=output)
    assert "审计日志完好：共5条事件。" in output.getvalue()


def test_an_empty_log_is_intact():
    assert audit.verify() == []


def test_a_changed_event_is_named(user):
    event = record_some(user)[2]
    tamper("UPDATE accounts_auditevent SET object_label = '别的' WHERE id = %s", [event.pk])
    findings = audit.verify()
    assert len(findings) == 1
    assert "第3条" in findings[0]
    assert "内容被改动过" in findings[0]


def test_a_changed_event_with_a_new_hash_is_named(user):
    event = record_some(user)[2]
    tamper("UPDATE accounts_auditevent SET object_label = '别的', hash = %s WHERE id = %s", ["f" * 64, event.pk])
    findings = audit.verify()
    assert len(findings) == 1
    assert "第3条" in findings[0]
    assert "内容和哈希都被改动过" in findings[0]


@pytest.mark.parametrize("place", [0, 2])
def test_a_removed_event_is_named(user, place):
    event = record_some(user)[place]
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", [event.pk])
    findings = audit.verify()
    assert len(findings) == 2
    assert f"第{place + 1}条" in findings[0]
    assert "事件被删除" in findings[0]
    assert "应有5条，现有4条" in findings[1]


def test_an_event_put_between_is_named(user):
    events = record_some(user)
    tamper("UPDATE accounts_auditevent SET id = id + 10 WHERE id > %s", [events[2].pk])
    put_in(events[2].pk, previous_hash=events[2].hash, own_hash="e" * 64)
    findings = audit.verify()
    assert len(findings) == 2
    assert "第4条" in findings[0]
    assert "是插入的" in findings[0]
    assert "应有5条，现有6条" in findings[1]


def test_an_event_put_at_the_end_is_named(user):
    last = record_some(user)[-1]
    put_in(last.pk, previous_hash=last.hash, own_hash="e" * 64)
    findings = audit.verify()
    assert len(findings) == 1
    assert "第6条" in findings[0]
    assert "是插入的" in findings[0]


def test_events_in_another_order_are_named(user):
    events = record_some(user)
    tamper("UPDATE accounts_auditevent SET id = %s WHERE id = %s", [events[-1].pk + 1, events[1].pk])
    assert any("顺序被改动" in finding for finding in audit.verify())


def test_a_log_cut_off_at_the_end_is_named(user):
    events = record_some(user)
    tamper("DELETE FROM accounts_auditevent WHERE id > %s", [events[2].pk])
    assert audit.verify() == ["日志末尾有事件被删除：应至少有5条，现有3条。"]
    audit.record(action="baseline.propose", by=user)
    assert any("事件被删除" in finding for finding in audit.verify())


def test_an_emptied_log_is_named(user):
    record_some(user)
    tamper("DELETE FROM accounts_auditevent")
    assert audit.verify() == ["日志末尾有事件被删除：应至少有5条，现有0条。"]


def test_a_lost_head_leaves_a_trace_for_good(user):
    record_some(user)
    tamper("DELETE FROM accounts_audithead")
    assert audit.verify() == ["日志的末尾标记缺失，末尾可能有事件被删除。"]
    audit.record(action="baseline.propose", by=user)
    findings = audit.verify()
    assert len(findings) == 1
    assert "末尾标记丢失过" in findings[0]


def test_a_forged_head_is_named(user):
    events = record_some(user)
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", [events[4].pk])
    AuditHead.objects.update(events=4, last_hash=events[3].hash)
    assert audit.verify() == ["日志的末尾标记被改动过，末尾可能有事件被删除。"]


def test_a_head_noted_elsewhere_proves_the_log_up_to_there(user):
    noted = record_some(user)[-1].hash
    audit.record(action="baseline.propose", by=user)
    assert audit.verify(noted_head=noted) == []
    assert "找不到记下的末尾哈希" in audit.verify(noted_head="0" * 64)[0]


def test_the_command_names_the_findings_and_ends_with_status_1(user):
    event = record_some(user)[1]
    tamper("UPDATE accounts_auditevent SET succeeded = %s WHERE id = %s", [False, event.pk])
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stderr=errors)
    assert ended.value.code == 1
    assert "内容被改动过" in errors.getvalue()
    assert "审计日志不完好：发现1处问题。" in errors.getvalue()


def test_events_of_an_earlier_secret_key_stay_verifiable(user, settings):
    record_some(user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another-secret-key-of-fifty-characters-0123456789",
        [settings.SECRET_KEY],
    )
    record_some(user)
    assert audit.verify() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert "内容被改动过" in audit.verify()[0]
    settings.SECRET_KEY = "a-third-secret-key-of-fifty-characters-0123456789"
    assert "没有一条与当前密钥相符" in audit.verify()[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_events_written_at_once_form_one_chain(user):
    errors = []

    def write() -> None:
        try:
            record_some(user, count=5)
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    assert AuditEvent.objects.count() == 30
    assert audit.verify() == []


@pytest.mark.django_db
def test_an_act_of_the_system_on_something_is_not_said_to_be_done_by_it():
    plan = make_plan("plan-a")
    assert audit.record(action="plan.load", by=None, subject=plan, label="方案甲").actor_label == "系统"
    assert audit.record(action="login.failed", by=None, label="某用户名").actor_label == "某用户名"
