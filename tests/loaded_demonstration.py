"""The demonstration for tests that only want it to be there: loaded once, then its rows are put back.

The first test of a run loads it through the application; its rows are kept in a file beside the other files of the
tests, so that every later test, in whichever process, has them in a moment. What loading does is tested where it is
called by its own name.
"""

import datetime as dt
import io
import os
import pickle
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from departments.demonstration import load_demonstration
from departments.models import Department
from tests.conftest import without_triggers

MADE_BY_MIGRATIONS = {"django_content_type", "django_migrations", "auth_permission"}


def put_demonstration(today: dt.date | None = None) -> None:
    """Fills the empty database with the demonstration as it is loaded on a day (by default today)."""
    today = today or timezone.localdate()
    kept = Path(os.environ["FILES_OF_ALL_TESTS"]) / f"demonstration-{connection.vendor}-{today}.pickle"
    if Department.objects.exists():
        raise AssertionError("the demonstration is put into an empty database")
    if not kept.is_file():
        load_demonstration(today=today)
        unfinished = kept.with_suffix(f".{os.getpid()}")  # another process sees the whole file or none
        unfinished.write_bytes(pickle.dumps({table: _rows_of(table) for table in _tables()}))
        unfinished.rename(kept)
        return
    with transaction.atomic(), without_triggers():
        for table, rows in pickle.loads(kept.read_bytes()).items():
            _put(table, rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(set(connection.introspection.table_names(cursor)) - MADE_BY_MIGRATIONS)


def _rows_of(table: str) -> Any:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = io.StringIO()
            cursor.copy_expert(f"COPY {name} TO STDOUT", rows)
            return rows.getvalue()
        cursor.execute(f"SELECT * FROM {name}")
        return cursor.fetchall()


def _put(table: str, rows: Any) -> None:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {name} FROM STDIN", io.StringIO(rows))
        elif rows:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
