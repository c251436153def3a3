"""What somebody sent after his login had ended, kept until he is back: it travels signed in the login form.

Only a form is kept that the request check for forgeries has passed, so nothing that another site sent; never files,
never what belongs to a password, and nothing above a size. It leaves the login form for the new session, is shown on
a page of its own, and is sent only when its reader presses a button there: to the address that it was first sent to,
under the rights of whoever is logged in now.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme

LARGEST = 1_048_576
"""Bytes of the form as it was sent."""
KEPT_FOR = dt.timedelta(hours=12)
SALT = "accounts.kept_posts"
SESSION_KEY = "kept_post"
FIELD = "kept"
"""The field of the login form that carries it."""

NEVER_KEPT = frozenset({"accounts:login", "accounts:logout", "accounts:password"})
SECRET_WORDS = ("password", "passwd", "secret", "token", "otp")
CSRF_FIELD = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class KeptPost:
    """`address`: path and query on this host. `fields`: name and value, in the order of the form. `back`: the page the
    form was on, empty when not known."""

    address: str
    fields: tuple[tuple[str, str], ...]
    back: str

    @property
    def path(self) -> str:
        return self.address.partition("?")[0]

    def as_json(self) -> dict[str, Any]:
        return {"address": self.address, "fields": [list(field) for field in self.fields], "back": self.back}

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "KeptPost":
        fields = tuple((str(name), str(value)) for name, value in content["fields"])
        return cls(str(content["address"]), fields, str(content["back"]))


def kept_of(request: HttpRequest, *, back: str) -> KeptPost | None:
    """What can be kept of a form that was just turned away; None when nothing can, or nothing may."""
    view = request.resolver_match.view_name if request.resolver_match is not None else ""
    is_form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    # A browser that follows a link or a button asks for a page; a script that saves in the background does not.
    asks_for_page = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
    has_passed_check = getattr(request, "csrf_processing_done", False)
    if request.method != "POST" or view in NEVER_KEPT or not (is_form and asks_for_page and has_passed_check):
        return None
    if _length(request) > LARGEST or request.FILES:
        return None
    fields = tuple(
        (name, str(value)) for name, values in request.POST.lists() for value in values if name != CSRF_FIELD
    )
    if not fields or any(word in name.lower() for name, _ in fields for word in SECRET_WORDS):
        return None
    address = request.get_full_path()
    return KeptPost(address, fields, back) if is_own(address) else None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return LARGEST + 1


def is_own(address: str) -> bool:
    """Whether an address is a path on this very host."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def sealed(kept: KeptPost) -> str:
    """For the login form: signed, so that what comes back is what was sent."""
    return signing.dumps(kept.as_json(), salt=SALT, compress=True)


def unsealed(text: str) -> KeptPost | None:
    """What the login form carried; None when it carried nothing, something else, or something too old."""
    if not text:
        return None
    try:
        return KeptPost.of_json(signing.loads(text, salt=SALT, max_age=KEPT_FOR))
    except signing.BadSignature:
        return None


def put_into(session: SessionBase, kept: KeptPost) -> None:
    session[SESSION_KEY] = kept.as_json()


def held_in(session: SessionBase) -> KeptPost | None:
    content = session.get(SESSION_KEY)
    return None if content is None else KeptPost.of_json(content)


def drop_from(session: SessionBase) -> None:
    session.pop(SESSION_KEY, None)


# --- What it says, in words -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """Where it will be sent, and what: a name and a value each, without what only the program needs."""

    where: str
    contents: tuple[tuple[str, str], ...]


Describer = Callable[[ResolverMatch, Sequence[tuple[str, str]]], Described | None]
_describers: list[Describer] = []


def describe_with(describer: Describer) -> None:
    """A room tells how its own forms are put into words; called from its AppConfig."""
    _describers.append(describer)


def described(kept: KeptPost) -> Described:
    try:
        match = resolve(kept.path)
    except Resolver404:
        return Described(kept.path, kept.fields)
    for describer in _describers:
        found = describer(match, kept.fields)
        if found is not None:
            return found
    return Described(kept.path, tuple((name, value) for name, value in kept.fields if value))
