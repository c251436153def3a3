"""What is typed at the entrance and for a new password, and how the log is searched."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.models import User
from accounts.throttle import count_attempt, forget_failures


def _password_field(label: str, required: str, *, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": required},
    )


class LoginForm(forms.Form):
    username = forms.CharField(
        label="用户名",
        max_length=64,
        error_messages={"required": "请填写用户名。"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = _password_field("密码", "请填写密码。", autocomplete="current-password")


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text="报送提醒和催报同时发到这个邮箱，系统设有邮件服务器时才发；留空则只在系统内通知。请用工作邮箱。",
        error_messages={
            "invalid": "“电子邮箱”的格式不正确，请写成 name@example.org.cn 的样子，或留空。",
            "max_length": "“电子邮箱”最多 254 个字符，请核对。",
        },
    )


class PasswordForm(forms.Form):
    """A new password for oneself: the old one first, and the new one twice."""

    old = _password_field("原密码", "请填写原密码。", autocomplete="current-password")
    new = _password_field("新密码", "请填写新密码。", autocomplete="new-password")
    again = _password_field("再输入一次新密码", "请再输入一次新密码。", autocomplete="new-password")

    def __init__(self, *args: Any, user: User, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.address = address

    def clean_old(self) -> str:
        """The old password is guarded like the entrance: an unattended screen is no place to guess it."""
        old: str = self.cleaned_data["old"]
        counted_as = f"password:{self.user.username}"
        if count_attempt(counted_as, self.address) is None:
            raise forms.ValidationError("原密码连续输错5次，请30分钟后再试。")
        if not self.user.check_password(old):
            raise forms.ValidationError("原密码不正确。")
        forget_failures(counted_as, self.address)
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        if self.user.check_password(new):
            raise forms.ValidationError("新密码不能与原密码相同。")
        return new

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("new") and typed.get("again") and typed["new"] != typed["again"]:
            self.add_error("again", "两次输入的新密码不一致。")
        return typed


class DeactivationForm(forms.Form):
    """Why an account is closed; the reason stays in the event log."""

    reason = forms.CharField(
        label="停用理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如离岗、调动；记入审计日志，最多 300 个字。",
        error_messages={
            "required": "请写明停用理由。",
            "max_length": "停用理由最多 300 个字，现在有 %(show_value)d 个字。",
        },
    )


class AuditFilterForm(forms.Form):
    """How the log is searched; what cannot be read as a day is said, and not silently left out."""

    action = forms.CharField(label="动作", max_length=64, required=False)
    person = forms.CharField(label="人员", max_length=64, required=False)
    day = forms.DateField(
        label="日期",
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        error_messages={"invalid": "日期请写成 2025-01-31 的样子。"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["day"]
        if day is not None and not 1970 <= day.year <= 9998:
            raise forms.ValidationError("没有这一天的日志。")
        return day
