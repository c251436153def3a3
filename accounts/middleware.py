"""Gives every request its identifier and address, keeps pages out of caches, and asks for a new password first."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.request_context import RequestContext, within_request

OPEN_WITH_AN_OLD_PASSWORD = frozenset({"accounts:password", "accounts:login", "accounts:logout"})


class RequestContextMiddleware:
    """Stands after Django's AuthenticationMiddleware and before LoginRequiredMiddleware.

    The request's identifier is made here, never taken from the client, and goes back as X-Request-ID. The address is
    REMOTE_ADDR: a proxy in front must set it, headers that a client can write are not believed.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(address=request.META.get("REMOTE_ADDR", ""), request_id=uuid.uuid4().hex)
        with within_request(context):
            response = self.respond(request)
        response.headers["X-Request-ID"] = context.request_id
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A password that must be changed is changed before anything else is seen."""
        user = request.user
        where = request.resolver_match.view_name if request.resolver_match else ""
        if isinstance(user, User) and user.must_change_password and where not in OPEN_WITH_AN_OLD_PASSWORD:
            return redirect("accounts:password")
        return None
