"""The tasks page shows what was approved about every task, the newest first, and what is still supervised."""

import pytest
from django.utils import timezone

from departments.actions import supervising
from targets.models import PlanTask, TaskProgress
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    return make.make_chain()


@pytest.fixture
def task(chain):
    task = PlanTask.objects.create(
        plan=chain.plan,
        code="T-1",
        text="推进园区循环化改造",
        sector=chain.ratio.sector,
        clause=chain.ratio.clause,
        kind=PlanTask.ONGOING,
    )
    task.responsibilities.create(department=chain.department, position=1, is_reporter=True)
    return task


def report(chain, task, period, text, **fields):
    return TaskProgress.objects.create(
        task=task,
        period=period,
        text=text,
        reference=f"{chain.department.name} {period.code} 填报单第1版",
        recorded_at=make.instant("2024-02-01"),
        recorded_by=chain.reviewer,
        **fields,
    )


def test_the_newest_approved_report_is_shown_and_earlier_ones_lie_behind_it(client, chain, task):
    earlier = make.make_period(chain.plan, "2023Q2")
    report(chain, task, earlier, "上半年完成2家。")
    report(chain, task, chain.period, "被更正的说法。", superseded_at=make.instant("2024-03-01"))
    report(chain, task, chain.period, "全年完成5家。", version=2)
    client.force_login(make.make_leader())
    page = client.get(f"/tasks/?plan={chain.plan.code}").content.decode()
    assert f"全年完成5家。<small>2023年四季度，{chain.department.name}" in page
    assert page.index("全年完成5家。") < page.index("历次进展（1）") < page.index("上半年完成2家。")
    assert "被更正的说法。" not in page
    assert f"{chain.department.name}（报送）" in page


def test_what_is_supervised_stands_beside_the_task_for_those_who_may_see_it(client, chain, task):
    supervising.assign(
        department=chain.department,
        task=task,
        demand="请说明进展。",
        due_on=timezone.localdate(),
        by=chain.coordinator,
    )
    client.force_login(chain.coordinator)
    page = client.get(f"/tasks/?plan={chain.plan.code}").content.decode()
    assert "第1号" in page
    assert f"/supervision/new/?task={task.pk}" in page
    client.force_login(make.make_reporter(make.make_department()))
    page = client.get(f"/tasks/?plan={chain.plan.code}").content.decode()
    assert "第1号" not in page
    assert "/supervision/new/" not in page


def test_the_list_costs_as_much_for_many_tasks_as_for_one(client, chain, task, django_assert_max_num_queries):
    for number in range(2, 12):
        more = PlanTask.objects.create(
            plan=chain.plan,
            code=f"T-{number}",
            text="任务",
            sector=chain.ratio.sector,
            clause=chain.ratio.clause,
            kind=PlanTask.ONGOING,
        )
        report(chain, more, chain.period, "完成。")
    client.force_login(chain.coordinator)
    with django_assert_max_num_queries(20):
        client.get(f"/tasks/?plan={chain.plan.code}")
