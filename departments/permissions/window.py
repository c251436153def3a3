"""Decides when a period's sheets may be filled in: from the opening day to the closing day, or to the one granted."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from departments.models import Department, Extension, Submission
from departments.models.deadline import due_day_of
from targets.models import ReportingPeriod


def day_in_words(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def check_plan_open(period: ReportingPeriod) -> None:
    """A closed plan is only read; a period that has not begun to be reported has nothing to judge either."""
    if period.plan.closed_at is not None:
        raise PermissionDenied(f"方案“{period.plan.title}”已关闭，填报单只能查看。")
    if timezone.localdate() < period.opens_on:
        raise PermissionDenied(f"{period.name}尚未开放，{day_in_words(period.opens_on)}起可以填报。")


def last_day_to_fill(department: Department, period: ReportingPeriod) -> dt.date | None:
    """The last day on which a bureau may fill in: the closing day, or a later one that was granted; None for no end."""
    if period.closes_on is None:
        return None
    extension = Extension.objects.filter(department=department, period=period).first()
    return max(period.closes_on, due_day_of(period, extension))


def closed_since(department: Department, period: ReportingPeriod) -> dt.date | None:
    """The last day of a bureau's window, if it is over and nobody gave the sheet back to the bureau afterwards."""
    last = last_day_to_fill(department, period)
    if last is None or timezone.localdate() <= last:
        return None
    submission = Submission.objects.current().filter(department=department, period=period).first()
    return None if submission is not None and was_given_back_after(submission, last) else last


def was_given_back_after(submission: Submission, day: dt.date) -> bool:
    """Whether the sheet was returned or reopened when the window was over: its people must be able to correct it."""
    if submission.returned_at is not None and timezone.localdate(submission.returned_at) > day:
        return True
    return submission.version > 1 and timezone.localdate(submission.created_at) > day


def check_window(department: Department, period: ReportingPeriod) -> None:
    """Whether the bureau itself may fill in today."""
    check_plan_open(period)
    last = closed_since(department, period)
    if last is not None:
        raise PermissionDenied(f"{period.name}的填报窗口已于{day_in_words(last)}关闭；仍需填报或更正的，请申请重开。")
