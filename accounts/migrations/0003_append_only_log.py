"""The database itself refuses to change or empty the event log.

A later migration that alters this table on SQLite rebuilds it and loses its triggers: it has to run `protect` again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSAL = "审计日志只能追加，不能修改或删除。"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION accounts_audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER accounts_auditevent_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_log_only_grows();
CREATE TRIGGER accounts_audithead_stays BEFORE DELETE OR TRUNCATE ON accounts_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_log_only_grows();
"""

SQLITE = [
    ("accounts_auditevent_refuses_update", "UPDATE ON accounts_auditevent"),
    ("accounts_auditevent_refuses_delete", "DELETE ON accounts_auditevent"),
    ("accounts_audithead_refuses_delete", "DELETE ON accounts_audithead"),
]


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for name, moment in SQLITE:
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER accounts_auditevent_only_grows ON accounts_auditevent")
        schema_editor.execute("DROP TRIGGER accounts_audithead_stays ON accounts_audithead")
        schema_editor.execute("DROP FUNCTION accounts_audit_log_only_grows()")
        return
    for name, _ in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_head")]

    operations = [migrations.RunPython(protect, release, elidable=False)]
