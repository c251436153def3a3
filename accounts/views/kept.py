"""What was sent when the login had ended: shown to whoever logged in, who sends it or lets it go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.kept_posts import described, drop_from, held_in, is_own


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """GET shows it; POST lets it go. Sending it is a form to the address that it was meant for."""
    found = held_in(request.session)
    if found is None:
        return redirect("home")
    if request.method == "POST":
        drop_from(request.session)
        messages.info(request, "登录前填写的内容已放弃，没有提交。")
        return redirect(found.back if is_own(found.back) else "home")
    return render(request, "accounts/kept.html", {"kept": found, "described": described(found)})
