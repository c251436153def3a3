"""Error pages: one clear sentence, a way back, and never a stack trace."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the sentence of the rule that refused."""
    return render(request, "403.html", {"sentence": str(exception)}, status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose security token is missing or old: the page was open across a login, or cookies are off."""
    log.warning("form refused: %s", reason)
    sentence = (
        "页面已过期或登录状态有变，为安全起见没有提交。"
        "请返回上一页，刷新后重新提交；如仍不行，请检查浏览器是否允许 Cookie。"
    )
    return render(request, "403.html", {"sentence": sentence}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500 without touching the database: it may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
