"""Who asks: the logged-in account behind a request, typed."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def person_asking(request: HttpRequest) -> User:
    """The account that is logged in; the middleware has turned everybody else away already, and so does this."""
    if not isinstance(request.user, User):
        raise PermissionDenied("请先登录。")
    return request.user
