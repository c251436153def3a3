"""Who sees what went out by mail and to robots, and may have it sent again."""

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User


def check_can_see_deliveries(user: User) -> None:
    if not user.has_role(Role.SYSTEM_ADMINISTRATOR):
        raise PermissionDenied("只有系统管理员可以查看外发消息。")
