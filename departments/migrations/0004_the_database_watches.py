"""The database itself keeps two promises: what was sent stays as it was sent, and nobody judges what he entered.

A snapshot refuses to be changed or deleted. A sheet refuses to be endorsed or approved by an account that entered one
of its figures or reports, whatever functions the account holds now, and a judged sheet refuses such an entry.

A later migration that alters one of these tables on SQLite rebuilds it, which loses its triggers and trips over those
of the other tables: it has to run `release` before and `protect` after.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STAYS = "已提交的版本不能修改或删除。"
FOUR_EYES = "填报人不能复核或审核自己填写的数。"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION departments_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{STAYS}' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER departments_snapshot_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON departments_submissionsnapshot
    FOR EACH STATEMENT EXECUTE FUNCTION departments_snapshot_stays();

CREATE OR REPLACE FUNCTION departments_judge_is_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM departments_entry
               WHERE submission_id = NEW.id AND changed_by_id IN (NEW.endorsed_by_id, NEW.approved_by_id))
        OR EXISTS (SELECT 1 FROM departments_taskreport
                   WHERE submission_id = NEW.id AND changed_by_id IN (NEW.endorsed_by_id, NEW.approved_by_id))
    THEN
        RAISE EXCEPTION '{FOUR_EYES}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER departments_submission_four_eyes BEFORE UPDATE ON departments_submission FOR EACH ROW
    WHEN (NEW.endorsed_by_id IS DISTINCT FROM OLD.endorsed_by_id
          OR NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    EXECUTE FUNCTION departments_judge_is_another();

CREATE OR REPLACE FUNCTION departments_entry_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM departments_submission
               WHERE id = NEW.submission_id AND state IN ('endorsed', 'approved')
                     AND NEW.changed_by_id IN (endorsed_by_id, approved_by_id))
    THEN
        RAISE EXCEPTION '{FOUR_EYES}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER departments_entry_four_eyes BEFORE INSERT OR UPDATE ON departments_entry
    FOR EACH ROW EXECUTE FUNCTION departments_entry_is_anothers();
CREATE TRIGGER departments_taskreport_four_eyes BEFORE INSERT OR UPDATE ON departments_taskreport
    FOR EACH ROW EXECUTE FUNCTION departments_entry_is_anothers();
"""

POSTGRESQL_RELEASE = """
DROP TRIGGER departments_snapshot_stays ON departments_submissionsnapshot;
DROP TRIGGER departments_submission_four_eyes ON departments_submission;
DROP TRIGGER departments_entry_four_eyes ON departments_entry;
DROP TRIGGER departments_taskreport_four_eyes ON departments_taskreport;
DROP FUNCTION departments_snapshot_stays();
DROP FUNCTION departments_judge_is_another();
DROP FUNCTION departments_entry_is_anothers();
"""

ENTERED_BY_THE_JUDGE = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} "  # noqa: S608 - names from here, nothing from outside
    "WHERE submission_id = NEW.id AND changed_by_id IN (NEW.endorsed_by_id, NEW.approved_by_id))"
    for table in ("departments_entry", "departments_taskreport")
)
JUDGED_BY_THE_WRITER = (
    "EXISTS (SELECT 1 FROM departments_submission WHERE id = NEW.submission_id "
    "AND state IN ('endorsed', 'approved') AND NEW.changed_by_id IN (endorsed_by_id, approved_by_id))"
)

SQLITE = {
    # name: (moment, what must not be, what is said)
    "departments_snapshot_refuses_update": ("UPDATE ON departments_submissionsnapshot", "1", STAYS),
    "departments_snapshot_refuses_delete": ("DELETE ON departments_submissionsnapshot", "1", STAYS),
    "departments_submission_four_eyes": ("UPDATE ON departments_submission", ENTERED_BY_THE_JUDGE, FOUR_EYES),
    "departments_entry_four_eyes_new": ("INSERT ON departments_entry", JUDGED_BY_THE_WRITER, FOUR_EYES),
    "departments_entry_four_eyes": ("UPDATE ON departments_entry", JUDGED_BY_THE_WRITER, FOUR_EYES),
    "departments_taskreport_four_eyes_new": ("INSERT ON departments_taskreport", JUDGED_BY_THE_WRITER, FOUR_EYES),
    "departments_taskreport_four_eyes": ("UPDATE ON departments_taskreport", JUDGED_BY_THE_WRITER, FOUR_EYES),
}
ONLY_WHEN = {
    "departments_submission_four_eyes": (
        "WHEN NEW.endorsed_by_id IS NOT OLD.endorsed_by_id OR NEW.approved_by_id IS NOT OLD.approved_by_id "
    )
}


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for name, (moment, wrong, sentence) in SQLITE.items():
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH ROW {ONLY_WHEN.get(name, '')}"
            f"BEGIN SELECT RAISE(ABORT, '{sentence}') WHERE {wrong}; END"
        )


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_RELEASE)
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("departments", "0003_tasks_have_a_reporter")]

    operations = [migrations.RunPython(protect, release, elidable=False)]
