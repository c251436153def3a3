"""How a bureau's request is answered: by a decision on it, or by doing by hand what it asks for.

The order is the same everywhere: requests are held before the sheet, people are told before the event log is written.
"""

import datetime as dt
from collections.abc import Collection

from django.urls import reverse

from accounts import audit
from accounts.models import User
from departments.models import Department, Notice, SheetRequest
from departments.notifying import tell
from targets.actions import Refused
from targets.models import ReportingPeriod

DONE_BY_HAND = "统筹协调员已直接办理。"


def waiting_requests(department: Department, period: ReportingPeriod) -> list[SheetRequest]:
    """What waits of a sheet, held until the act is over."""
    return list(
        SheetRequest.objects.select_for_update(of=("self",), no_key=True)
        .filter(department=department, period=period, state=SheetRequest.WAITING)
        .select_related("department", "period", "period__plan", "made_by")
        .order_by("pk")
    )


def grant_by_hand(
    department: Department,
    period: ReportingPeriod,
    kinds: Collection[str],
    *,
    by: User,
    at: dt.datetime,
    until: dt.date | None = None,
) -> list[SheetRequest]:
    """Grants what waits of these kinds, as `by` does in the same transaction what it asks for; tells the bureau.

    Whoever calls ends with `record_decided`. until: the last day that is granted, where one is.
    """
    granted = [request for request in waiting_requests(department, period) if request.kind in kinds]
    for request in granted:
        move_request(request, SheetRequest.GRANTED, by=by, note=DONE_BY_HAND, at=at)
        tell_decided(request, at=at, until=until)
    return granted


def move_request(request: SheetRequest, state: str, *, by: User, note: str, at: dt.datetime) -> None:
    """One UPDATE on the waiting row: of two people who decide at once, the second is told who was first."""
    changes = {"state": state, "decided_by": by, "decided_at": at, "decision_note": note}
    if not SheetRequest.objects.filter(pk=request.pk, state=SheetRequest.WAITING).update(**changes):
        now = SheetRequest.objects.select_related("decided_by").get(pk=request.pk)
        raise Refused(f"这份申请已由{now.decided_by}处理（{now.get_state_display()}），您的操作没有执行。")
    for name, value in changes.items():
        setattr(request, name, value)


def tell_decided(request: SheetRequest, *, at: dt.datetime, until: dt.date | None = None) -> None:
    """Tells the people of the bureau."""
    end = "" if until is None else f"，开放至 {until:%Y-%m-%d}"
    tell(
        users=User.objects.filter(memberships__department=request.department, is_active=True).distinct(),
        kind=Notice.REQUEST,
        key=f"request:{request.pk}:{request.state}",
        title=f"{request.get_kind_display()}{request.get_state_display()}：{request.period.name}{end}",
        body=f"处理意见：{request.decision_note}" if request.decision_note else "",
        url=request_url(request),
        at=at,
    )


def record_decided(request: SheetRequest, *, by: User, until: dt.date | None = None) -> None:
    verb = "grant" if request.state == SheetRequest.GRANTED else "refuse"
    after: dict[str, object] = {"state": request.state}
    if until is not None:
        after["until"] = until
    record_request(request, verb, by=by, reason=request.decision_note, after=after)


def record_request(
    request: SheetRequest, verb: str, *, by: User, reason: str = "", after: dict[str, object] | None = None
) -> None:
    audit.record(
        action=f"request.{verb}",
        by=by,
        subject=request,
        label=f"{request.department.name} {request.period.name} {request.get_kind_display()}",
        after=after,
        reason=reason,
    )


def request_url(request: SheetRequest) -> str:
    return reverse("departments:request_decide", args=[request.pk])
