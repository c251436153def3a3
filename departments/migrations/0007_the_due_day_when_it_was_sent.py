"""When a sheet was due at its first sending is kept beside the day of that sending."""

import datetime as dt

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def take_over(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For sheets that were sent already: the period's day, or the later one that had been granted by then."""
    granted: dict[tuple[int, int], tuple[dt.date, dt.date]] = {
        (each.department_id, each.period_id): (timezone.localdate(each.granted_at), each.due_on)
        for each in apps.get_model("departments", "Extension").objects.all()
    }
    for sheet in (
        apps.get_model("departments", "Submission")
        .objects.filter(first_submitted_on__isnull=False)
        .select_related("period")
        .iterator()
    ):
        granted_on, until = granted.get((sheet.department_id, sheet.period_id), (dt.date.max, dt.date.min))
        due_on = sheet.period.due_on
        sheet.first_due_on = max(due_on, until) if granted_on <= sheet.first_submitted_on else due_on
        sheet.save(update_fields=["first_due_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0006_save_receipts"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="first_due_on",
            field=models.DateField(blank=True, null=True, verbose_name="首次提交时的截止日"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
