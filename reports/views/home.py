"""The first page after login: each role lands on what it has to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

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
