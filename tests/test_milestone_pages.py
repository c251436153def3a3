"""The dated steps of tasks: listed late first, recorded by the coordinator, with errors at their fields."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from targets.models import Milestone, PlanTask
from tests.factories import make_clause, make_coordinator, make_period, make_plan, make_reviewer, make_sector, make_user

pytestmark = pytest.mark.django_db

LIST = "targets:milestones"
OTHER_ROLES = [role for role in Role if role not in (Role.COORDINATOR, Role.REVIEWER)]


@pytest.fixture
def plan():
    return make_plan("plan")


@pytest.fixture
def task(plan):
    sector, clause = make_sector(plan), make_clause(plan, "2.1")
    return PlanTask.objects.create(
        plan=plan, code="T-11", text="公布审核名单", sector=sector, clause=clause, kind="milestone"
    )


@pytest.fixture
def coordinator(client):
    user = make_coordinator("coordinator")
    client.force_login(user)
    return user


def day(days):
    """So many days from today."""
    return timezone.localdate() + dt.timedelta(days=days)


def step(task, due_on, **fields):
    return Milestone.objects.create(task=task, due_on=due_on, **fields)


def record(client, milestone, **typed):
    form = {"reached_on": day(-3).isoformat(), "note": "名单见市政府网站"}
    return client.post(reverse("targets:milestone_record", args=[milestone.pk]), form | typed)


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_the_list_turns_away_who_neither_coordinates_nor_reviews(client, task, role):
    client.force_login(make_user(role=role))
    response = client.get(reverse(LIST))
    assert response.status_code == 403
    assert "节点完成情况见“任务”页" in response.text


@pytest.mark.parametrize("role", [*OTHER_ROLES, Role.REVIEWER])
def test_only_the_coordinator_records_a_step(client, task, role):
    milestone = step(task, day(-10))
    client.force_login(make_user(role=role))
    assert client.get(reverse("targets:milestone_record", args=[milestone.pk])).status_code == 403
    response = record(client, milestone)
    assert response.status_code == 403
    assert "只有统筹协调员可以登记任务节点。" in response.text
    milestone.refresh_from_db()
    assert milestone.recorded_at is None


def test_the_reviewer_sees_the_steps_without_a_way_to_record_them(client, task):
    milestone = step(task, day(-10))
    client.force_login(make_reviewer())
    text = client.get(reverse(LIST)).text
    assert "公布审核名单" in text
    assert reverse("targets:milestone_record", args=[milestone.pk]) not in text


def test_late_steps_come_first_then_those_to_come_then_those_done(client, coordinator, task):
    done, to_come = step(task, day(-400), reached_on=day(-395)), step(task, day(30))
    late, later = step(task, day(-2)), step(task, day(-90))
    response = client.get(reverse(LIST))
    assert [row["milestone"] for row in response.context["rows"]] == [later, late, to_come, done]
    assert "共 4 个节点：<b>1</b> 个逾期未完成" not in response.text
    assert "共 4 个节点：<b>2</b> 个逾期未完成，<b>1</b> 个已完成" in response.text
    for words in ("已逾期 90 天", "未到期", "逾期完成", "晚 5 天"):
        assert words in response.text


def test_a_step_is_not_late_on_its_own_day(client, coordinator, task):
    step(task, day(0))
    assert "<b>0</b> 个逾期未完成" in client.get(reverse(LIST)).text


def test_the_list_shows_one_plan_and_costs_a_fixed_number_of_queries(
    client, coordinator, plan, task, django_assert_max_num_queries
):
    for number in range(8):
        step(task, day(-number))
    other = make_plan("other")
    with django_assert_max_num_queries(8):
        assert len(client.get(reverse(LIST), {"plan": plan.code}).context["rows"]) == 8
    assert "都没有写明日期的节点" in client.get(reverse(LIST), {"plan": other.code}).text


def test_the_list_says_when_no_plan_is_there(client, coordinator):
    assert "还没有载入方案" in client.get(reverse(LIST)).text


def test_the_day_and_the_note_are_recorded_with_the_person(client, coordinator, task):
    milestone = step(task, day(-10))
    response = record(client, milestone)
    assert response.url == f"{reverse(LIST)}?plan=plan"
    milestone.refresh_from_db()
    assert (milestone.reached_on, milestone.note) == (day(-3), "名单见市政府网站")
    assert (milestone.recorded_by, milestone.is_demonstration) == (coordinator, False)
    event = AuditEvent.objects.get(action="milestone.record")
    assert (event.actor, event.after["reached_on"]) == (coordinator, day(-3).isoformat())
    assert f"已登记：T-11（{day(-10)} 到期）于 {day(-3)} 完成。" in client.get(response.url).text


def test_what_a_demonstration_account_records_is_marked(client, task):
    client.force_login(make_coordinator(is_demonstration=True))
    milestone = step(task, day(-10))
    record(client, milestone)
    milestone.refresh_from_db()
    assert milestone.is_demonstration
    assert "演示</span>" in client.get(reverse(LIST)).text


def test_a_step_that_is_not_done_is_recorded_with_its_reason(client, coordinator, task):
    milestone = step(task, day(-10))
    record(client, milestone, reached_on="", note="等待省里批复")
    milestone.refresh_from_db()
    assert (milestone.reached_on, milestone.note, milestone.recorded_by) == (None, "等待省里批复", coordinator)


def test_a_recorded_day_is_taken_back_with_a_reason_and_stays_in_the_log(client, coordinator, task):
    milestone = step(task, day(-10))
    record(client, milestone)
    assert "请填写完成日；尚未完成的，请在说明中写明情况。" in record(client, milestone, reached_on="", note="").text
    record(client, milestone, reached_on="", note="误登，撤回")
    milestone.refresh_from_db()
    assert milestone.reached_on is None
    newest = AuditEvent.objects.filter(action="milestone.record").latest("pk")
    assert newest.before["reached_on"] == day(-3).isoformat()


def test_the_form_opens_with_what_is_recorded(client, coordinator, task):
    milestone = step(task, day(-10))
    record(client, milestone)
    text = client.get(reverse("targets:milestone_record", args=[milestone.pk])).text
    assert f'value="{day(-3)}"' in text
    assert 'value="名单见市政府网站"' in text
    assert f"现有登记：{day(-3)} 完成" in text


def test_the_same_again_changes_nothing(client, coordinator, task):
    milestone = step(task, day(-10))
    record(client, milestone)
    assert "没有改动" in client.get(record(client, milestone).url).text
    assert AuditEvent.objects.filter(action="milestone.record").count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"reached_on": "去年底"}, "reached_on", "日期请写成 2025-01-31 的样子。"),
        ({"reached_on": "2025-02-30"}, "reached_on", "日期请写成 2025-01-31 的样子。"),
        ({"reached_on": "0202-01-31"}, "reached_on", "完成日的年份应是1949以后的四位数"),
        ({"reached_on": "9999-12-31"}, "reached_on", "完成日不能晚于今天；尚未完成的请留空。"),
        ({"reached_on": "", "note": " "}, "reached_on", "请填写完成日；尚未完成的，请在说明中写明情况。"),
        ({"note": "长" * 301}, "note", "说明最多 300 个字，现在有 301 个字。"),
    ],
)
def test_an_error_stands_at_its_field_and_everything_typed_stays(client, coordinator, task, typed, field, sentence):
    milestone = step(task, day(-10))
    response = record(client, milestone, **typed)
    assert response.status_code == 200
    assert sentence in "".join(response.context["form"].errors[field])
    assert sentence in response.text
    for value in ({"reached_on": day(-3).isoformat(), "note": "名单见市政府网站"} | typed).values():
        assert not value.strip() or f'value="{value}"' in response.text
    milestone.refresh_from_db()
    assert milestone.recorded_at is None


def test_a_closed_plan_is_only_read(client, coordinator, plan, task):
    milestone = step(task, day(-10))
    plan.closed_at, plan.closed_by = timezone.now(), coordinator
    plan.save()
    assert reverse("targets:milestone_record", args=[milestone.pk]) not in client.get(reverse(LIST)).text
    response = record(client, milestone)
    assert "已关闭" in response.text
    assert "名单见市政府网站" in response.text
    milestone.refresh_from_db()
    assert milestone.reached_on is None


def test_a_step_that_is_not_there_is_not_found(client, coordinator, plan):
    assert client.get(reverse("targets:milestone_record", args=[999999])).status_code == 404


def test_the_pages_of_the_plan_lead_to_the_steps(client, coordinator, plan, task):
    make_period(plan, "2021Q1")
    address = f"{reverse(LIST)}?plan=plan"
    for name in ("targets:baselines", "targets:choices_confirm", "targets:conditions", "reports:tasks"):
        assert f'href="{address}"' in client.get(reverse(name), {"plan": "plan"}).text, name


def test_the_page_of_tasks_leads_only_the_coordinator_to_recording(client, plan, task):
    make_period(plan, "2021Q1")
    client.force_login(make_reviewer())
    text = client.get(reverse("reports:tasks"), {"plan": "plan"}).text
    assert "公布审核名单" in text
    assert reverse(LIST) not in text
