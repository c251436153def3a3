"""One bureau: its score card, the promises it reports and is listed for, its tasks, how it sent its sheets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.asking import person_asking
from reports.bureau_score import build_score, department_for_score, standing_of
from reports.overview import build_overview
from reports.selection import choose
from reports.views.overview import grouped


@require_safe
def bureau(request: HttpRequest, department_code: str) -> HttpResponse:
    """Open to everybody who is logged in; sheets are linked, and supervision is counted, for those who may see them."""
    user = person_asking(request)
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    today = timezone.localdate()
    found = get_object_or_404(department_for_score(user, chosen.plan, chosen.period, today), code=department_code)
    overview = build_overview(chosen.plan, chosen.period, today=today, with_milestones=False)
    reported = [row for row in overview.rows if row.department == found.name]
    listed = [row for row in overview.rows if found.name in row.departments and row.department != found.name]
    score = build_score(found, chosen, today=today)
    return render(
        request,
        "reports/bureau.html",
        {
            "chosen": chosen,
            "problems": chosen.problems,
            "overview": overview,
            "department": found,
            "now": next((one for one in overview.departments if one.code == found.code), None),
            "score": score,
            "standing": standing_of(reported),
            "reported": reported,
            "listed": listed,
            "reported_groups": grouped(overview, reported),
            "listed_groups": grouped(overview, listed),
            "is_in_plan": bool(reported or listed or score.tasks or score.lines),
        },
    )
