"""Briefings: what was issued, asking for a new one, its state while it is made, and the file itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HTMX_STOP_POLLING

from accounts.models import User
from reports.actions import can_request_briefing, check_can_request_briefing, request_briefing, retry_briefing
from reports.forms import BriefingForm
from reports.models import Briefing
from reports.selection import Choice, choose
from reports.superseding import with_corrections

LISTED = 100


def briefings(request: HttpRequest) -> HttpResponse:
    chosen = choose(request)
    if chosen is None:
        return render(request, "reports/no_plan.html")
    return _page(request, chosen, BriefingForm(chosen))


@require_POST
def briefing_request(request: HttpRequest) -> HttpResponse:
    """Queues a briefing and goes back to the list, where it appears as soon as it is made."""
    user = _user(request)
    check_can_request_briefing(user)
    chosen = choose(request)
    if chosen is None:
        raise Http404("没有可以生成简报的方案。")
    form = BriefingForm(chosen, request.POST)
    if not form.is_valid():
        return _page(request, chosen, form)
    period = form.periods[form.cleaned_data["period"]]
    request_briefing(plan=chosen.plan, period=period, by=user, suggestions=form.cleaned_data["suggestions"])
    messages.success(request, f"已收到生成{period.name}简报的请求，生成后即可在下面的列表中下载。")
    return redirect(f"{reverse('reports:briefings')}?{urlencode({'plan': chosen.plan.code})}")


@require_POST
def briefing_retry(request: HttpRequest, briefing_id: int) -> HttpResponse:
    briefing = get_object_or_404(Briefing.objects.for_list(), pk=briefing_id)
    retry_briefing(briefing=briefing, by=_user(request))
    messages.success(request, "已重新开始生成。")
    return redirect(f"{reverse('reports:briefings')}?{urlencode({'plan': briefing.plan.code})}")


@require_safe
def briefing_state(request: HttpRequest, briefing_id: int) -> HttpResponse:
    """One line of the list; 286 ends the polling once nothing is left to wait for."""
    briefing = get_object_or_404(Briefing.objects.for_list(), pk=briefing_id)
    is_waiting = briefing.state == Briefing.QUEUED
    return render(
        request,
        "reports/_briefing_row.html",
        {"briefing": with_corrections([briefing])[0], "may_request": can_request_briefing(_user(request))},
        status=200 if is_waiting else HTMX_STOP_POLLING,
    )


@require_safe
def briefing_pdf(request: HttpRequest, briefing_id: int) -> HttpResponse:
    """The bytes as they were issued; a briefing that is not ready does not exist yet."""
    briefing = get_object_or_404(
        Briefing.objects.select_related("plan", "period"), pk=briefing_id, state=Briefing.READY
    )
    name = f"{briefing.plan.title}{briefing.period.name}简报{'（演示数据）' if briefing.is_demonstration else ''}.pdf"
    response = HttpResponse(bytes(briefing.pdf or b""), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response.headers["ETag"] = f'"{briefing.sha256}"'
    return response


def _page(request: HttpRequest, chosen: Choice, form: BriefingForm) -> HttpResponse:
    return render(
        request,
        "reports/briefings.html",
        {
            "chosen": chosen,
            "problems": chosen.problems,
            "form": form,
            "may_request": can_request_briefing(_user(request)),
            "briefings": with_corrections(Briefing.objects.for_list().filter(plan=chosen.plan)[:LISTED]),
        },
        status=422 if form.is_bound else 200,
    )


def _user(request: HttpRequest) -> User:
    """The person asking; every page here needs a login."""
    assert isinstance(request.user, User)
    return request.user
