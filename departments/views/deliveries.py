"""What went out by mail and to robots, for the system administrator: what waits, and what was given up and why."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from departments.delivering import mail_is_configured, send_again
from departments.models import Delivery
from departments.permissions.deliveries import check_can_see_deliveries
from departments.robots import BadRobot, robots
from departments.views.asked import person

MESSAGES_PER_PAGE = 50


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    check_can_see_deliveries(person(request))
    counts = Delivery.objects.aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        waiting=Count("pk", filter=Q(sent_at__isnull=True, given_up_at__isnull=True)),
    )
    try:
        names, problem = [robot.name for robot in robots()], ""
    except BadRobot as error:
        names, problem = [], str(error)
    # What was given up comes first: somebody has to see to it.
    ordered = Delivery.objects.order_by(F("given_up_at").desc(nulls_last=True), "-made_at", "-pk")
    page = Paginator(ordered, MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "counts": counts,
        "has_mail": mail_is_configured(),
        "robots": names,
        "problem": problem,
    }
    return render(request, "departments/deliveries.html", context)


@require_POST
def deliveries_again(request: HttpRequest) -> HttpResponse:
    again = send_again(by=person(request))
    if again:
        messages.success(request, f"已将 {again} 条放弃的消息重新排队，一分钟内开始发送。")
    else:
        messages.info(request, "没有放弃的消息。")
    return redirect("departments:deliveries")
