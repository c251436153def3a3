"""What the city looks at: the sheets that wait for review, where every bureau stands in a period, and one sheet."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from departments import permissions
from departments.models.submission import ENDORSED
from departments.permissions import SEES_EVERY_BUREAU, visible_departments
from departments.sheet_states import SheetState, sheet_states
from departments.sheets import build_sheet
from departments.views.asked import person, submission_asked_for
from departments.views.sheet_page import render_sheet
from targets.models import ReportingPeriod
from targets.waiting import baselines_to_decide


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Sheets waiting for review by bureau, and the state of every bureau's sheet in one period."""
    user = person(request)
    if not user.has_role(*SEES_EVERY_BUREAU):
        raise PermissionDenied("只有审核员、统筹协调员和市领导可以查看各部门的报送情况。")
    today = timezone.localdate()
    departments = list(visible_departments(user))
    periods = list(
        ReportingPeriod.objects.open_on(today)
        .select_related("plan")
        .order_by("plan__is_demonstration", "-plan__starts_on", "plan__code", "-ends_on")
    )
    states = sheet_states(departments, periods, today=today)
    chosen = _chosen(request, periods)
    of_period = [state for state in states if state.period == chosen]
    return render(
        request,
        "departments/review_list.html",
        {
            "waiting": sorted((s for s in states if s.state == ENDORSED), key=_by_bureau),
            "waiting_baselines": baselines_to_decide(user),
            "states": of_period,
            "periods": periods,
            "chosen": chosen,
            "overdue_count": sum(state.is_overdue for state in of_period),
            "reviews": user.has_role(Role.REVIEWER),
            "may_extend": chosen is not None and permissions.can_extend(user, chosen),
        },
    )


def _by_bureau(state: SheetState) -> tuple[int, str, int]:
    return state.department.position, state.department.code, -state.period.ends_on.toordinal()


def _chosen(request: HttpRequest, periods: list[ReportingPeriod]) -> ReportingPeriod | None:
    """The period named in the address as `plan:period`, else the newest of the first plan."""
    named = request.GET.get("period", "")
    for period in periods:
        if f"{period.plan.code}:{period.code}" == named:
            return period
    return periods[0] if periods else None


@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One version of a sheet, to be read and decided upon."""
    found = submission_asked_for(request, submission_id)
    return render_sheet(request, person(request), build_sheet(found.department, found.period, found))
