"""What was promised, what was reported, and how it stands."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "目标与进度"
