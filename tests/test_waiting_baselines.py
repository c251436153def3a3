"""A baseline that waits for a decision is announced where those who can decide begin their day."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_baseline, make_coordinator, make_indicator, make_leader, make_plan, make_reviewer

pytestmark = pytest.mark.django_db

WORDS = "个基期值待审核"


@pytest.fixture
def waiting():
    plan = make_plan("plan")
    make_baseline(make_indicator(plan), approved=False)
    make_baseline(make_indicator(plan), approved=True)
    return make_baseline(make_indicator(plan), approved=False)


def page(client, name, user):
    client.force_login(user)
    return client.get(reverse(name)).text


def test_the_review_list_tells_the_reviewer_and_leads_there(client, waiting):
    text = page(client, "departments:review_list", make_reviewer())
    assert f"另有 <b>2</b> {WORDS}" in text
    assert f'href="{reverse("targets:baselines")}?plan=plan"' in text


def test_another_coordinator_is_told_in_the_inbox_and_not_of_his_own(client, waiting):
    assert f"2 {WORDS}" in page(client, "departments:inbox", make_coordinator())
    assert f"1 {WORDS}" in page(client, "departments:inbox", waiting.proposed_by)


def test_each_plan_is_named_when_several_wait(client, waiting):
    make_baseline(make_indicator(make_plan("other", title="另一个方案")), approved=False)
    text = page(client, "departments:review_list", make_reviewer())
    assert f"另有 <b>1</b> {WORDS}（另一个方案）" in text
    assert "?plan=other" in text


def test_who_cannot_decide_is_not_told(client, waiting):
    assert WORDS not in page(client, "departments:review_list", make_leader())


def test_a_closed_plan_waits_for_nobody(client, waiting):
    plan = waiting.indicator.plan
    plan.closed_at, plan.closed_by = timezone.now(), waiting.proposed_by
    plan.save()
    assert WORDS not in page(client, "departments:review_list", make_reviewer())
