"""Baselines: the list with what waits for them, entering one, and the decision of a second person."""

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.asking import person_asking
from targets.actions import Refused, approve_baseline, propose_baseline, reject_baseline, withdraw_baseline
from targets.forms import BaselineForm, DecisionForm
from targets.models import Area, Assessment, Baseline, Indicator, Plan, Target
from targets.numbers import plain
from targets.permissions import (
    can_decide_baseline,
    can_propose_baseline,
    can_withdraw_baseline,
    check_can_decide_baseline,
    check_can_propose_baseline,
    check_can_see_baselines,
)
from targets.terms import Status
from targets.views.plans import plan_asked_for


@require_safe
def baselines(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_baselines(asker)
    plan = plan_asked_for(request)
    rows = [] if plan is None else _rows(plan)
    for row in rows:
        waiting = row["waiting"]
        row["may_decide"] = isinstance(waiting, Baseline) and can_decide_baseline(asker, waiting)
        row["may_withdraw"] = isinstance(waiting, Baseline) and can_withdraw_baseline(asker, waiting)
    context = {
        "plan": plan,
        "rows": rows,
        "may_propose": can_propose_baseline(asker) and plan is not None and plan.closed_at is None,
        "counts": {
            "in_force": sum(row["in_force"] is not None for row in rows),
            "waiting": sum(row["waiting"] is not None for row in rows),
            "needed": sum(bool(row["status_waits"]) for row in rows),
        },
    }
    return render(request, "targets/baselines.html", context)


def _rows(plan: Plan) -> list[dict[str, object]]:
    """One row an indicator, in a fixed number of queries: what is in force, what waits, whether the status waits."""
    root = Area.objects.filter(parent__isnull=True).first()
    newest_last = Baseline.objects.filter(area=root).select_related("proposed_by", "decided_by").order_by("version")
    indicators = (
        Indicator.objects.filter(plan=plan)
        .in_plan_order()
        .select_related("plan", "sector")
        .prefetch_related(
            Prefetch("baselines", queryset=newest_last, to_attr="all_baselines"),
            Prefetch("targets", queryset=Target.objects.filter(area=root, superseded_at=None), to_attr="promises"),
        )
    )
    status = _newest_status(plan, root)
    rows: list[dict[str, object]] = []
    for indicator in indicators:
        versions: list[Baseline] = indicator.all_baselines  # type: ignore[attr-defined]
        promises: list[Target] = indicator.promises  # type: ignore[attr-defined]
        if not promises or not indicator.is_reported:
            continue
        in_force = [b for b in versions if b.state == Baseline.APPROVED and b.superseded_at is None]
        last = versions[-1] if versions else None
        rows.append(
            {
                "indicator": indicator,
                "target": promises[0].words,
                "in_force": in_force[0] if in_force else None,
                "in_force_value": plain(in_force[0].value) if in_force else "",
                "waiting": last if last is not None and last.state == Baseline.PROPOSED else None,
                "waiting_value": plain(last.value) if last is not None else "",
                "returned": last if last is not None and last.state == Baseline.REJECTED else None,
                "status_waits": status.get(indicator.pk) == Status.BASELINE_MISSING and not in_force,
            }
        )
    return rows


def _newest_status(plan: Plan, root: Area | None) -> dict[int, str]:
    """The status of every indicator at the newest period that was assessed."""
    assessed = Assessment.objects.filter(indicator__plan=plan, area=root).order_by("period__ends_on")
    return dict(assessed.values_list("indicator", "status"))


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_propose(request: HttpRequest, indicator_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_can_propose_baseline(asker)
    indicator = get_object_or_404(Indicator.objects.select_related("plan", "sector"), pk=indicator_id)
    root = Area.objects.root()
    known = Target.objects.select_related("indicator__plan")
    promise = get_object_or_404(known, indicator=indicator, area=root, superseded_at=None)
    history = list(indicator.baselines.filter(area=root).select_related("proposed_by", "decided_by"))
    waiting = next((each for each in history if each.state == Baseline.PROPOSED), None)
    form = BaselineForm(request.POST or None, indicator=indicator, initial={"year": indicator.plan.baseline_year})
    if request.method == "POST" and form.is_valid():
        try:
            propose_baseline(
                indicator=indicator,
                area=root,
                by=asker,
                is_demonstration=asker.is_demonstration,
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        except IntegrityError:
            form.add_error(None, f"刚刚已有人为{indicator.name}提出基期值，请返回列表查看。")
        else:
            messages.success(request, f"已提交{indicator.name}的基期值，待另一人审核后生效。")
            return redirect(_list_of(indicator.plan))
    context = {
        "indicator": indicator,
        "plan": indicator.plan,
        "target": promise.words,
        "form": form,
        "waiting": waiting,
        "waiting_value": "" if waiting is None else plain(waiting.value),
        "history": [{"baseline": baseline, "value": plain(baseline.value)} for baseline in history],
    }
    return render(request, "targets/baseline_propose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_decide(request: HttpRequest, baseline_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_can_see_baselines(asker)
    known = Baseline.objects.select_related("indicator__plan", "proposed_by", "decided_by")
    baseline = get_object_or_404(known, pk=baseline_id)
    is_own = baseline.proposed_by_id == asker.pk
    if request.method == "POST" or not is_own:
        check_can_decide_baseline(asker, baseline)
    plan = baseline.indicator.plan
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["decision"] == DecisionForm.APPROVE:
                approve_baseline(baseline=baseline, by=asker)
                done = f"已批准{baseline.indicator.name}的基期值，相关状态正在重算。"
            else:
                reject_baseline(baseline=baseline, by=asker, reason=form.cleaned_data["reason"])
                done = f"已退回{baseline.indicator.name}的基期值。"
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect(_list_of(plan))
    previous = Baseline.objects.in_force().filter(indicator=baseline.indicator_id, area=baseline.area_id).first()
    promises = Target.objects.select_related("indicator__plan").filter(superseded_at=None)
    promise = promises.filter(indicator=baseline.indicator_id, area=baseline.area_id).first()
    context = {
        "baseline": baseline,
        "value": plain(baseline.value),
        "previous": previous,
        "previous_value": plain(previous.value) if previous is not None else "",
        "target": promise.words if promise is not None else "",
        "plan": plan,
        "form": form,
        "may_withdraw": can_withdraw_baseline(asker, baseline),
        "is_own": is_own,
        "is_waiting": baseline.state == Baseline.PROPOSED,
    }
    return render(request, "targets/baseline_decide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_withdraw(request: HttpRequest, baseline_id: int) -> HttpResponse:
    """A form withdraws; who only opens the address, as after a login, is shown the baseline."""
    asker = person_asking(request)
    check_can_see_baselines(asker)
    baseline = get_object_or_404(Baseline.objects.select_related("indicator__plan"), pk=baseline_id)
    if request.method != "POST":
        return redirect("targets:baseline_decide", baseline.pk)
    try:
        withdraw_baseline(baseline=baseline, by=asker)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已撤回{baseline.indicator.name}的基期值，可以重新录入。")
    return redirect(_list_of(baseline.indicator.plan))


def _list_of(plan: Plan) -> str:
    return f"{reverse('targets:baselines')}?plan={plan.code}"
