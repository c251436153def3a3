"""A dated step that was done too late says so wherever steps are shown."""

import pytest
from django.urls import reverse

from targets.models import Milestone, PlanTask
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = make.make_plan()
    make.make_period(plan, "2023Q4")
    task = PlanTask.objects.create(
        plan=plan,
        code="T-1",
        text="建立清单",
        sector=make.make_sector(plan),
        clause=make.make_clause(plan),
        kind="milestone",
    )
    Milestone.objects.create(task=task, due_on="2023-10-31", reached_on="2023-11-05")
    Milestone.objects.create(task=task, due_on="2023-11-30", reached_on="2023-11-30")
    return plan


@pytest.mark.parametrize("name", ["overview", "tasks", "plan_text", "sector"])
def test_a_step_done_after_its_day_is_shown_as_late(client, plan, name):
    client.force_login(make.make_leader())
    arguments = [plan.sectors.get().pk] if name == "sector" else []
    markup = client.get(reverse(f"reports:{name}", args=arguments), {"plan": plan.code}).content.decode()
    assert markup.count("逾期完成") == 1
    assert "逾期未完成" not in markup
