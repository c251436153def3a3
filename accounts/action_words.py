"""The Chinese words for what the event log holds; every room names its own acts and contents when it is loaded."""

import re
from collections.abc import Callable, Mapping

from accounts.models import Role

_words: dict[str, str] = {}
_contents: dict[str, str] = {}
_values: dict[str, dict[str, str]] = {}
_readers: list[Callable[[str], str]] = []

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BARE_CODE = re.compile(r"[a-z][a-z0-9_.]*")


def name_actions(words: Mapping[str, str]) -> None:
    """Tell the log how acts are called on the screen: dotted verb → Chinese words. Called from a room's AppConfig."""
    _words.update(words)


def action_label(action: str) -> str:
    """The act in Chinese words; an act that nobody named stays as it is recorded."""
    return _words.get(action, action)


def actions_called(words: str) -> list[str]:
    """The acts whose Chinese words contain the given text."""
    return [action for action, label in _words.items() if words in label]


def name_contents(words: Mapping[str, str], values: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Tell the log how the recorded names of contents that are no fields of their object are called on the screen,
    and how the recorded values of a content are: name → code → Chinese words."""
    _contents.update(words)
    for name, named in (values or {}).items():
        _values.setdefault(name, {}).update(named)


def read_codes_with(reader: Callable[[str], str]) -> None:
    """Tell the log how codes inside recorded text, such as those of periods, are put into words."""
    _readers.append(reader)


def in_words(text: str) -> str:
    """Recorded text with the codes in it put into words."""
    for reader in _readers:
        text = reader(text)
    return text


def content_label(name: str) -> str:
    """A recorded name in Chinese words; a name in code that nobody has put into words is only said to be another."""
    return _contents.get(name) or ("其他内容" if BARE_CODE.fullmatch(name) else in_words(name))


def value_label(name: str, value: str) -> str:
    """A recorded value of the named content in words."""
    return _values.get(name, {}).get(value) or in_words(value)


name_contents(
    {"was_asked_to": "系统要求修改", "must_be_changed": "须修改密码", "department": "部门", "function": "职责"},
    {"role": dict(Role.choices)},
)
name_actions(
    {
        "account.create": "建立账号",
        "audit.head_lost": "审计日志末尾标记丢失",
        "login.succeeded": "登录",
        "login.failed": "登录失败",
        "login.locked": "登录锁定",
        "logout": "退出登录",
        "password.change": "修改密码",
        "password.reset": "重置密码",
        "user.activate": "启用账号",
        "user.deactivate": "停用账号",
        "user.email": "修改电子邮箱",
        "user.unlock": "解除登录锁定",
    }
)
