"""Whoever ever filled in or sent a sheet is kept beside it, and the database lets him neither endorse nor approve it.

An entry names only who changed it last: somebody whose number a colleague annotated, or whose sheet a colleague sent
again, could have judged it. A later migration that alters `submissionhand` or `submission` on SQLite rebuilds the table:
it has to run `release` of this migration and of `0004_the_database_watches` before, and both `protect` after.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FOUR_EYES = "填报人不能复核或审核自己填写的数。"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION departments_judge_had_no_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM departments_submissionhand
               WHERE submission_id = NEW.id AND user_id IN (NEW.endorsed_by_id, NEW.approved_by_id))
    THEN
        RAISE EXCEPTION '{FOUR_EYES}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER departments_submission_hands BEFORE UPDATE ON departments_submission FOR EACH ROW
    WHEN (NEW.endorsed_by_id IS DISTINCT FROM OLD.endorsed_by_id
          OR NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    EXECUTE FUNCTION departments_judge_had_no_hand();

CREATE OR REPLACE FUNCTION departments_hand_is_anothers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM departments_submission
               WHERE id = NEW.submission_id AND state IN ('endorsed', 'approved')
                     AND NEW.user_id IN (endorsed_by_id, approved_by_id))
    THEN
        RAISE EXCEPTION '{FOUR_EYES}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER departments_hand_four_eyes BEFORE INSERT OR UPDATE ON departments_submissionhand
    FOR EACH ROW EXECUTE FUNCTION departments_hand_is_anothers();
"""

POSTGRESQL_RELEASE = """
DROP TRIGGER departments_submission_hands ON departments_submission;
DROP TRIGGER departments_hand_four_eyes ON departments_submissionhand;
DROP FUNCTION departments_judge_had_no_hand();
DROP FUNCTION departments_hand_is_anothers();
"""

HAD_A_HAND = (
    "EXISTS (SELECT 1 FROM departments_submissionhand "
    "WHERE submission_id = NEW.id AND user_id IN (NEW.endorsed_by_id, NEW.approved_by_id))"
)
HAS_JUDGED = (
    "EXISTS (SELECT 1 FROM departments_submission WHERE id = NEW.submission_id "
    "AND state IN ('endorsed', 'approved') AND NEW.user_id IN (endorsed_by_id, approved_by_id))"
)
SQLITE = {
    # name: (moment and condition, what must not be)
    "departments_submission_hands": (
        "UPDATE ON departments_submission FOR EACH ROW WHEN NEW.endorsed_by_id IS NOT OLD.endorsed_by_id "
        "OR NEW.approved_by_id IS NOT OLD.approved_by_id",
        HAD_A_HAND,
    ),
    "departments_hand_four_eyes_new": ("INSERT ON departments_submissionhand FOR EACH ROW", HAS_JUDGED),
    "departments_hand_four_eyes": ("UPDATE ON departments_submissionhand FOR EACH ROW", HAS_JUDGED),
}


def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for name, (moment, wrong) in SQLITE.items():
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} BEGIN SELECT RAISE(ABORT, '{FOUR_EYES}') WHERE {wrong}; END"
        )


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_RELEASE)
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}")


def take_over(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is known of sheets that are there already: who changed a cell last, and who sent them."""
    hands: set[tuple[int, int]] = set()
    for model, submission, user in (
        ("Entry", "submission", "changed_by"),
        ("TaskReport", "submission", "changed_by"),
        ("Submission", "id", "submitted_by"),
    ):
        rows = apps.get_model("departments", model).objects.filter(**{f"{user}__isnull": False})
        hands |= set(rows.values_list(submission, user))
    hands |= set(
        apps.get_model("departments", "SubmissionStep").objects.filter(verb="submit").values_list("submission", "by")
    )
    hand = apps.get_model("departments", "SubmissionHand")
    hand.objects.bulk_create(
        [hand(submission_id=submission, user_id=user) for submission, user in sorted(hands)], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0007_the_due_day_when_it_was_sent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SubmissionHand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hands",
                        to="departments.submission",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "经手人",
                "verbose_name_plural": "经手人",
                "constraints": [models.UniqueConstraint(fields=("submission", "user"), name="one_hand_per_person")],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RunPython(protect, release),
    ]
