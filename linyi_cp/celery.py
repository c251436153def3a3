"""Celery's wiring: the tasks of every room, and the static timetable of beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linyi_cp.settings")

app = Celery("linyi_cp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Repairs every lost bell: whatever was approved is recomputed within a minute, Redis or no Redis.
    "sweep-dirty-series": {"task": "targets.tasks.drain_dirty_series", "schedule": 60.0},
    "sweep-queued-briefings": {"task": "reports.tasks.render_queued_briefings", "schedule": 60.0},
    "reassess-for-today": {"task": "targets.tasks.mark_series_for_today", "schedule": 6 * 3600.0},
    # Both decide by rows: run twice, or by two beats at once, they do everything once.
    "remind": {"task": "departments.tasks.remind", "schedule": 3600.0},
    "deliver-messages": {"task": "departments.tasks.deliver_messages", "schedule": 60.0},
}
