"""Group robots of 企业微信 and 钉钉: what they are sent, and the one careful way in which it is sent.

Only https, only to hosts of the allow-list, no redirects, five seconds. The formats are those of the two makers'
documentation: “群机器人配置说明” (企业微信, path/91770) and “自定义机器人发送群消息” (钉钉, with the signature “加签”).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus, urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.checks import Error

WECOM, DINGTALK = "wecom", "dingtalk"
LABELS = {WECOM: "企业微信群机器人", DINGTALK: "钉钉群机器人"}
LONGEST_BODY = {WECOM: 4096, DINGTALK: 20_000}
"""In bytes of UTF-8; the makers refuse more."""

TIMEOUT_SECONDS = 5.0
LONGEST_ANSWER = 65_536
CUT = "……（内容过长，其余请登录系统查看）"


class BadRobot(ValueError):
    """A robot of the settings that cannot be used; the message is one Chinese sentence without the address."""


class NotSent(Exception):
    """The message certainly did not go out; the text says why."""


class PerhapsSent(Exception):
    """The connection broke while the answer was awaited: the message may have gone out or not."""


@dataclass(frozen=True, slots=True)
class Robot:
    """url: with the robot's own key in it, so it is never shown or stored; `secret` signs messages to 钉钉."""

    channel: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """A name that stays the same while the address does, and gives nothing of it away."""
        return f"{LABELS[self.channel]} {hashlib.sha256(self.url.encode()).hexdigest()[:6]}"


def robot_of(text: str, hosts: Iterable[str]) -> Robot:
    """The robot of one entry of the settings: `wecom:URL`, `dingtalk:URL` or `dingtalk:URL|SECRET`.

    Raises BadRobot for another kind, another protocol than https, or a host that is not listed.
    """
    channel, _, rest = text.strip().partition(":")
    url, _, secret = rest.partition("|")
    parts = urlsplit(url)
    if channel not in LABELS:
        raise BadRobot(f"群机器人的类型须是 {WECOM} 或 {DINGTALK}，现为“{channel[:20]}”。")
    if parts.scheme != "https":
        raise BadRobot(f"{LABELS[channel]}的地址须以 https 开头。")
    if parts.hostname not in set(hosts) or parts.username is not None:
        raise BadRobot(f"{LABELS[channel]}的主机“{parts.hostname}”不在允许的主机之列。")
    return Robot(channel, url, secret)


def robots() -> tuple[Robot, ...]:
    """The robots of the settings; raises BadRobot for the first that cannot be used."""
    return tuple(robot_of(text, settings.REMINDER_ROBOT_HOSTS) for text in settings.REMINDER_ROBOTS if text.strip())


def check_robots(**_: Any) -> list[Error]:
    """Django's system check: a robot that cannot be used is said at the start, not found out at the due day."""
    try:
        robots()
    except BadRobot as error:
        return [Error(f"REMINDER_ROBOTS：{error}", id="departments.E001")]
    return []


def message(channel: str, title: str, body: str) -> dict[str, Any]:
    """The message as Markdown: a bold title, then the lines of the body; cut at a line where it is too long."""
    text = f"**{title}**\n\n{body}"
    if channel == WECOM:
        return {"msgtype": "markdown", "markdown": {"content": _within(text, LONGEST_BODY[WECOM])}}
    # 钉钉 joins lines unless an empty one is between them.
    text = text.replace("\n", "\n\n")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": _within(text, LONGEST_BODY[DINGTALK])}}


def _within(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    room = limit - len(CUT.encode())
    kept, _, _ = text.encode()[:room].decode(errors="ignore").rpartition("\n")
    return f"{kept}\n{CUT}"


def signed_url(robot: Robot, *, milliseconds: int) -> str:
    """The address with 钉钉's timestamp and signature: Base64 of HMAC-SHA256, keyed with the secret, over both."""
    if not robot.secret:
        return robot.url
    digest = hmac.new(robot.secret.encode(), f"{milliseconds}\n{robot.secret}".encode(), hashlib.sha256).digest()
    return f"{robot.url}&timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}"


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A redirect is an answer like any other that is not 200."""


def post(robot: Robot, *, title: str, body: str, milliseconds: int, handlers: Iterable[BaseHandler] = ()) -> None:
    """Sends one message. Raises NotSent when the robot refused it or was not reached, PerhapsSent when nobody knows.

    milliseconds: the time of day for the signature, since 1970. handlers: of urllib, for other ways to the host.
    """
    request = Request(
        signed_url(robot, milliseconds=milliseconds),
        data=json.dumps(message(robot.channel, title, body), ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    try:
        with build_opener(_NoRedirects, *handlers).open(request, timeout=TIMEOUT_SECONDS) as response:
            answer = response.read(LONGEST_ANSWER)
    except HTTPError as error:
        raise NotSent(f"对方回答 HTTP {error.code}。") from error
    except URLError as error:  # before the message was out: name, connection, certificate
        raise NotSent(f"连接失败：{error.reason}") from error
    except (OSError, HTTPException) as error:
        raise PerhapsSent(f"等待回答时连接中断：{type(error).__name__}") from error
    _check_answer(answer)


def _check_answer(answer: bytes) -> None:
    """Both makers answer 200 with an `errcode`, which is 0 when the message was taken."""
    try:
        content = json.loads(answer)
        code, words = int(content["errcode"]), str(content.get("errmsg", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise NotSent("对方的回答不是机器人的回答。") from error
    if code != 0:
        raise NotSent(f"对方拒收，错误码 {code}：{words[:200]}")
