"""What I owe today, first thing after login."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Role
from departments.inbox import build_inbox
from departments.models import Extension
from tests.factories import (
    Chain,
    make_administrator,
    make_approver,
    make_chain,
    make_department,
    make_indicator,
    make_leader,
    make_period,
    make_reporter,
    make_responsibility,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

AFTER_THE_END = dt.date(2024, 1, 5)
LATE = dt.date(2024, 2, 1)


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def codes(states):
    return [(state.period.code, state.state) for state in states]


def test_the_reporter_owes_every_open_period_that_is_not_sent(chain):
    make_period(chain.plan, "2023Q3")
    make_period(chain.plan, "2024Q1")
    inbox = build_inbox(chain.reporter, today=AFTER_THE_END)
    assert sorted(codes(inbox.to_do)) == [("2023Q3", "missing"), ("2023Q4", "missing")]


def test_returned_sheets_come_first_then_overdue_ones(chain):
    second, third = make_period(chain.plan, "2023Q2"), make_period(chain.plan, "2023Q3")
    make_submission(chain.department, third, state="returned", submitted_by=chain.reporter)
    inbox = build_inbox(chain.reporter, today=AFTER_THE_END)
    assert codes(inbox.to_do) == [("2023Q3", "returned"), (second.code, "missing"), ("2023Q4", "missing")]
    assert [state.is_overdue for state in inbox.to_do[1:]] == [True, False]


def test_it_says_how_many_days_are_left_or_lost(chain):
    (state,) = build_inbox(chain.reporter, today=AFTER_THE_END).to_do
    assert state.due_sentence == "还有 15 天"
    (state,) = build_inbox(chain.reporter, today=LATE).to_do
    assert state.due_sentence == "已逾期 12 天"


def test_an_extension_moves_the_due_day(chain):
    Extension.objects.create(
        department=chain.department,
        period=chain.period,
        due_on=dt.date(2024, 3, 1),
        reason="等待核定。",
        granted_at=timezone.now(),
        granted_by=chain.coordinator,
    )
    (state,) = build_inbox(chain.reporter, today=LATE).to_do
    assert not state.is_overdue
    assert state.due_on == dt.date(2024, 3, 1)


def test_a_sheet_that_was_sent_in_time_and_returned_is_not_late(chain):
    chain.sheet("returned", first_submitted_on=dt.date(2024, 1, 10))
    (state,) = build_inbox(chain.reporter, today=LATE).to_do
    assert not state.is_overdue


def test_what_was_sent_is_under_way_and_what_was_approved_is_done(chain):
    chain.sheet("submitted")
    make_submission(chain.department, make_period(chain.plan, "2023Q3"), state="approved")
    inbox = build_inbox(chain.reporter, today=LATE)
    assert inbox.to_do == ()
    assert codes(inbox.under_way) == [("2023Q4", "submitted")]
    assert codes(inbox.done) == [("2023Q3", "approved")]


def test_the_approver_sees_what_waits_for_him(chain):
    assert build_inbox(chain.approver, today=LATE).to_do == ()
    chain.sheet("submitted")
    assert codes(build_inbox(chain.approver, today=LATE).to_do) == [("2023Q4", "submitted")]


def test_the_reviewer_sees_what_every_bureau_has_endorsed(chain):
    other = make_department()
    make_responsibility_for(other, chain)
    chain.sheet("endorsed")
    make_submission(other, chain.period, state="endorsed")
    assert len(build_inbox(chain.reviewer, today=LATE).to_do) == 2


def test_the_coordinator_sees_who_is_late(chain):
    other = make_department()
    make_responsibility_for(other, chain)
    chain.sheet("submitted")
    inbox = build_inbox(chain.coordinator, today=LATE)
    assert [state.department for state in inbox.to_do] == [other]
    assert inbox.offers_extension


def make_responsibility_for(department, chain):
    make_responsibility(make_indicator(chain.plan), department)


def test_a_bureau_that_owes_nothing_is_asked_for_nothing(chain):
    department = make_department()
    assert build_inbox(make_reporter(department), today=LATE).to_do == ()


def test_another_bureaus_sheets_are_not_in_it(chain):
    chain.sheet("submitted")
    inbox = build_inbox(make_approver(make_department()), today=LATE)
    assert inbox.to_do == inbox.under_way == inbox.done == ()


def test_a_closed_plan_asks_for_nothing_more(chain):
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    assert build_inbox(chain.reporter, today=LATE).to_do == ()


@pytest.mark.parametrize("make", [make_leader, lambda: make_administrator(Role.AUDIT_ADMINISTRATOR), make_user])
def test_whoever_has_nothing_to_do_is_told_so(make, chain):
    inbox = build_inbox(make(), today=LATE)
    assert inbox.to_do == ()
    assert inbox.explanation.endswith("。")


def test_the_page_leads_to_the_sheet(client, chain):
    client.force_login(chain.reporter)
    page = client.get("/inbox/").content.decode()
    assert chain.address in page
    assert "去填报" in page
    chain.sheet("returned", return_reason="请核实可收集量。")
    page = client.get("/inbox/").content.decode()
    assert "请核实可收集量。" in page
    assert "去修改" in page


def test_the_inbox_needs_a_fixed_number_of_queries(client, chain, django_assert_max_num_queries):
    client.force_login(chain.reporter)
    for year in (2021, 2022):
        for quarter in (1, 2, 3, 4):
            make_submission(chain.department, make_period(chain.plan, f"{year}Q{quarter}"), state="approved")
    with django_assert_max_num_queries(14):
        client.get("/inbox/")


# --- The review list --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer", "coordinator"])
def test_the_review_list_shows_what_waits_and_where_every_bureau_stands(client, chain, who):
    chain.sheet("endorsed")
    client.force_login(getattr(chain, who))
    page = client.get("/review/").content.decode()
    assert "待审核（1）" in page
    assert chain.department.name in page


def test_the_review_list_turns_away_bureau_staff(client, chain):
    client.force_login(chain.reporter)
    assert client.get("/review/").status_code == 403


def test_the_periods_to_choose_from_stand_under_their_plans_title(client, chain):
    client.force_login(chain.reviewer)
    page = client.get("/review/").content.decode()
    assert f'<optgroup label="{chain.plan.title}">' in page
    assert f"（{chain.plan.code}）" not in page


def test_the_review_list_takes_a_period_of_the_address(client, chain):
    make_period(chain.plan, "2022Q1")
    client.force_login(chain.coordinator)
    page = client.get("/review/", {"period": f"{chain.plan.code}:2022Q1"}).content.decode()
    assert "2022年一季度：应报 1 个部门" in page
    assert client.get("/review/", {"period": "nonsense"}).status_code == 200
