"""Accounts for the security administrator: who there is, in which role, active or not, locked or not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import check_may_manage_people, check_may_switch, set_active, unlock
from accounts.asking import person_asking
from accounts.forms import DeactivationForm
from accounts.models import Role, User
from accounts.throttle import locked_usernames


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_may_manage_people(asker)
    users = list(User.objects.order_by("username"))
    order = list(Role)
    users.sort(key=lambda user: (-order.index(Role(user.role)), user.username))
    locked = locked_usernames([user.username for user in users])
    rows = [{"user": user, "is_locked": user.username in locked, "is_self": user.pk == asker.pk} for user in users]
    counts = {"all": len(users), "active": sum(user.is_active for user in users), "locked": len(locked)}
    return render(request, "accounts/people.html", {"rows": rows, "counts": counts})


@require_POST
def person_activate(request: HttpRequest, user_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_may_manage_people(asker)
    return _switch(request, get_object_or_404(User, pk=user_id), asker, active=True)


@require_http_methods(["GET", "HEAD", "POST"])
def person_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Asks once more, with the name and the role of the account, and for the reason."""
    asker = person_asking(request)
    check_may_manage_people(asker)
    user = get_object_or_404(User, pk=user_id)
    check_may_switch(user, asker)
    form = DeactivationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _switch(request, user, asker, active=False, reason=form.cleaned_data["reason"])
    return render(request, "accounts/deactivation.html", {"form": form, "person": user})


def _switch(request: HttpRequest, user: User, asker: User, *, active: bool, reason: str = "") -> HttpResponse:
    word = "启用" if active else "停用"
    if set_active(user=user, active=active, by=asker, reason=reason):
        messages.success(request, f"已{word}账号：{user.display_name}（{user.username}）。")
    else:
        messages.info(request, f"账号{user.username}已经是{word}状态。")
    return redirect("accounts:people")


@require_POST
def person_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_may_manage_people(asker)
    user = get_object_or_404(User, pk=user_id)
    if unlock(user=user, by=asker):
        messages.success(request, f"已解除{user.display_name}（{user.username}）的登录锁定。")
    else:
        messages.info(request, f"账号{user.username}没有被锁定。")
    return redirect("accounts:people")
