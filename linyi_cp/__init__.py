"""Wiring only; nobody imports it. Celery's app is loaded with Django so that tasks find their broker."""

from linyi_cp.celery import app as celery_app

__all__ = ("celery_app",)
