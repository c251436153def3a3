"""Decides who may say which of the listed bureaus reports an indicator or a task."""

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User


def check_can_set_duties(user: User) -> None:
    if not user.has_role(Role.COORDINATOR):
        raise PermissionDenied(f"只有{Role.COORDINATOR.label}可以查看和调整报送分工。")
