"""Which pages are measured, for whom, in whatever database the settings name: the largest plan, its newest period."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Role, User
from departments.demonstration_accounts import departments_reporting
from departments.models import Department, Membership, Submission
from departments.models.submission import DRAFT, RETURNED
from targets.models import Plan, ReportingPeriod

HELLO = "hello"
OVERVIEW = "overview"
SECTOR = "sector"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is asked for: its name in the table, who asks, and the address with its query."""

    name: str
    username: str
    address: str


def pages() -> list[Page]:
    """The hello view and the pages, each for somebody whose daily page it is.

    Of what there are several of, the largest: the sector with most indicators, the indicator with most figures, the
    sheet with most cells among those that can still be filled in. Raises LookupError in a database without them.
    """
    plan = Plan.objects.annotate(size=Count("indicators")).order_by("-size", "code").first()
    if plan is None:
        raise LookupError("no plan")
    period = plan.periods.order_by("-ends_on")[0]
    sector = plan.sectors.annotate(size=Count("indicators")).order_by("-size", "position")[0]
    indicator = plan.indicators.annotate(size=Count("observations")).order_by("-size", "position")[0]
    department = _bureau_filling_in(plan, period)
    shown = "?" + urlencode({"plan": plan.code, "period": period.code})
    leader, reviewer, coordinator = (_somebody(role) for role in (Role.LEADER, Role.REVIEWER, Role.COORDINATOR))
    reporter = _reporter(department)
    return [
        Page(HELLO, leader, reverse("bench_hello")),
        Page(OVERVIEW, leader, reverse("reports:overview") + shown),
        Page(SECTOR, leader, reverse("reports:sector", args=[sector.pk]) + shown),
        Page("indicator", leader, reverse("reports:indicator", args=[indicator.pk]) + shown),
        Page("tasks", leader, reverse("reports:tasks") + shown),
        Page(
            "entry", reporter, reverse("departments:entry", args=[department.code, period.code]) + f"?plan={plan.code}"
        ),
        Page("review list", reviewer, reverse("departments:review_list") + f"?plan={plan.code}"),
        Page("inbox of a reporter", reporter, reverse("departments:inbox")),
        Page("inbox of a reviewer", reviewer, reverse("departments:inbox")),
        Page("inbox of the coordinator", coordinator, reverse("departments:inbox")),
    ]


def sizes() -> Mapping[str, int]:
    """How large the plan is that the pages show."""
    plan = Plan.objects.annotate(size=Count("indicators")).order_by("-size", "code")[0]
    return {"indicators": plan.indicators.count(), "bureaus": len(departments_reporting([plan]))}


def _somebody(role: Role) -> str:
    username: str = User.objects.filter(role=role, is_active=True).order_by("pk").values_list("username", flat=True)[0]
    return username


def _reporter(department: Department) -> str:
    members = Membership.objects.filter(department=department, function=Membership.REPORTER).order_by("pk")
    username: str = members.values_list("user__username", flat=True)[0]
    return username


def _bureau_filling_in(plan: Plan, period: ReportingPeriod) -> Department:
    """The bureau that owes most figures of the period and has not sent its sheet."""
    sent = Submission.objects.current().filter(period=period).exclude(state__in=[DRAFT, RETURNED])
    owing = Department.objects.filter(
        responsibilities__indicator__plan=plan,
        responsibilities__is_reporter=True,
        memberships__function=Membership.REPORTER,
    ).exclude(pk__in=sent.values("department"))
    return owing.annotate(size=Count("responsibilities", distinct=True)).order_by("-size", "position")[0]
