"""A new password for oneself; also the page that somebody with a one-time password sees first."""

from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import change_own_password
from accounts.asking import person_asking
from accounts.forms import PasswordForm
from accounts.kept_posts import held_in
from accounts.request_context import current_request


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    user = person_asking(request)
    address = current_request().address
    form = PasswordForm(request.POST or None, user=user, address=address)
    if request.method == "POST" and form.is_valid():
        change_own_password(user=user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，其他设备上的登录已失效。")
        return redirect("home" if held_in(request.session) is None else "accounts:kept")
    rules = password_validation.password_validators_help_texts()
    return render(request, "accounts/password.html", {"form": form, "rules": rules})
