"""The dated steps of tasks: which are late, which are to come, which were done; recorded one at a time."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.asking import person_asking
from targets.actions import Refused, record_milestone
from targets.forms import MilestoneForm
from targets.models import Milestone, Plan
from targets.permissions import can_record_milestones, check_can_record_milestones, check_can_see_milestones
from targets.views.plans import plan_asked_for

LATE, TO_COME, DONE = range(3)


@require_safe
def milestones(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_milestones(asker)
    plan = plan_asked_for(request)
    rows = [] if plan is None else _rows(plan, timezone.localdate())
    context = {
        "plan": plan,
        "rows": rows,
        "late_count": sum(row["state"] == LATE for row in rows),
        "done_count": sum(row["state"] == DONE for row in rows),
        "may_record": can_record_milestones(asker) and plan is not None and plan.closed_at is None,
    }
    return render(request, "targets/milestones.html", context)


def _rows(plan: Plan, today: dt.date) -> list[dict[str, object]]:
    """Every step of the plan in one query: the late ones first, then those to come, then those that are done."""
    steps = Milestone.objects.filter(task__plan=plan).for_board().select_related("recorded_by")
    found = [(_state(step, today), step) for step in steps]
    found.sort(key=lambda one: one[0])
    return [
        {
            "milestone": step,
            "state": state,
            "is_late": state == LATE,
            "days_late": ((step.reached_on or today) - step.due_on).days,
        }
        for state, step in found
    ]


def _state(step: Milestone, today: dt.date) -> int:
    if step.reached_on is not None:
        return DONE
    return LATE if step.due_on < today else TO_COME


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_record(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Enter the day on which a step was done, change it or take it back: the log keeps what was there."""
    asker = person_asking(request)
    check_can_record_milestones(asker)
    known = Milestone.objects.select_related("task__plan", "task__clause", "recorded_by")
    milestone = get_object_or_404(known, pk=milestone_id)
    plan = milestone.task.plan
    stored = {"reached_on": milestone.reached_on, "note": milestone.note}
    form = MilestoneForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data == stored and milestone.recorded_at is not None:
            messages.info(request, f"{milestone.task.code} 的登记与原来相同，没有改动。")
            return redirect(_list_of(plan))
        marked = asker.is_demonstration or plan.is_demonstration
        try:
            record_milestone(milestone=milestone, by=asker, is_demonstration=marked, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            day = form.cleaned_data["reached_on"]
            words = f"于 {day:%Y-%m-%d} 完成" if day is not None else "尚未完成"
            messages.success(request, f"已登记：{milestone.task.code}（{milestone.due_on:%Y-%m-%d} 到期）{words}。")
            return redirect(_list_of(plan))
    context = {"milestone": milestone, "plan": plan, "form": form}
    return render(request, "targets/milestone_record.html", context)


def _list_of(plan: Plan) -> str:
    return f"{reverse('targets:milestones')}?plan={plan.code}"
