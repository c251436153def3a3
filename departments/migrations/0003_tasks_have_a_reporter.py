"""The bureau listed first reports a task, as it does a figure, until an administrator says otherwise."""

from typing import Any

from django.db import migrations
from django.db.models import Min


def first_listed_reports(apps: Any, _: Any) -> None:
    responsibilities = apps.get_model("departments", "TaskResponsibility").objects
    firsts = responsibilities.values("task").annotate(first=Min("position")).values_list("task", "first")
    for task_id, first in list(firsts):
        responsibilities.filter(task=task_id, position=first).update(is_reporter=True)


class Migration(migrations.Migration):
    dependencies = [("departments", "0002_reporting")]

    operations = [migrations.RunPython(first_listed_reports, migrations.RunPython.noop)]
