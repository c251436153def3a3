"""One's own account: who one is here, and the address for reminders by mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions import change_own_email
from accounts.asking import person_asking
from accounts.forms import EmailForm


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = person_asking(request)
    form = EmailForm(request.POST if request.method == "POST" else None, initial={"email": user.email})
    if form.is_valid():
        if change_own_email(user=user, email=form.cleaned_data["email"]):
            messages.success(request, "电子邮箱已保存。" if user.email else "电子邮箱已清除，不再发送邮件。")
        else:
            messages.info(request, "电子邮箱没有变化。")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)
