"""Supervision: the coordinator assigns, the bureau answers, the coordinator sends back, postpones or strikes off."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.action_words import action_label
from accounts.models import AuditEvent, Role
from departments.actions import Conflict
from departments.actions import supervising as act
from departments.models import Notice, SupervisionItem
from departments.models.supervision import SUPERVISION_TRANSITIONS, SUPERVISION_VERBS
from departments.permissions import supervision as permissions
from targets.actions import Refused
from targets.models import PlanTask
from tests import factories as make

pytestmark = pytest.mark.django_db


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.fixture
def chain():
    return make.make_chain()


def assigned(chain, **changes) -> SupervisionItem:
    words = {
        "department": chain.department,
        "indicator": chain.ratio,
        "demand": "请核实秸秆综合利用率下降的原因并报送整改措施。",
        "due_on": days(10),
        "by": chain.coordinator,
    }
    return act.assign(**(words | changes))


# --- The way of an item


def test_an_item_goes_from_assignment_to_closing_and_keeps_its_steps(chain):
    item = assigned(chain)
    item = act.answer(item=item, text="已现场核查，台账见附件。", by=chain.reporter)
    item = act.send_back(item=item, text="请补充分县数据。", by=chain.coordinator)
    item = act.postpone(item=item, text="需汇总县区材料。", due_on=days(20), by=chain.coordinator)
    item = act.answer(item=item, text="已补充。", by=chain.approver)
    item = act.close(item=item, text="核实无误。", by=chain.coordinator)
    assert item.state == "closed"
    steps = list(item.steps.values_list("verb", "to_state", "due_on"))
    assert [verb for verb, _, _ in steps] == ["assign", "answer", "send_back", "postpone", "answer", "close"]
    assert [due for _, _, due in steps] == [days(10)] * 3 + [days(20)] * 3
    events = AuditEvent.objects.filter(action__startswith="supervision.").order_by("pk")
    assert [event.action for event in events] == [f"supervision.{verb}" for verb, _, _ in steps]
    changed = [(event.before, event.after) for event in events]
    first, second = str(days(10)), str(days(20))
    assert changed[0] == (None, {"state": "assigned", "due_on": first})
    assert changed[1] == ({"state": "assigned"}, {"state": "answered"})
    assert changed[3] == ({"due_on": first}, {"due_on": second})
    item = act.reopen(item=item, text="问题反复。", due_on=days(30), by=chain.coordinator)
    assert (item.state, item.closed_by, item.answered_by, item.due_on) == ("assigned", None, None, days(30))


def test_items_are_numbered_within_their_plan(chain):
    other = make.make_chain()
    numbers = [assigned(chain).number, assigned(chain).number, assigned(other).number, assigned(chain).number]
    assert numbers == [1, 2, 1, 3]


def test_a_task_can_be_supervised_and_only_a_listed_bureau(chain):
    task = PlanTask.objects.create(
        plan=chain.plan,
        code="T-1",
        text="建立清单",
        sector=chain.ratio.sector,
        clause=chain.ratio.clause,
        kind=PlanTask.ONGOING,
    )
    task.responsibilities.create(department=chain.department, position=1)
    assert assigned(chain, indicator=None, task=task).subject_words == "T-1 建立清单"
    with pytest.raises(Refused, match="不是这项任务的责任单位"):
        assigned(chain, indicator=None, task=task, department=make.make_department())
    with pytest.raises(Refused, match="一项指标或一项任务"):
        assigned(chain, task=task)


def test_the_bureau_is_told_and_the_coordinator_is_told_of_the_answer(chain):
    item = assigned(chain)
    told = Notice.objects.filter(kind=Notice.SUPERVISION)
    assert set(told.values_list("user", flat=True)) == {chain.reporter.pk, chain.approver.pk}
    assert f"{days(10)}前反馈" in told.first().title
    act.answer(item=item, text="已办。", by=chain.reporter)
    assert told.filter(user=chain.coordinator).get().title.startswith("督办第1号反馈")


# --- Who may


def test_only_the_coordinator_demands_and_only_the_bureau_answers(chain):
    item = assigned(chain)
    stranger = make.make_reporter(make.make_department())
    for person in (chain.reporter, chain.reviewer, make.make_leader()):
        with pytest.raises(PermissionDenied, match="只有统筹协调员可以交办"):
            assigned(chain, by=person)
    for person in (chain.coordinator, chain.reviewer, stranger):
        with pytest.raises(PermissionDenied, match="填报人和复核人可以反馈"):
            act.answer(item=item, text="已办。", by=person)
    item = act.answer(item=item, text="已办。", by=chain.reporter)
    with pytest.raises(PermissionDenied, match="只有统筹协调员"):
        act.close(item=item, text="核实。", by=chain.reviewer)
    assert set(permissions.visible_items(stranger)) == set()
    assert set(permissions.visible_items(make.make_leader())) == {item}


def test_nobody_closes_what_he_answered_not_even_with_another_role_later(chain):
    item = act.answer(item=assigned(chain), text="已办。", by=chain.reporter)
    chain.reporter.role = Role.COORDINATOR
    chain.reporter.save(update_fields=["role"])
    with pytest.raises(PermissionDenied, match="由您本人反馈"):
        act.close(item=item, text="核实。", by=chain.reporter)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionItem.objects.filter(pk=item.pk).update(
            state="closed", closed_by=chain.reporter, closed_at=timezone.now()
        )


def test_every_verb_keeps_to_its_states(chain):
    item = assigned(chain)
    for verb in ("close", "send_back", "reopen"):
        with pytest.raises(PermissionDenied, match="当前状态为“待反馈”"):
            permissions.check_can(chain.coordinator, verb, item)
    assert set(SUPERVISION_VERBS) == {"assign", *SUPERVISION_TRANSITIONS}
    assert not [verb for verb in SUPERVISION_VERBS if action_label(f"supervision.{verb}").isascii()]


# --- Days and words


def test_days_lie_ahead_and_words_are_needed(chain):
    with pytest.raises(Refused, match="“反馈期限”须是今天"):
        assigned(chain, due_on=days(-1))
    with pytest.raises(Refused, match="“督办要求”未填"):
        assigned(chain, demand="  ")
    item = assigned(chain)
    with pytest.raises(Refused, match="须晚于原期限"):
        act.postpone(item=item, text="再等等。", due_on=days(10), by=chain.coordinator)
    item = act.answer(item=item, text="已办。", by=chain.reporter)
    SupervisionItem.objects.update(due_on=days(-1))
    with pytest.raises(Refused, match="须写明新的“反馈期限”"):
        act.send_back(item=item, text="不足。", by=chain.coordinator)


def test_it_is_overdue_until_the_bureau_answers(chain):
    item = assigned(chain)
    assert not item.is_overdue_on(days(10))
    assert item.is_overdue_on(days(11))
    assert set(SupervisionItem.objects.overdue_on(days(11))) == {item}
    assert not act.answer(item=item, text="已办。", by=chain.reporter).is_overdue_on(days(11))


def test_the_second_of_two_is_told_who_was_first(chain):
    item = assigned(chain)
    act.answer(item=item, text="已办。", by=chain.reporter)
    with pytest.raises(Conflict, match=r"填报员已于 .* 对督办第1号执行“反馈”"):
        act.postpone(item=item, text="再等等。", due_on=days(20), by=chain.coordinator, lock_version=0)


# --- Pages


def test_an_item_is_assigned_from_the_indicators_page(client, chain):
    client.force_login(chain.coordinator)
    address = f"/supervision/new/?indicator={chain.ratio.pk}"
    page = client.get(address).content.decode()
    assert chain.ratio.name in page
    assert f'<option value="{chain.department.code}" selected>' in page
    sent = {"department": chain.department.code, "demand": "请说明原因。", "due_on": "明天"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "请说明原因。" in refused.content.decode()
    assert "“反馈期限”未填或不是有效日期" in refused.content.decode()
    done = client.post(address, sent | {"due_on": days(5).isoformat()}, follow=True)
    assert "督办第1号已交办" in done.content.decode()
    assert "已有未销号的督办" in client.get(address).content.decode()


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000, "x"])
def test_a_number_that_cannot_be_one_names_nothing(client, chain, number):
    client.force_login(chain.coordinator)
    for about in ("indicator", "task"):
        assert client.get("/supervision/new/", {about: number}).status_code == 404


def test_a_form_overtaken_by_another_keeps_what_was_typed(client, chain):
    item = assigned(chain)
    act.answer(item=item, text="已办。", by=chain.reporter)
    client.force_login(chain.approver)
    answer = client.post(f"/supervision/{item.pk}/answer/", {"text": "我们已完成整改。", "lock_version": "0"})
    assert answer.status_code == 409
    assert "我们已完成整改。" in answer.content.decode()
    assert "您的操作没有执行" in answer.content.decode()


def test_the_bureau_answers_and_the_coordinator_closes_by_form(client, chain):
    item = assigned(chain)
    client.force_login(chain.reporter)
    assert "提交反馈" in client.get(f"/supervision/{item.pk}/").content.decode()
    empty = client.post(f"/supervision/{item.pk}/answer/", {"text": " ", "lock_version": "0"})
    assert (empty.status_code, "“办理情况”未填" in empty.content.decode()) == (422, True)
    client.post(f"/supervision/{item.pk}/answer/", {"text": "已办结。", "lock_version": "0"})
    client.force_login(chain.coordinator)
    closed = client.post(
        f"/supervision/{item.pk}/close/", {"text": "现场核实。", "lock_version": "1"}, follow=True
    ).content.decode()
    assert "督办第1号已销号。" in closed
    assert "现场核实。" in closed


def test_the_list_is_filtered_by_its_address_and_shows_only_what_one_may_see(client, chain):
    late, answered = assigned(chain, demand="甲事项"), assigned(chain, demand="乙事项")
    act.answer(item=answered, text="已办。", by=chain.reporter)
    SupervisionItem.objects.filter(pk=late.pk).update(due_on=days(-2))
    other = make.make_chain()
    assigned(other, demand="丙事项")
    client.force_login(make.make_leader())

    def listed(address: str) -> set[str]:
        page = client.get(f"/supervision/{address}").content.decode()
        return {name for name in ("甲事项", "乙事项", "丙事项") if name in page}

    assert listed("") == {"甲事项", "乙事项", "丙事项"}
    assert listed("?state=overdue") == {"甲事项"}
    assert listed("?state=answered") == {"乙事项"}
    assert listed("?state=closed") == set()
    assert listed(f"?department={other.department.code}") == {"丙事项"}
    assert listed(f"?plan={chain.plan.code}&state=open") == {"甲事项"}
    assert "没有名为“nobody”的单位" in client.get("/supervision/?department=nobody").content.decode()
    client.force_login(other.reporter)
    assert listed("?state=all") == {"丙事项"}
    assert client.get(f"/supervision/{late.pk}/").status_code == 404


def test_evidence_is_added_to_an_answer_and_a_refused_link_stays_typed(client, chain):
    item = assigned(chain)
    client.force_login(chain.reporter)
    address = f"/supervision/{item.pk}/evidence/"
    refused = client.post(address, {"url": "javascript:alert(1)", "title": "台账"})
    assert (refused.status_code, 'value="台账"' in refused.content.decode()) == (422, True)
    shown = client.post(address, {"url": "https://example.org/ledger", "title": "台账"}, follow=True).content.decode()
    assert "已添加佐证材料“台账”。" in shown
    assert item.evidence.get().url == "https://example.org/ledger"
    act.answer(item=item, text="已办。", by=chain.reporter)
    assert client.post(address, {"url": "https://example.org/more", "title": "补充"}).status_code == 403
