"""In and out: login with a name and a password, logout by POST."""

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, kept_posts
from accounts.forms import LoginForm
from accounts.models import User
from accounts.request_context import current_request
from accounts.throttle import FAILURES_ALLOWED, LOCKED_FOR, count_attempt, forget_failures

WRONG = f"用户名或密码不正确。连续{FAILURES_ALLOWED}次不正确将锁定{LOCKED_FOR.seconds // 60}分钟。"
LOCKED = f"登录失败次数过多，已暂时锁定，请{LOCKED_FOR.seconds // 60}分钟后再试，或联系安全管理员解锁。"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """A wrong name and a wrong password get the same answer, after the same work."""
    next_page = own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    kept = kept_posts.unsealed(request.POST.get(kept_posts.FIELD, ""))
    if request.user.is_authenticated:
        return redirect(next_page)
    if request.method != "POST":
        return _show(request, LoginForm(), request.GET)
    form = LoginForm(request.POST)
    if form.is_valid():
        user = _checked_user(request, form)
        if user is not None:
            with transaction.atomic():
                auth.login(request, user)
                audit.record(action="login.succeeded", by=user, subject=user)
            if kept is not None:
                kept_posts.put_into(request.session, kept)
                return redirect("accounts:kept")
            return redirect(next_page)
    return _show(request, form, request.POST)


def _show(request: HttpRequest, form: LoginForm, sent: QueryDict) -> HttpResponse:
    """The entrance; `next`, `expired` and what was kept go along until somebody is in."""
    context = {
        "form": form,
        "next": sent.get("next", ""),
        "expired": sent.get("expired") == "1",
        "kept": sent.get(kept_posts.FIELD, "") if request.method == "POST" else "",
    }
    return render(request, "accounts/login.html", context)


def _checked_user(request: HttpRequest, form: LoginForm) -> User | None:
    """The user of that name and password; else None, with the sentence in the form and the failure in the log."""
    username, password = form.cleaned_data["username"], form.cleaned_data["password"]
    address = current_request().address
    attempt = count_attempt(username, address)
    if attempt is None:
        form.add_error(None, LOCKED)
        return None
    user = auth.authenticate(request, username=username, password=password)
    if isinstance(user, User):
        forget_failures(username, address)
        return user
    _record_failure(username, locks=attempt >= FAILURES_ALLOWED)
    form.add_error(None, LOCKED if attempt >= FAILURES_ALLOWED else WRONG)
    return None


def _record_failure(username: str, *, locks: bool) -> None:
    """The log names accounts that exist; of other names only the beginning, since it may be a mistyped password."""
    known = User.objects.filter(username=username).first()
    label = f"未登录（{known.username if known is not None else username[:2] + '***'}）"
    with transaction.atomic():
        audit.record(action="login.failed", by=None, subject=known, label=label, succeeded=False)
        if locks:
            audit.record(action="login.locked", by=None, subject=known, label=label, succeeded=False)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    user = request.user
    with transaction.atomic():
        if isinstance(user, User):
            audit.record(action="logout", by=user, subject=user)
        auth.logout(request)
    messages.success(request, "您已退出登录。")
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def own_address(request: HttpRequest, address: str) -> str:
    """The address to go on to: one of this very host, else the page that everybody starts from."""
    is_own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_own else resolve_url(settings.LOGIN_REDIRECT_URL)
