"""The first page after login: what waits for whoever came in; a leader sees how the city stands. And the icon."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from accounts.models import Role, User


def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to what waits for him, and a leader to the overview."""
    user = request.user
    if isinstance(user, User) and user.has_role(Role.LEADER):
        return redirect("reports:overview")
    return redirect("departments:inbox")


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Beside a PDF or an error a browser asks for /favicon.ico, since no page names the icon there."""
    return redirect(static("icon.svg"))
