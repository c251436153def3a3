"""What holds for every request: its identifier and address, no caching, the login, a new password, readable text."""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import kept_posts
from accounts.forms import LoginForm
from accounts.models import User
from accounts.request_context import RequestContext, within_request

OPEN_WITH_AN_OLD_PASSWORD = frozenset({"accounts:password", "accounts:login", "accounts:logout"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class RequestContextMiddleware:
    """Stands after Django's AuthenticationMiddleware and before LoginWall.

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


class LoginWall(LoginRequiredMiddleware):
    """Django's own, but what is sent after the login ended is kept, and the way back leads to a page.

    A form that may be kept is answered with the login page, which carries it (accounts.kept_posts); what cannot be
    kept is said to be lost. The address that a form is sent to takes forms only: after the login one goes back to the
    page the form was on, as the browser names it, if it is a page of this very host; else to the page that everybody
    starts from.
    """

    def handle_no_permission(  # type: ignore[override]  # the login page itself may be the answer
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        entrance = self.get_login_url(view_func)
        if request.resolver_match is not None and request.resolver_match.view_name == "accounts:logout":
            return redirect(entrance)
        back = self._page_of_the_form(request)
        kept = kept_posts.kept_of(request, back=back)
        if kept is not None:
            context = {"form": LoginForm(), "next": back, "kept": kept_posts.sealed(kept)}
            return render(request, "accounts/login.html", context)
        query = {"expired": "1"}
        if back:
            query = {REDIRECT_FIELD_NAME: back} | query
        return redirect(f"{resolve_url(entrance)}?{urlencode(query)}")

    @staticmethod
    def _page_of_the_form(request: HttpRequest) -> str:
        referer = request.headers.get("Referer", "")
        if urlsplit(referer).netloc and url_has_allowed_host_and_scheme(referer, {request.get_host()}):
            return urlunsplit(("", "", *urlsplit(referer)[2:4], ""))
        return ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What was kept has arrived when something was sent to its address and taken: it is kept no longer."""
        user = getattr(request, "user", None)
        if request.method == "POST" and response.status_code < 400 and isinstance(user, User):
            kept = kept_posts.held_in(request.session)
            if kept is not None and kept.path == request.path:
                kept_posts.drop_from(request.session)
        return response


class ReadableText:
    """Refuses a request whose address or form holds a sign that no keyboard makes and no database of ours stores.

    Stands after LoginWall: of who is not signed in only the login form is read, which refuses it by itself.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        fields = [request.GET] if request.method in SAFE_METHODS else [request.GET, request.POST]
        texts = (text for each in fields for name, values in each.lists() for text in (name, *values))
        if any("\0" in text for text in texts):
            raise BadRequest("a NUL in what was sent")


class WrongMethodPage:
    """Puts a page in the place of Django's empty answer 405, which browsers show in words of their own."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if response.status_code != 405 or response.content or request.method == "HEAD":
            return response
        page = render(request, "405.html", {"was_sent": request.method not in SAFE_METHODS}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
