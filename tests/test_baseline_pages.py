"""Baselines by two people, the settings that the plan leaves open, conditions, and the queue: pages and their rules."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from targets.assessing import assess_series
from targets.models import Assessment, Baseline, ConditionRecord, DirtySeries
from targets.tasks import drain
from tests.factories import (
    make_administrator,
    make_baseline,
    make_coordinator,
    make_indicator,
    make_observation,
    make_periods,
    make_plan,
    make_reviewer,
    make_target,
    make_user,
    root_area,
)

pytestmark = pytest.mark.django_db

OTHER_ROLES = [role for role in Role if role not in (Role.COORDINATOR, Role.REVIEWER)]


@pytest.fixture
def plan():
    return make_plan("plan")


@pytest.fixture
def indicator(plan):
    """A promise that needs a baseline: down by 6 % against the baseline."""
    indicator = make_indicator(plan, "T-01", name="单位面积施用量", unit="千克/亩", direction="decrease")
    make_target(indicator, "-6", form="change_percent", comparison="<=", unit="%")
    return indicator


@pytest.fixture
def coordinator(client):
    user = make_coordinator("coordinator")
    client.force_login(user)
    return user


def propose(client, indicator, **typed):
    form = {"year": "2020", "value": "23.5", "source": "统计年鉴2021", "document": "第8章表3", "note": ""}
    return client.post(reverse("targets:baseline_propose", args=[indicator.pk]), form | typed)


def decide(client, baseline, **typed):
    return client.post(reverse("targets:baseline_decide", args=[baseline.pk]), typed)


@pytest.mark.parametrize("name", ["targets:baselines", "targets:choices_confirm", "targets:conditions"])
@pytest.mark.parametrize("role", OTHER_ROLES)
def test_the_pages_turn_away_who_neither_coordinates_nor_reviews(client, plan, name, role):
    client.force_login(make_user(role=role))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("role", [*OTHER_ROLES, Role.REVIEWER])
def test_only_the_coordinator_enters_a_baseline(client, indicator, role):
    client.force_login(make_user(role=role))
    assert client.get(reverse("targets:baseline_propose", args=[indicator.pk])).status_code == 403
    assert propose(client, indicator).status_code == 403
    assert not Baseline.objects.exists()


@pytest.mark.parametrize("name", ["targets:baselines", "targets:choices_confirm", "targets:conditions"])
def test_the_pages_say_when_no_plan_is_there(client, coordinator, name):
    assert "还没有载入方案" in client.get(reverse(name)).text


def test_an_unknown_plan_is_not_found(client, coordinator, plan):
    assert client.get(reverse("targets:baselines"), {"plan": "nowhere"}).status_code == 404


def test_the_list_says_what_is_in_force_waiting_and_missing(client, coordinator, plan, indicator):
    in_force, waiting = make_indicator(plan, "T-02", name="生效的"), make_indicator(plan, "T-03", name="待审的")
    make_target(in_force), make_target(waiting)
    make_baseline(in_force, "88.50")
    make_baseline(waiting, "12", approved=False)
    make_periods(plan, 2021, 2022)
    make_observation(indicator, plan.periods.get(code="2022Q4"), "22")
    assess_series([(one.pk, root_area().pk) for one in (indicator, in_force, waiting)])
    assert Assessment.objects.filter(indicator=indicator, status="baseline_missing").exists()
    text = client.get(reverse("targets:baselines")).text
    assert "<b>88.5</b>" in text
    assert "状态等待基期值" in text
    assert "已生效" in text
    assert "待审核" in text
    assert "<b>1</b> 项的基期值已生效，<b>1</b> 项待审核，<b>1</b> 项因缺基期值暂不能评价" in text


def test_the_list_costs_a_fixed_number_of_queries(client, coordinator, plan, django_assert_max_num_queries):
    for number in range(8):
        indicator = make_indicator(plan, f"T-{number:02}")
        make_target(indicator)
        make_baseline(indicator)
    with django_assert_max_num_queries(11):
        client.get(reverse("targets:baselines"))


def test_a_figure_typed_in_full_width_digits_is_stored_exactly(client, coordinator, indicator):
    response = propose(client, indicator, value="　１，２３４．５０ ", year="２０２０")
    assert response.status_code == 302
    baseline = Baseline.objects.get()
    assert baseline.value == Decimal("1234.50")
    assert (baseline.year, baseline.state, baseline.proposed_by) == (2020, Baseline.PROPOSED, coordinator)
    assert AuditEvent.objects.filter(action="baseline.propose", actor=coordinator).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value": ""}, "请填写基期值；如果确实是零，请填 0。"),
        ({"value": "23.5%"}, "请去掉百分号"),
        ({"value": "23.5千克"}, "请只填数字，不带单位"),
        ({"value": "1,23"}, "千位分隔符位置不对"),
        ({"year": ""}, "请填写基期年份。"),
        ({"year": "20"}, "年份应是1949到2025之间的四位数"),
        ({"year": "2020.5"}, "年份应是1949到2025之间的四位数"),
        ({"year": "2019"}, "2019年不是方案的基期年份（2020年）"),
        ({"source": " "}, "请填写数据来源。"),
        ({"document": ""}, "请填写依据文件。"),
        ({"is_substitute": "on"}, "使用替代基期时，请写明原因。"),
    ],
)
def test_an_error_stands_at_its_field_and_everything_typed_stays(client, coordinator, indicator, typed, sentence):
    response = propose(client, indicator, **typed)
    assert response.status_code == 200
    assert sentence in response.text
    kept = {"value": "23.5", "year": "2020", "source": "统计年鉴2021", "document": "第8章表3"} | typed
    for name, value in kept.items():
        if name in ("value", "year", "document") and value:
            assert f'value="{value}"' in response.text
    assert not Baseline.objects.exists()


@pytest.mark.parametrize(("value", "sentence"), [("-0.1", "不应小于 0%"), ("100.01", "不应大于 100%")])
def test_a_value_beyond_the_natural_limits_is_refused(client, coordinator, plan, value, sentence):
    share = make_indicator(plan, two_part=True)
    make_target(share)
    assert sentence in propose(client, share, value=value).text
    assert not Baseline.objects.exists()


def test_zero_is_a_number_and_refused_only_where_the_promise_cannot_use_it(client, coordinator, plan, indicator):
    assert "基期" in propose(client, indicator, value="0").text
    assert not Baseline.objects.exists()
    plain = make_indicator(plan, "T-09")
    make_target(plain, "100")
    assert propose(client, plain, value="0").status_code == 302
    assert Baseline.objects.get().value == 0


def test_a_substitute_year_is_explained(client, coordinator, indicator):
    assert propose(client, indicator, year="2019", is_substitute="on", note="2020年未统计").status_code == 302
    assert Baseline.objects.get().is_substitute


def test_a_second_proposal_waits_for_the_first(client, coordinator, indicator):
    propose(client, indicator)
    response = propose(client, indicator, value="24")
    assert "已有一个基期值待审核" in response.text
    assert Baseline.objects.count() == 1


def test_the_proposer_never_decides(client, coordinator, indicator):
    propose(client, indicator)
    response = decide(client, Baseline.objects.get(), decision="approve")
    assert response.status_code == 403
    assert "提出人不能审核自己提出的数" in response.text
    assert "等另一人审核" in client.get(reverse("targets:baselines")).text
    assert Baseline.objects.get().state == Baseline.PROPOSED


@pytest.mark.parametrize("maker", [make_reviewer, make_coordinator])
def test_a_second_person_approves_and_what_waited_is_recomputed(client, indicator, maker):
    periods = make_periods(indicator.plan, 2021, 2022)
    make_observation(indicator, periods[-1], "22")
    baseline = make_baseline(indicator, "23.5", approved=False)
    assess_series([(indicator.pk, root_area().pk)])
    newest = Assessment.objects.filter(indicator=indicator).order_by("-period__ends_on")
    assert newest[0].status == "baseline_missing"
    decider = maker()
    client.force_login(decider)
    page = client.get(reverse("targets:baseline_decide", args=[baseline.pk])).text
    assert "23.5 千克/亩" in page
    assert "统计公报" in page
    assert decide(client, baseline, decision="approve").status_code == 302
    baseline.refresh_from_db()
    assert (baseline.state, baseline.decided_by) == (Baseline.APPROVED, decider)
    drain()
    assert newest[0].status != "baseline_missing"
    assert AuditEvent.objects.filter(action="baseline.approve", actor=decider).exists()


def test_a_correction_supersedes_and_keeps_what_was(client, coordinator, indicator):
    old = make_baseline(indicator, "20")
    propose(client, indicator, value="21")
    client.force_login(make_reviewer())
    new = Baseline.objects.get(version=2)
    assert "20 千克/亩（2020年，统计年鉴）" in client.get(reverse("targets:baseline_decide", args=[new.pk])).text
    decide(client, new, decision="approve")
    old.refresh_from_db()
    assert old.superseded_at is not None
    assert old.value == 20
    assert list(Baseline.objects.in_force()) == [new]


def test_a_return_needs_a_reason_and_shows_it_to_the_proposer(client, coordinator, indicator):
    baseline = make_baseline(indicator, approved=False, proposed_by=coordinator)
    client.force_login(make_reviewer())
    assert "请写明退回理由" in decide(client, baseline, decision="return", reason=" ").text
    assert "请选择批准或退回" in decide(client, baseline, reason="x").text
    assert decide(client, baseline, decision="return", reason="页码不对").status_code == 302
    baseline.refresh_from_db()
    assert (baseline.state, baseline.decision_reason) == (Baseline.REJECTED, "页码不对")
    client.force_login(coordinator)
    assert "上次被退回：页码不对" in client.get(reverse("targets:baselines")).text
    assert propose(client, indicator).status_code == 302


def test_a_baseline_is_decided_once(client, indicator):
    baseline = make_baseline(indicator, approved=False)
    client.force_login(make_reviewer())
    decide(client, baseline, decision="approve")
    response = decide(client, baseline, decision="return", reason="迟了")
    assert "已经处理过" in response.text or "已生效" in response.text
    baseline.refresh_from_db()
    assert baseline.state == Baseline.APPROVED


def test_a_closed_plan_takes_no_baseline(client, coordinator, plan, indicator):
    plan.closed_at, plan.closed_by = timezone.now(), coordinator
    plan.save()
    assert "已关闭" in propose(client, indicator).text
    assert not Baseline.objects.exists()
    assert reverse("targets:baseline_propose", args=[indicator.pk]) not in client.get(reverse("targets:baselines")).text


def test_open_choices_are_shown_as_such_until_the_coordinator_confirms(client, coordinator, plan):
    indicator = make_indicator(
        plan, "T-05", two_part=True, unit_is_assumed=True, unconfirmed_choices=["reported", "path", "basis", "decimals"]
    )
    address = reverse("targets:choices_confirm")
    text = client.get(address).text
    tag = '<span class="tag tag-warn">假定</span>'
    assert tag in text
    for words in (
        "综合利用量（万吨，流量） ÷ 可收集量（万吨，流量） × 100",
        "匀速（线性）",
        "本年累计",
        "1 位",
    ):
        assert words in text
    client.post(address, {"indicator": indicator.pk})
    indicator.refresh_from_db()
    assert indicator.choices_confirmed_by == coordinator
    confirmed = client.get(address).text
    assert "已确认" in confirmed
    assert tag not in confirmed
    assert AuditEvent.objects.filter(action="indicator.confirm_choices", actor=coordinator).count() == 1
    assert "已经确认过" in client.post(address, {"indicator": indicator.pk}, follow=True).text


def test_the_reviewer_sees_the_choices_and_cannot_confirm_them(client, plan):
    indicator = make_indicator(plan, unconfirmed_choices=["path"])
    client.force_login(make_reviewer())
    address = reverse("targets:choices_confirm")
    assert "待确认" in client.get(address).text
    assert client.post(address, {"indicator": indicator.pk}).status_code == 403


@pytest.mark.parametrize("typed", ["", "x", "999999", "²"])
def test_confirming_what_is_not_there_is_not_found(client, coordinator, plan, typed):
    assert client.post(reverse("targets:choices_confirm"), {"indicator": typed}).status_code == 404


def test_a_condition_is_recorded_by_year_and_the_status_recomputed(client, coordinator, plan):
    indicator = make_indicator(plan, "T-06", condition="在病虫害发生平稳的情况下")
    make_target(indicator)
    make_observation(indicator, make_periods(plan, 2021)[-1], "80")
    address = reverse("targets:condition_record", args=[indicator.pk])
    assert "请填写依据" in client.post(address, {"year": "2021", "held": "no", "source": ""}).text
    assert "请在方案期内选择年份" in client.post(address, {"year": "2031", "held": "no", "source": "x"}).text
    assert "请选择成立或不成立" in client.post(address, {"year": "2021", "held": "", "source": "x"}).text
    assert not ConditionRecord.objects.exists()
    client.post(address, {"year": "2021", "held": "no", "source": "植保站年报"})
    record = ConditionRecord.objects.get()
    assert (record.year, record.held, record.source, record.recorded_by) == (2021, False, "植保站年报", coordinator)
    drain()
    assert Assessment.objects.get(indicator=indicator, period__code="2021Q4").status == "not_assessed"
    text = client.get(reverse("targets:conditions")).text
    assert "不成立" in text
    assert "植保站年报" in text
    assert text.count(">未登记<") == 4
    client.post(address, {"year": "2021", "held": "yes", "source": "更正"})
    assert ConditionRecord.objects.get().held
    assert AuditEvent.objects.filter(action="condition.record").latest("id").before == {
        "held": False,
        "source": "植保站年报",
    }


def test_an_indicator_without_a_condition_has_no_such_page(client, coordinator, indicator):
    assert client.get(reverse("targets:condition_record", args=[indicator.pk])).status_code == 404


def test_the_reviewer_cannot_record_a_condition(client, plan):
    indicator = make_indicator(plan, condition="在病虫害发生平稳的情况下")
    client.force_login(make_reviewer())
    assert client.get(reverse("targets:conditions")).status_code == 200
    assert client.post(reverse("targets:condition_record", args=[indicator.pk])).status_code == 403


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR])
def test_the_queue_turns_away_everybody_but_the_system_administrator(client, role):
    client.force_login(make_user(role=role))
    assert client.get(reverse("targets:queue_state")).status_code == 403
    assert client.post(reverse("targets:queue_retry")).status_code == 403


def test_the_queue_shows_what_waits_and_what_is_parked_with_its_error(client, plan, indicator):
    client.force_login(make_administrator())
    assert "队列是空的" in client.get(reverse("targets:queue_state")).text
    long_ago = timezone.now() - dt.timedelta(minutes=6)
    DirtySeries.objects.create(indicator=indicator, area=root_area(), since=long_ago)
    other = make_indicator(plan, "T-07")
    DirtySeries.objects.create(
        indicator=other,
        area=root_area(),
        since=long_ago,
        attempts=5,
        last_error="FiguresError: <缺>",
        parked_at=long_ago,
    )
    text = client.get(reverse("targets:queue_state")).text
    assert "已超过5分钟" in text
    assert "T-01" in text
    assert "FiguresError: &lt;缺&gt;" in text


def test_parked_series_are_queued_again_and_recomputed(client, plan, indicator):
    administrator = make_administrator()
    client.force_login(administrator)
    DirtySeries.objects.create(
        indicator=indicator,
        area=root_area(),
        since=timezone.now(),
        attempts=5,
        last_error="x",
        parked_at=timezone.now(),
    )
    assert client.get(reverse("targets:queue_retry")).status_code == 405
    client.post(reverse("targets:queue_retry"))
    row = DirtySeries.objects.get()
    assert (row.parked_at, row.attempts) == (None, 0)
    assert AuditEvent.objects.get(action="queue.retry").before == {"T-01": "x"}
    drain()
    assert not DirtySeries.objects.exists()
    assert "没有停放的序列" in client.post(reverse("targets:queue_retry"), follow=True).text
