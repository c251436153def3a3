"""What stands on every page: the plans to choose from, the demonstration mark, the navigation of one's role.

Two queries at the most, and none of it runs for a page that does not print it.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from departments.models import Notice
from targets.models import DirtySeries, Plan

PRODUCT_NAME = "清洁生产目标跟踪系统"
LATE_AFTER = dt.timedelta(seconds=60)
"""A recomputation that waits longer has lost its bell: the sweep or an administrator has to see to it."""


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    address: str
    is_current: bool


READERS_NAV: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("总览", "reports:overview", ("reports:overview", "reports:indicator")),
    ("领域", "reports:sectors", ("reports:sectors", "reports:sector")),
    ("比较", "reports:compare", ("reports:compare", "reports:bureau")),
    ("任务", "reports:tasks", ("reports:tasks", "targets:milestones", "targets:milestone_record")),
    ("方案", "reports:plan_text", ("reports:plan_text",)),
    ("方法", "reports:method", ("reports:method",)),
    ("简报", "reports:briefings", ("reports:briefings",)),
)

BASELINE_PAGES = (
    "targets:baselines",
    "targets:baseline_propose",
    "targets:baseline_decide",
    "targets:choices_confirm",
    "targets:conditions",
    "targets:condition_record",
)

SETTINGS = (
    "设置",
    "targets:periods",
    (
        "targets:periods",
        "targets:period_change",
        "targets:reporting",
        "targets:areas",
        "targets:area_change",
        "departments:duties",
        "departments:reminder_rule",
    ),
)

REVIEW_PAGES = ("departments:review_list", "departments:submission", "departments:punctuality")

SUPERVISION = (
    "督办",
    "departments:supervision",
    ("departments:supervision", "departments:supervision_new", "departments:supervision_item"),
)

REQUEST_PAGES = ("departments:request_list", "departments:request_make", "departments:request_decide")

INBOX = ("待办", "departments:inbox", ("departments:inbox", "departments:extend", *REQUEST_PAGES))

ROLE_NAV: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    Role.BUREAU_STAFF: (
        ("待办与填报", INBOX[1], (*INBOX[2], "departments:entry", "departments:submission")),
        SUPERVISION,
    ),
    Role.REVIEWER: (
        INBOX,
        (
            "审核",
            "departments:review_list",
            REVIEW_PAGES,
        ),
        SUPERVISION,
        ("基期值", "targets:baselines", BASELINE_PAGES),
    ),
    Role.COORDINATOR: (
        INBOX,
        (
            "报送情况",
            "departments:review_list",
            REVIEW_PAGES,
        ),
        SUPERVISION,
        ("基期值", "targets:baselines", BASELINE_PAGES),
        SETTINGS,
    ),
    Role.LEADER: (INBOX, SUPERVISION),
    Role.SYSTEM_ADMINISTRATOR: (
        INBOX,
        ("填报日历", "targets:periods", ("targets:periods", "targets:period_change")),
        ("重算队列", "targets:queue_state", ("targets:queue_state",)),
        ("外发消息", "departments:deliveries", ("departments:deliveries",)),
    ),
    Role.SECURITY_ADMINISTRATOR: (
        INBOX,
        ("账号", "accounts:people", ("accounts:people", "accounts:person_deactivate")),
    ),
    Role.AUDIT_ADMINISTRATOR: (INBOX, ("审计日志", "accounts:audit_log", ("accounts:audit_log",))),
}
"""What a role does comes before what everybody may read."""


class PageFrame:
    """Read by the base template, and by views that need the list of plans; made once a request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.product = getattr(settings, "PRODUCT_NAME", PRODUCT_NAME)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Every plan, real ones first; each knows since when assessments of it wait to be recomputed, if any do."""
        waiting = DirtySeries.objects.waiting().filter(indicator__plan=OuterRef("pk")).order_by("since")
        return tuple(Plan.objects.for_switcher().annotate(waiting_since=Subquery(waiting.values("since")[:1])))

    @cached_property
    def plan(self) -> Plan | None:
        """The plan named in the address, else the first of the list."""
        code = self.request.GET.get("plan", "")
        named = [plan for plan in self.plans if plan.code == code]
        return next(iter(named or self.plans), None)

    @property
    def is_demonstration(self) -> bool:
        """Whether any plan of this database is, or holds, demonstration data."""
        return any(plan.is_demonstration or plan.has_demonstration_figures for plan in self.plans)

    @property
    def waiting_since(self) -> dt.datetime | None:
        """Since when the oldest series that is to be recomputed waits; None when nothing waits."""
        instants = (getattr(plan, "waiting_since", None) for plan in self.plans)
        return min((instant for instant in instants if instant is not None), default=None)

    @property
    def is_recomputing(self) -> bool:
        return self.waiting_since is not None

    @property
    def is_late(self) -> bool:
        """Whether something has waited longer than a bell and a recomputation take."""
        since = self.waiting_since
        return since is not None and timezone.now() - since > LATE_AFTER

    @cached_property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) and user.is_authenticated else None

    @cached_property
    def unread_notices(self) -> int:
        """How many notices somebody has not read yet."""
        return 0 if self.user is None else Notice.objects.filter(user=self.user, read_at__isnull=True).count()

    @property
    def unread_label(self) -> str:
        return str(self.unread_notices) if self.unread_notices < 100 else "99+"

    @cached_property
    def nav(self) -> tuple[NavItem, ...]:
        """The navigation of somebody who is logged in; empty otherwise."""
        if self.user is None:
            return ()
        match = self.request.resolver_match
        here = match.view_name if match is not None else ""
        items = (*ROLE_NAV.get(self.user.role, ()), *READERS_NAV)
        return tuple(NavItem(label, reverse(view), here in views) for label, view, views in items)


def frame_of(request: HttpRequest) -> PageFrame:
    """The frame of this request, made on first use."""
    frame = getattr(request, "_page_frame", None)
    if not isinstance(frame, PageFrame):
        frame = PageFrame(request)
        request._page_frame = frame  # type: ignore[attr-defined]
    return frame


def page_frame(request: HttpRequest) -> dict[str, PageFrame]:
    """Context processor: `frame` in every template."""
    return {"frame": frame_of(request)}
