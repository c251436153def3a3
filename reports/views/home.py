"""The first page after login: each role lands on what it has to do next. And the icon where browsers look for it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from accounts.models import Role, User

LANDING = {
    Role.REVIEWER: "departments:review_list",
    Role.COORDINATOR: "departments:inbox",
    Role.LEADER: "reports:overview",
    Role.SYSTEM_ADMINISTRATOR: "targets:queue_state",
    Role.SECURITY_ADMINISTRATOR: "accounts:people",
    Role.AUDIT_ADMINISTRATOR: "accounts:audit_log",
}


def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to his own first page; bureau staff to what they owe."""
    user = request.user
    role = Role(user.role) if isinstance(user, User) else Role.BUREAU_STAFF
    return redirect(LANDING.get(role, "departments:inbox"))


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Beside a PDF or an error a browser asks for /favicon.ico, since no page names the icon there."""
    return redirect(static("icon.svg"))
