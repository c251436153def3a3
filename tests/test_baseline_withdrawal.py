"""A baseline proposed by mistake is taken back by who proposed it, as long as nobody has decided."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from targets.actions import Refused, approve_baseline, withdraw_baseline
from targets.models import Baseline
from tests.factories import (
    make_baseline,
    make_coordinator,
    make_indicator,
    make_plan,
    make_reviewer,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    indicator = make_indicator(make_plan("plan"), "T-01", name="单位面积施用量", unit="千克/亩", direction="decrease")
    make_target(indicator, "-6", form="change_percent", comparison="<=", unit="%")
    return indicator


@pytest.fixture
def coordinator(client):
    user = make_coordinator("coordinator")
    client.force_login(user)
    return user


@pytest.fixture
def own(indicator, coordinator):
    return make_baseline(indicator, "23.5", approved=False, proposed_by=coordinator)


def withdraw(client, baseline):
    return client.post(reverse("targets:baseline_withdraw", args=[baseline.pk]))


def test_the_proposer_withdraws_and_can_propose_again(client, coordinator, own, indicator):
    text = client.get(reverse("targets:baselines")).text
    assert f'action="{reverse("targets:baseline_withdraw", args=[own.pk])}"' in text
    assert withdraw(client, own).url == f"{reverse('targets:baselines')}?plan=plan"
    own.refresh_from_db()
    assert own.state == Baseline.WITHDRAWN
    assert own.withdrawn_at is not None
    assert (own.decided_at, own.decided_by) == (None, None)
    event = AuditEvent.objects.get(action="baseline.withdraw")
    assert (event.actor, event.object_id) == (coordinator, str(own.pk))
    typed = {"year": "2020", "value": "24", "source": "统计年鉴2021", "document": "第8章表3", "note": ""}
    assert client.post(reverse("targets:baseline_propose", args=[indicator.pk]), typed).status_code == 302
    page = client.get(reverse("targets:baseline_propose", args=[indicator.pk])).text
    assert "已撤回" in page


def test_the_proposers_own_page_shows_what_was_proposed_and_no_decision(client, own):
    page = client.get(reverse("targets:baseline_decide", args=[own.pk]))
    assert page.status_code == 200
    assert "23.5 千克/亩" in page.text
    assert "须由另一人审核" in page.text
    assert reverse("targets:baseline_withdraw", args=[own.pk]) in page.text
    assert 'value="approve"' not in page.text
    withdraw(client, own)
    page = client.get(reverse("targets:baseline_decide", args=[own.pk])).text
    assert "已撤回" in page
    assert reverse("targets:baseline_withdraw", args=[own.pk]) not in page


@pytest.mark.parametrize("maker", [make_reviewer, make_coordinator])
def test_nobody_else_withdraws_it(client, own, maker):
    other = maker()
    client.force_login(other)
    assert reverse("targets:baseline_withdraw", args=[own.pk]) not in client.get(reverse("targets:baselines")).text
    response = withdraw(client, own)
    assert response.status_code == 403
    assert "只有提出人可以撤回" in response.text
    with pytest.raises(PermissionDenied):
        withdraw_baseline(baseline=own, by=other)
    own.refresh_from_db()
    assert own.state == Baseline.PROPOSED


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.REVIEWER)])
def test_other_roles_are_turned_away(client, own, role):
    client.force_login(make_user(role=role))
    assert withdraw(client, own).status_code == 403


def test_what_was_decided_is_not_withdrawn(client, own):
    approve_baseline(baseline=own, by=make_reviewer())
    with pytest.raises(Refused, match="已经处理过"):
        withdraw_baseline(baseline=own, by=own.proposed_by)
    assert "已经处理过" in client.post(reverse("targets:baseline_withdraw", args=[own.pk]), follow=True).text
    own.refresh_from_db()
    assert own.state == Baseline.APPROVED


def test_what_was_withdrawn_is_not_decided(own):
    withdraw_baseline(baseline=own, by=own.proposed_by)
    with pytest.raises(Refused, match="已经处理过"):
        approve_baseline(baseline=own, by=make_reviewer())


def test_a_closed_plan_keeps_what_it_has(own, coordinator):
    plan = own.indicator.plan
    plan.closed_at, plan.closed_by = timezone.now(), coordinator
    plan.save()
    with pytest.raises(Refused, match="已关闭"):
        withdraw_baseline(baseline=own, by=coordinator)


def test_the_address_itself_only_leads_to_the_page(client, own):
    response = client.get(reverse("targets:baseline_withdraw", args=[own.pk]))
    assert response.url == reverse("targets:baseline_decide", args=[own.pk])
    own.refresh_from_db()
    assert own.state == Baseline.PROPOSED


@pytest.mark.parametrize(
    "fields",
    [{"state": "withdrawn"}, {"state": "approved"}, {"withdrawn_at": timezone.now()}],
)
def test_the_database_refuses_a_state_without_its_day(own, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Baseline.objects.filter(pk=own.pk).update(**fields)


def test_the_form_says_at_once_that_one_waits(client, own, indicator):
    page = client.get(reverse("targets:baseline_propose", args=[indicator.pk])).text
    assert "已有一个基期值待审核" in page
    assert "23.5" in page
    assert reverse("targets:baseline_decide", args=[own.pk]) in page
    assert 'name="value"' not in page


def test_a_baseline_withdrawn_is_no_part_of_what_counts(client, own, indicator):
    withdraw_baseline(baseline=own, by=own.proposed_by)
    assert not Baseline.objects.waiting().exists()
    assert not Baseline.objects.in_force().exists()
    text = client.get(reverse("targets:baselines")).text
    assert reverse("targets:baseline_propose", args=[indicator.pk]) in text
