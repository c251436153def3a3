"""Who owes a figure, who sent it, who approved it."""

from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = "部门与填报"
