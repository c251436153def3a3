"""What I owe today, first thing after login."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from departments.actions.requests import make_request, refuse_request
from departments.inbox import build_inbox
from departments.models import Delivery, Extension, Notice, ReminderRule, SheetRequest, SupervisionItem
from targets.models import Assessment, DirtySeries
from tests.factories import (
    Chain,
    make_administrator,
    make_approver,
    make_baseline,
    make_chain,
    make_department,
    make_indicator,
    make_leader,
    make_observation,
    make_period,
    make_reporter,
    make_responsibility,
    make_submission,
    make_user,
    root_area,
)

pytestmark = pytest.mark.django_db

AFTER_THE_END = dt.date(2024, 1, 5)
LATE = dt.date(2024, 2, 1)


@pytest.fixture
def chain() -> Chain:
    return make_chain()


def codes(states):
    """Of sheets, or of lines about sheets: the period and the state."""
    sheets = [getattr(state, "sheet", state) for state in states]
    return [(sheet.period.code, sheet.state) for sheet in sheets]


def kinds(user, today=LATE):
    return [(line.kind, line.step_label) for line in build_inbox(user, today=today).to_do]


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
    assert build_inbox(chain.approver, today=AFTER_THE_END).to_do == ()
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
    assert [line.sheet.department for line in inbox.to_do] == [other]
    assert inbox.to_do[0].offers_nudge


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


def queries(client, user):
    client.force_login(user)
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/inbox/").status_code == 200
    return len(captured)


def test_the_inbox_needs_a_fixed_number_of_queries(client, chain):
    everybody = (chain.reporter, chain.approver, chain.reviewer, chain.coordinator, make_leader())
    provisional(chain, make_period(chain.plan, "2020Q4"))
    before = [queries(client, user) for user in everybody]
    for year in (2021, 2022):
        for quarter in (1, 2, 3):
            make_submission(chain.department, make_period(chain.plan, f"{year}Q{quarter}"), state="returned")
        provisional(chain, make_period(chain.plan, f"{year}Q4"))
    make_responsibility_for(make_department(), chain)
    assert [queries(client, user) for user in everybody] == before
    assert max(before) <= 22


# --- What else waits --------------------------------------------------------------------------------------------------


def provisional(chain, period):
    make_submission(
        chain.department, period, state="approved", submitted_by=chain.reporter, entries={chain.stock: "35.2"}
    )
    make_observation(chain.stock, period, "35.2", is_provisional=True)


def test_the_approver_hears_of_what_his_bureau_has_not_sent_for_long(chain):
    soon = chain.period.due_on + dt.timedelta(days=3)
    assert build_inbox(chain.approver, today=soon).to_do == ()
    (line,) = build_inbox(chain.approver, today=LATE).to_do
    assert "请督促" in line.says
    ReminderRule.objects.create(plan=chain.plan, escalate_after=0)
    assert build_inbox(chain.approver, today=LATE).to_do == ()


def test_the_coordinator_decides_on_requests_and_the_bureau_reads_the_answer(chain):
    chain.sheet("approved")
    request = make_request(
        department=chain.department, period=chain.period, kind="reopening", reason="口径更正。", by=chain.reporter
    )
    assert kinds(chain.coordinator) == [("申请重开", "处理")]
    assert build_inbox(chain.reporter, today=LATE).requests == (request,)
    refuse_request(request=request, note="无需更正。", by=chain.coordinator)
    assert kinds(chain.coordinator) == []
    (answer,) = build_inbox(chain.approver, today=LATE).requests
    assert answer.decision_note == "无需更正。"


def test_a_provisional_figure_is_to_be_settled_with_one_click(client, chain):
    provisional(chain, chain.period)
    (line,) = build_inbox(chain.reporter, today=LATE).to_do
    assert (line.kind, line.step_label) == ("核定", "申请重开以核定")
    assert chain.stock.name in line.says
    client.force_login(chain.reporter)
    data: dict[str, list[str]] = {}
    for name, value in line.post:
        data.setdefault(name, []).append(value)
    assert client.post(line.post_url, data).status_code == 302
    assert SheetRequest.objects.get().keys == [f"c{chain.stock.pk}"]
    assert kinds(chain.reporter) == [("核定", "查看申请")]


def test_supervision_waits_for_the_bureau_and_its_answer_for_the_coordinator(chain):
    chain.sheet("approved")
    item = SupervisionItem.objects.create(
        plan=chain.plan,
        number=1,
        department=chain.department,
        indicator=chain.stock,
        demand="请说明滞后原因。",
        due_on=dt.date(2024, 1, 31),
        assigned_at=timezone.now(),
        assigned_by=chain.coordinator,
    )
    (line,) = build_inbox(chain.reporter, today=LATE).to_do
    assert (line.kind, line.due_sentence, line.is_overdue) == ("督办", "已逾期 1 天", True)
    assert kinds(chain.coordinator) == []
    item.state, item.answered_by = "answered", chain.reporter
    item.save()
    assert kinds(chain.reporter) == []
    assert kinds(chain.coordinator) == [("督办", "核实并销号")]


def test_a_baseline_waits_for_the_reviewer(chain):
    make_baseline(chain.stock, approved=False)
    assert kinds(chain.reviewer) == [("基期值", "去审核")]


def test_the_coordinator_asks_for_a_late_sheet_with_one_click(client, chain):
    client.force_login(chain.coordinator)
    page = client.get("/inbox/").content.decode()
    nudge = reverse("departments:nudge", args=[chain.department.code, chain.period.code])
    assert nudge in page
    client.post(f"{nudge}?plan={chain.plan.code}")
    assert "已催报 1 次" in client.get("/inbox/").content.decode()


def test_a_leader_is_led_to_what_is_off_track_and_to_the_newest_briefing(chain):
    Assessment.objects.create(
        indicator=chain.stock,
        area=root_area(),
        period=chain.period,
        status="off_track",
        as_of=chain.period.ends_on,
        assessed_at=timezone.now(),
    )
    (line,) = build_inbox(make_leader(), today=LATE).to_do
    assert line.about == "1 项指标未达时序进度"
    assert "status=off_track" in line.url


def test_the_administrator_hears_of_what_is_stuck(chain):
    administrator = make_administrator()
    DirtySeries.objects.create(indicator=chain.stock, area=root_area(), since=timezone.now(), parked_at=timezone.now())
    Delivery.objects.create(
        key="k",
        channel="email",
        address="a@example.org",
        title="t",
        body="b",
        made_at=timezone.now(),
        given_up_at=timezone.now(),
    )
    assert [kind for kind, _ in kinds(administrator)] == ["重算队列", "外发消息", "填报期"]


def test_what_the_window_has_closed_is_to_be_reopened_not_filled(chain):
    chain.period.closes_on = chain.period.due_on
    chain.period.save()
    assert kinds(chain.reporter) == [("填报单", "申请重开")]


def test_unread_notices_stand_first(client, chain):
    Notice.objects.create(
        user=chain.reporter, key="n", kind="nudge", title="请尽快报送", made_at=timezone.now(), url="/inbox/"
    )
    client.force_login(chain.reporter)
    assert "请尽快报送" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_everybody_begins_the_day_in_the_inbox_and_a_leader_with_the_overview(client, role):
    client.force_login(make_user(role=role))
    assert client.get("/").url == ("/overview/" if role is Role.LEADER else "/inbox/")
    page = client.get("/inbox/").content.decode()
    assert 'aria-current="page">待办' in page
