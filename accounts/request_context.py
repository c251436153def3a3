"""From where and in which request something is done: kept beside the request, so that an act need not carry it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The client's address and the request's own identifier; both empty outside a request (commands, tasks)."""

    address: str = ""
    request_id: str = ""


OUTSIDE_ANY_REQUEST = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=OUTSIDE_ANY_REQUEST)


def current_request() -> RequestContext:
    return _current.get()


@contextmanager
def within_request(context: RequestContext) -> Iterator[None]:
    """Everything done inside happens in that request."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
