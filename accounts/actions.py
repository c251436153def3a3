"""What is done with accounts: opened and closed, unlocked, given a new password. Keyword-only, audited."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.command_line import reason_from_command_line
from accounts.models import Role, User
from accounts.password_making import new_password
from accounts.throttle import forget_failures


class AccountRefused(ValueError):
    """What was asked cannot be done with an account; the message is one Chinese sentence."""


def check_may_manage_people(user: User) -> None:
    """Only the security administrator sees and changes accounts; raises PermissionDenied with a sentence."""
    if not user.has_role(Role.SECURITY_ADMINISTRATOR):
        raise PermissionDenied("只有安全管理员可以查看和管理账号。")


def check_may_read_audit_log(user: User) -> None:
    """Only the audit administrator reads the log; raises PermissionDenied with a sentence."""
    if not user.has_role(Role.AUDIT_ADMINISTRATOR):
        raise PermissionDenied("只有审计管理员可以查看审计日志。")


def check_may_switch(user: User, by: User) -> None:
    """The security administrator, and never his own account; raises PermissionDenied with a sentence."""
    check_may_manage_people(by)
    if user.pk == by.pk:
        raise PermissionDenied("不能停用或启用自己的账号，请由另一位安全管理员操作。")


@transaction.atomic
def set_active(*, user: User, active: bool, by: User, reason: str = "") -> bool:
    """Open or close an account; a closed one is logged out everywhere at its next request. False: it was so already.

    Closing takes a reason, else AccountRefused. Raises PermissionDenied for anybody but the security administrator,
    and for one's own account.
    """
    check_may_switch(user, by)
    if not active and not reason.strip():
        raise AccountRefused("停用账号须写明理由。")
    changed = User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active)
    if not changed:
        return False
    user.is_active = active
    audit.record(
        action="user.activate" if active else "user.deactivate",
        by=by,
        subject=user,
        label=f"{user.display_name}（{user.username}）",
        before={"is_active": not active},
        after={"is_active": active},
        reason=reason.strip(),
    )
    return True


@transaction.atomic
def unlock(*, user: User, by: User) -> bool:
    """Forget the failed logins of an account; False when there were none."""
    check_may_manage_people(by)
    if not forget_failures(user.username):
        return False
    audit.record(action="user.unlock", by=by, subject=user, label=f"{user.display_name}（{user.username}）")
    return True


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Set a password that was checked against the rules; every other session of the account ends with the old one."""
    was_asked = user.must_change_password
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(action="password.change", by=user, subject=user, after={"was_asked_to": was_asked})


@transaction.atomic
def change_own_email(*, user: User, email: str) -> bool:
    """Set or clear (empty) the address for reminders; False when it was so already."""
    before = User.objects.select_for_update(no_key=True).get(pk=user.pk).email
    if before == email:
        return False
    user.email = email
    user.save(update_fields=["email"])
    audit.record(action="user.email", by=user, subject=user, before={"email": before}, after={"email": email})
    return True


@transaction.atomic
def reset_password(*, user: User) -> str:
    """A one-time password, from the server's command line: to be changed at the first login, before anything else.

    Every session of the account ends with the old password, and its failed logins are forgotten. Returns the password,
    which is kept nowhere. Raises AccountRefused for a closed account, which no password would open.
    """
    if not user.is_active:
        raise AccountRefused(f"账号 {user.username} 已停用，重置密码后仍不能登录；请先由安全管理员启用。")
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    forget_failures(user.username)
    forget_failures(f"password:{user.username}")
    audit.record(
        action="password.reset",
        by=None,
        subject=user,
        after={"username": user.username, "must_be_changed": True},
        reason=reason_from_command_line(),
    )
    return password
