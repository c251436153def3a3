"""What a page sends while it is filled in: fields by name, as JSON; refusals go back as a sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, JsonResponse

LONGEST_KEY = 64


class Unreadable(ValueError):
    """The request is not what our own page sends; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class SentCells:
    """`fields` as a form sends them; `seen`: by row key what the page was made from; `user`: whom it was made for."""

    fields: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    user: str = ""


def sent_cells(request: HttpRequest) -> SentCells:
    """Raises Unreadable."""
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Unreadable("请求的内容无法读取，请刷新页面后再试。") from error
    if not isinstance(body, dict):
        raise Unreadable("请求的内容无法读取，请刷新页面后再试。")
    return SentCells(
        fields=_texts(body.get("fields", {})),
        seen=_texts(body.get("seen", {})),
        **_texts({name: str(body.get(name, "")) for name in ("reason", "user")}),
    )


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Unreadable("请求的内容无法读取，请刷新页面后再试。")
    if not all(_can_be_stored(text) for each in value.items() for text in each):
        raise Unreadable("填写的内容中有无法保存的字符，没有保存；请删去最近粘贴的文字，改用键盘输入。")
    return value


def _can_be_stored(text: str) -> bool:
    """JSON can carry what no keyboard makes and no database stores: a NUL, or half of a character."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def refusal(sentence: str, *, status: int, is_over: bool = False) -> JsonResponse:
    """`is_over`: nothing more can be saved from the page that asks."""
    return JsonResponse({"message": sentence, "is_over": is_over}, status=status)
