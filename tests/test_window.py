"""When a bureau may fill in: from the opening day to the closing day, to a later one granted, or when given back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from departments import actions, permissions
from departments.models import Submission
from departments.sheets import build_sheet
from tests.factories import Chain, make_chain

pytestmark = pytest.mark.django_db


def day(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


@pytest.fixture
def chain() -> Chain:
    """A chain whose window closed yesterday."""
    chain = make_chain()
    chain.period.closes_on = day(-1)
    chain.period.save()
    return chain


def locked(chain, submission=None):
    return permissions.why_locked(chain.reporter, build_sheet(chain.department, chain.period, submission))


def test_after_its_day_the_window_is_closed_and_says_so(chain):
    words = f"{day(-1).year}年{day(-1).month}月{day(-1).day}日关闭"
    with pytest.raises(PermissionDenied, match=words):
        actions.open_submission(department=chain.department, period=chain.period, by=chain.reporter)
    assert words in locked(chain)
    assert "申请重开" in locked(chain)


def test_on_the_closing_day_itself_it_is_open(chain):
    chain.period.closes_on = day(0)
    chain.period.save()
    assert permissions.can_fill(chain.reporter, chain.department, chain.period)
    assert locked(chain) == ""


def test_an_extension_reaches_beyond_the_closing_day(chain):
    submission = chain.sheet("draft")
    assert not permissions.can_save(chain.reporter, submission)
    actions.extend_deadline(
        department=chain.department, period=chain.period, due_on=day(2), reason="系统故障。", by=chain.coordinator
    )
    assert permissions.can_save(chain.reporter, submission)


def test_what_was_sent_in_time_is_judged_after_the_window(chain):
    submission = actions.endorse(submission=chain.sheet("submitted"), by=chain.approver)
    assert actions.approve(submission=submission, by=chain.reviewer).state == "approved"


@pytest.mark.parametrize(("returned", "may"), [(0, True), (-5, False)])
def test_a_sheet_returned_after_the_window_may_be_corrected(chain, returned, may):
    at = timezone.now() + dt.timedelta(days=returned)
    submission = chain.sheet("returned", returned_at=at)
    assert permissions.can_save(chain.reporter, submission) is may


def test_a_sheet_reopened_after_the_window_may_be_corrected(chain):
    submission = actions.reopen(submission=chain.sheet("approved"), reason="更正。", by=chain.coordinator)
    submission = actions.save_draft(submission=submission, cells=chain.cells(stock="36"), by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    assert actions.withdraw(submission=submission, by=chain.reporter).state == "draft"


def test_an_approved_sheet_names_who_approved_it_and_when(chain):
    submission = Submission.objects.get(pk=chain.sheet("approved").pk)
    chain.period.closes_on = None
    chain.period.save()
    when = timezone.localtime(submission.approved_at).strftime("%Y-%m-%d %H:%M")
    assert locked(chain, submission) == (
        f"填报单已由{chain.reviewer}于 {when} 审核通过，不能再改；如需更正，请申请重开。"
    )


def test_only_the_bureaus_reporter_is_told_why_he_cannot_fill_in(chain):
    sheet = build_sheet(chain.department, chain.period, None)
    for user in (chain.approver, chain.reviewer, chain.coordinator):
        assert permissions.why_locked(user, sheet) == ""
