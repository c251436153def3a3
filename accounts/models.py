"""Who somebody is, and what was done: one account a person, one city-wide role an account, an append-only event log."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone


class Role(models.TextChoices):
    """One role an account: so that no person can hold two of the three administrators, whatever a form sends.

    What somebody does for a bureau (report, endorse) is not a role of the city: it is a membership, kept by the
    room that knows bureaus.
    """

    BUREAU_STAFF = "bureau_staff", "部门工作人员"
    COORDINATOR = "coordinator", "统筹协调员"
    REVIEWER = "reviewer", "审核员"
    LEADER = "leader", "市领导"
    SYSTEM_ADMINISTRATOR = "system_administrator", "系统管理员"
    SECURITY_ADMINISTRATOR = "security_administrator", "安全管理员"
    AUDIT_ADMINISTRATOR = "audit_administrator", "审计管理员"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        if not username:
            raise ValueError("用户名不能为空。")
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person, one account, never used again for another."""

    username = models.CharField("用户名", max_length=64, unique=True)
    display_name = models.CharField("显示名称", max_length=64)
    role = models.CharField("角色", max_length=32, choices=Role.choices, default=Role.BUREAU_STAFF)
    is_active = models.BooleanField("启用", default=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_demonstration = models.BooleanField("演示账号", default=False)
    must_change_password = models.BooleanField("须修改密码", default=False)
    date_joined = models.DateTimeField("创建时间", default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_has_a_known_role"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def has_role(self, *roles: Role) -> bool:
        return self.is_active and self.role in roles


class AuditEvent(models.Model):
    """One act: who, when, from where, on what, before and after. Only ever added to; each carries the hash of the last.

    `accounts.audit.record` is the only writer; the database refuses UPDATE and DELETE by triggers.
    """

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="操作人")
    actor_label = models.CharField("操作人（当时）", max_length=160)
    address = models.CharField("来源地址", max_length=64, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    action = models.CharField("动作", max_length=64)
    object_type = models.CharField("对象类型", max_length=64, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    object_label = models.CharField("对象", max_length=300, blank=True)
    before = models.JSONField("之前", null=True)
    after = models.JSONField("之后", null=True)
    reason = models.TextField("理由", blank=True)
    succeeded = models.BooleanField("成功", default=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "审计事件"
        verbose_name_plural = "审计事件"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action}"


class AuditHead(models.Model):
    """How many events there are and the hash of the last one, signed: so that cutting off the end is noticed too.

    One row, written by `accounts.audit.record` in the same transaction as the event.
    """

    events = models.PositiveBigIntegerField("事件数")
    last_hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    class Meta:
        verbose_name = "审计日志末尾标记"
        verbose_name_plural = "审计日志末尾标记"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_log_has_one_head")]

    def __str__(self) -> str:
        return f"{self.events} {self.last_hash}"


class LoginThrottle(models.Model):
    """Failed logins of one user name from one address; rows, so that the counter survives a restart of the cache.

    `username` is a digest of the name as typed: people mistype their password into that field.
    """

    username = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["username", "address"], name="one_throttle_per_user_and_address")
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.failures}"
