"""Who may do what with a sheet in which state: the whole table, and the rules that cross it."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from departments import permissions
from departments.models import Membership
from tests.factories import (
    Chain,
    make_administrator,
    make_approver,
    make_chain,
    make_coordinator,
    make_department,
    make_leader,
    make_reporter,
    make_reviewer,
    make_user,
)

pytestmark = pytest.mark.django_db

STATES = ("draft", "returned", "submitted", "endorsed", "approved")
VERBS = ("save", "submit", "withdraw", "endorse", "return", "approve", "reopen")

ALLOWED = {
    # role: {verb: the states in which it may}
    "reporter": {"save": {"draft", "returned"}, "submit": {"draft", "returned"}, "withdraw": {"submitted"}},
    "approver": {"endorse": {"submitted"}, "return": {"submitted"}},
    "reviewer": {"return": {"endorsed"}, "approve": {"endorsed"}},
    "coordinator": {"reopen": {"approved"}},
    "leader": {},
    "reporter of another bureau": {},
    "approver of another bureau": {},
    "staff of no bureau": {},
    "system administrator": {},
    "security administrator": {},
    "audit administrator": {},
}


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def person(role, chain):
    """A person who had no hand in the sheet yet."""
    other = make_department()
    makers = {
        "reporter": lambda: make_reporter(chain.department),
        "approver": lambda: make_approver(chain.department),
        "reviewer": make_reviewer,
        "coordinator": make_coordinator,
        "leader": make_leader,
        "reporter of another bureau": lambda: make_reporter(other),
        "approver of another bureau": lambda: make_approver(other),
        "staff of no bureau": make_user,
        "system administrator": lambda: make_administrator(Role.SYSTEM_ADMINISTRATOR),
        "security administrator": lambda: make_administrator(Role.SECURITY_ADMINISTRATOR),
        "audit administrator": lambda: make_administrator(Role.AUDIT_ADMINISTRATOR),
    }
    return makers[role]()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ALLOWED)
def test_each_role_may_do_in_each_state_exactly_what_the_table_says(chain, role, state):
    submission = chain.sheet(state)
    user = person(role, chain)
    may = {verb for verb in VERBS if getattr(permissions, f"can_{verb}")(user, submission)}
    assert may == {verb for verb, states in ALLOWED[role].items() if state in states}


@pytest.mark.parametrize("verb", VERBS)
def test_every_refusal_is_a_sentence(chain, verb):
    submission = chain.sheet("approved" if verb != "reopen" else "draft")
    with pytest.raises(PermissionDenied, match=r".{6,}[。]$"):
        getattr(permissions, f"check_can_{verb}")(make_leader(), submission)


@pytest.mark.parametrize("role", ALLOWED)
def test_each_role_sees_its_own_bureaus_or_every_one(chain, role):
    sees = {"reporter", "approver", "reviewer", "coordinator", "leader"}
    assert permissions.can_see(person(role, chain), chain.department) is (role in sees)


def test_nobody_endorses_what_he_submitted(chain):
    submission = chain.sheet("submitted", submitted_by=chain.approver)
    with pytest.raises(PermissionDenied, match="本人提交"):
        permissions.check_can_endorse(chain.approver, submission)


def test_nobody_endorses_numbers_that_he_entered(chain):
    submission = chain.sheet("submitted")
    submission.entries.update(changed_by=chain.approver)
    with pytest.raises(PermissionDenied, match="本人填写"):
        permissions.check_can_endorse(chain.approver, submission)


@pytest.mark.parametrize("hand", ["submitted_by", "endorsed_by"])
def test_nobody_approves_what_he_submitted_or_endorsed(chain, hand):
    submission = chain.sheet("endorsed", **{hand: chain.reviewer})
    assert not permissions.can_approve(chain.reviewer, submission)
    assert not permissions.can_return(chain.reviewer, submission)


def test_a_reviewer_with_a_membership_still_writes_no_figures(chain):
    Membership.objects.create(user=chain.reviewer, department=chain.department, function=Membership.REPORTER)
    assert not permissions.can_save(chain.reviewer, chain.sheet("draft"))


def test_an_inactive_account_may_nothing(chain):
    chain.reporter.is_active = False
    chain.reporter.save()
    submission = chain.sheet("draft")
    assert not permissions.can_save(chain.reporter, submission)
    assert not permissions.can_see(chain.reporter, chain.department)


def test_an_old_version_can_only_be_read(chain):
    submission = chain.sheet("draft", is_current=False)
    for verb in VERBS:
        for user in (chain.reporter, chain.approver, chain.reviewer, chain.coordinator):
            assert not getattr(permissions, f"can_{verb}")(user, submission)


def test_only_the_coordinator_extends(chain):
    for role in ALLOWED:
        assert permissions.can_extend(person(role, chain), chain.period) is (role == "coordinator")
