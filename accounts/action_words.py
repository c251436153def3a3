"""The Chinese words for the acts in the event log; every room names its own acts when it is loaded."""

from collections.abc import Mapping

_words: dict[str, str] = {}


def name_actions(words: Mapping[str, str]) -> None:
    """Tell the log how acts are called on the screen: dotted verb → Chinese words. Called from a room's AppConfig."""
    _words.update(words)


def action_label(action: str) -> str:
    """The act in Chinese words; an act that nobody named stays as it is recorded."""
    return _words.get(action, action)


def actions_called(words: str) -> list[str]:
    """The acts whose Chinese words contain the given text."""
    return [action for action, label in _words.items() if words in label]


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
        "user.unlock": "解除登录锁定",
    }
)
