"""What the city looks at: the sheets that wait for review, where every bureau stands in a period, and one sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.models import Role
from departments import permissions
from departments.actions.nudging import nudges_of
from departments.labels import MISSING, MISSING_LABEL
from departments.models import Department
from departments.models.submission import ENDORSED, STATES
from departments.permissions import SEES_EVERY_BUREAU, visible_departments
from departments.permissions.nudging import can_nudge
from departments.punctuality import tally
from departments.review_marks import marks_of
from departments.review_queue import waiting_for
from departments.sheet_states import SheetState, sheet_states
from departments.sheets import build_sheet
from departments.views.asked import person, submission_asked_for
from departments.views.sheet_page import render_sheet
from targets.models import ReportingPeriod
from targets.waiting import baselines_to_decide

OVERDUE = "overdue"
STATE_CHOICES = ((MISSING, MISSING_LABEL), *STATES, (OVERDUE, "逾期未报"))


@dataclass(slots=True)
class Picked:
    """What the address picks: a plan, a period (`plan:period`), a state, a bureau; empty for all of them."""

    plan: str = ""
    period: ReportingPeriod | None = None
    state: str = ""
    bureau: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The address again, so that a form sent from the list leads back to it."""
        period = "" if self.period is None else f"{self.period.plan.code}:{self.period.code}"
        named = {"plan": self.plan, "period": period, "state": self.state, "bureau": self.bureau}
        return urlencode({name: value for name, value in named.items() if value})

    def takes(self, state: SheetState) -> bool:
        if self.plan and state.period.plan.code != self.plan:
            return False
        if self.bureau and state.department.code != self.bureau:
            return False
        if self.state == OVERDUE:
            return state.is_overdue
        return self.state in ("", state.state)


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
    picked = _picked(request, departments, periods)
    states = [state for state in sheet_states(departments, periods, today=today) if picked.takes(state)]
    shown_period = picked.period or next((p for p in periods if picked.plan in ("", p.plan.code)), None)
    of_period = [state for state in states if state.period == shown_period]
    waiting = sorted(
        (s for s in states if s.state == ENDORSED and picked.period in (None, s.period)),
        key=_by_bureau,
    )
    marks = marks_of([state.submission for state in waiting if state.submission is not None])
    own = set(waiting_for(user).values_list("pk", flat=True)) if user.has_role(Role.REVIEWER) else set()
    nudged = nudges_of([shown_period]) if shown_period is not None else {}
    return render(
        request,
        "departments/review_list.html",
        {
            "waiting": [
                (state, marks[state.submission.pk], state.submission.pk in own)
                for state in waiting
                if state.submission is not None
            ],
            "waiting_baselines": baselines_to_decide(user),
            "states": [(state, nudged.get((state.department.pk, state.period.pk))) for state in of_period],
            "tally": tally(state.light for state in of_period),
            "plans": list({period.plan.code: period.plan for period in periods}.values()),
            "periods": periods,
            "departments": departments,
            "state_choices": STATE_CHOICES,
            "picked": picked,
            "chosen": shown_period,
            "overdue_count": sum(state.is_overdue for state in of_period),
            "reviews": user.has_role(Role.REVIEWER),
            "may_nudge": can_nudge(user),
            "may_extend": shown_period is not None and permissions.can_extend(user, shown_period),
        },
    )


def _by_bureau(state: SheetState) -> tuple[int, str, int]:
    return state.department.position, state.department.code, -state.period.ends_on.toordinal()


def _picked(request: HttpRequest, departments: Sequence[Department], periods: Sequence[ReportingPeriod]) -> Picked:
    """What the address asks for; a value that is not known is named and not obeyed."""
    picked = Picked()
    plan, period, state, bureau = (request.GET.get(name, "").strip() for name in ("plan", "period", "state", "bureau"))
    if plan in {each.plan.code for each in periods}:
        picked.plan = plan
    elif plan:
        picked.problems.append(f"没有编号为“{plan[:40]}”的方案，未按它筛选。")
    picked.period = next((each for each in periods if f"{each.plan.code}:{each.code}" == period), None)
    if period and picked.period is None:
        picked.problems.append(f"没有名为“{period[:40]}”的填报期，未按它筛选。")
    if state in dict(STATE_CHOICES):
        picked.state = state
    elif state:
        picked.problems.append(f"没有名为“{state[:40]}”的状态，未按它筛选。")
    if bureau in {each.code for each in departments}:
        picked.bureau = bureau
    elif bureau:
        picked.problems.append(f"没有代码为“{bureau[:40]}”的部门，未按它筛选。")
    if picked.period is not None and picked.plan:
        picked.plan = picked.period.plan.code
    return picked


@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One version of a sheet, to be read and decided upon."""
    found = submission_asked_for(request, submission_id)
    return render_sheet(request, person(request), build_sheet(found.department, found.period, found))
