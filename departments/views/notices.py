"""What somebody was told: the list, newest first; opening a notice or the button beside it marks it as read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from departments.models import Notice
from departments.views.asked import person

NOTICES_PER_PAGE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    own = Notice.objects.filter(user=person(request))
    unread = own.filter(read_at__isnull=True).count()
    only_unread = request.GET.get("only") == "unread"
    shown = own.filter(read_at__isnull=True) if only_unread else own
    page = Paginator(shown, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "departments/notices.html", {"page": page, "unread": unread, "only_unread": only_unread})


@require_POST
def notice_open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks a notice as read and leads to what it speaks of."""
    notice = get_object_or_404(Notice, pk=notice_id, user=person(request))
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("departments:notices")


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Marks the notice named in the form as read, or all of them."""
    unread = Notice.objects.filter(user=person(request), read_at__isnull=True)
    chosen = request.POST.get("notice", "")
    if chosen:
        unread = unread.filter(pk=int(chosen)) if chosen.isdecimal() else unread.none()
    count = unread.update(read_at=timezone.now())
    if not chosen:
        messages.success(request, f"已将 {count} 条通知标为已读。" if count else "没有未读的通知。")
    return redirect("departments:notices")
