"""What a password has to be: long, mixed (three of four kinds of characters, 等保三级的口令要求), and no easy guess."""

from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from accounts.models import User

KINDS_WANTED = 3


class LengthAndMixture:
    """A validator for AUTH_PASSWORD_VALIDATORS. Kinds: capitals, small letters, digits, everything else."""

    def __init__(self, min_length: int = 10) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < self.min_length:
            raise ValidationError(f"密码太短：至少 {self.min_length} 个字符。", code="password_too_short")
        if len({_kind(character) for character in password}) < KINDS_WANTED:
            raise ValidationError(
                f"密码太单一：大写字母、小写字母、数字、其他字符四类中至少要有{KINDS_WANTED}类。",
                code="password_too_plain",
            )

    def get_help_text(self) -> str:  # named by Django
        return f"至少 {self.min_length} 个字符，大写字母、小写字母、数字、其他字符四类中至少有{KINDS_WANTED}类。"


class NotCommon(CommonPasswordValidator):
    """Django's list of common passwords, in words of this house."""

    def get_error_message(self) -> str:  # named by Django
        return "密码太常见，容易被猜到，请换一个。"

    def get_help_text(self) -> str:  # named by Django
        return "不能是常见的密码。"


class NotLikeTheAccount(UserAttributeSimilarityValidator):
    """Django's comparison with what the account is called, in words of this house."""

    def get_error_message(self) -> str:  # named by Django
        return "密码与您的%(verbose_name)s太相似，请换一个。"

    def get_help_text(self) -> str:  # named by Django
        return "不能与您的用户名或显示名称相似。"


def _kind(character: str) -> str:
    if character.isascii() and character.isupper():
        return "capital"
    if character.isascii() and character.islower():
        return "small"
    return "digit" if character.isascii() and character.isdigit() else "other"
