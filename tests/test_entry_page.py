"""The form in which a bureau reports: it works without a script, and nothing typed is ever lost."""

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from departments import actions
from departments.actions.requests import make_request
from departments.models import Entry, Submission
from departments.plausibility import Measure
from departments.sheets import Cell, figure_text
from tests.factories import (
    Chain,
    make_approver,
    make_baseline,
    make_chain,
    make_department,
    make_indicator,
    make_leader,
    make_observation,
    make_period,
    make_plan,
    make_reporter,
    make_responsibility,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def text_of(answer):
    return answer.content.decode()


def field(page, name):
    """The value of a text input."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found is not None, f"no input {name}"
    return found[1]


def test_it_asks_for_every_owed_figure_with_unit_and_basis(reporter, chain):
    page = text_of(reporter.get(chain.address))
    for words in ("秸秆综合利用率", "综合利用量（万吨）", "可收集量（万吨）", "本年累计", "期末数", "水肥一体化面积"):
        assert words in page


def test_looking_makes_no_sheet(reporter, chain):
    reporter.get(chain.address)
    assert not Submission.objects.exists()


def test_earlier_figures_stand_beside_each_cell(reporter, chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "33.3")
    make_observation(chain.stock, make_period(chain.plan, "2022Q4"), "28.8")
    page = text_of(reporter.get(chain.address))
    assert "33.3" in page
    assert "2023年三季度" in page
    assert "28.8" in page
    assert "2022年四季度" in page


def test_a_yearly_figure_stands_beside_the_one_a_year_ago(reporter, chain):
    chain.stock.reported_every = "year"
    chain.stock.save()
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "33.3")
    make_observation(chain.stock, make_period(chain.plan, "2022Q4"), "28.8")
    page = text_of(reporter.get(chain.address))
    assert "28.8" in page
    assert "33.3" not in page


def test_where_each_figure_should_stand_by_now_is_beside_it_before_anything_is_typed(reporter, chain):
    make_baseline(chain.stock, "20")
    page = text_of(reporter.get(chain.address))
    row = page[page.index(f'id="row-c{chain.stock.pk}"') :]
    cell = re.search(r'data-label="时序应达">(.*?)</td>', row)
    assert cell is not None
    assert cell[1] == "65.0万亩"


def test_more_time_can_be_asked_for_from_the_form_and_what_was_asked_is_said(reporter, chain):
    page = text_of(reporter.get(chain.address))
    assert "kind=extension" in page
    assert "kind=reopening" not in page
    due = timezone.localdate() + dt.timedelta(days=20)
    make_request(
        department=chain.department,
        period=chain.period,
        kind="extension",
        wanted_until=due,
        reason="年报未定。",
        by=chain.reporter,
    )
    page = text_of(reporter.get(chain.address))
    assert "提出“申请延期”，待处理" in page
    assert "kind=extension" not in page


def test_a_reopened_form_says_which_cells_may_change(reporter, chain):
    submission = chain.sheet("approved")
    actions.reopen(submission=submission, reason="核减。", by=chain.coordinator, keys=[f"c{chain.stock.pk}"])
    page = text_of(reporter.get(chain.address))
    assert "本版只重新开放 1 格" in page
    assert "重新打开，供更正。理由：核减。" in page


def test_the_button_that_enter_presses_saves_and_does_not_send(reporter, chain):
    page = text_of(reporter.get(chain.address))
    form = page[page.index("data-entry") :]
    assert re.search(r'<button[^>]*name="action" value="(\w+)"', form)[1] == "save"


def test_saving_keeps_the_draft_and_says_so(reporter, chain):
    answer = reporter.post(chain.address, chain.form(), follow=True)
    assert "草稿已保存" in text_of(answer)
    entry = Entry.objects.get(indicator=chain.ratio)
    assert (entry.numerator, entry.denominator) == (Decimal("412.3"), Decimal("428.1"))
    assert Submission.objects.get().state == "draft"
    assert "96.3%" in text_of(answer)


def test_an_unfinished_draft_can_be_saved(reporter, chain):
    answer = reporter.post(chain.address, chain.form(stock_value="", ratio_denominator=""))
    assert answer.status_code == 302
    assert Entry.objects.get(indicator=chain.ratio).numerator == Decimal("412.3")


def test_submitting_saves_and_sends(reporter, chain):
    answer = reporter.post(chain.address, chain.form(action="submit"), follow=True)
    assert Submission.objects.get().state == "submitted"
    page = text_of(answer)
    assert "已提交" in page
    assert "待部门复核" in page
    assert "data-entry" not in page
    assert "撤回" in page
    assert 'class="alert"' not in page  # one sentence says it, not two
    again = text_of(reporter.get(chain.address))
    assert "正在等待本部门复核人复核" in again


def test_full_width_digits_and_thousands_separators_are_read(reporter, chain):
    reporter.post(chain.address, chain.form(stock_value="１，０３５.２"))
    assert Entry.objects.get(indicator=chain.stock).value == Decimal("1035.2")


def test_what_is_no_number_is_named_and_everything_typed_is_still_there(reporter, chain):
    data = chain.form(stock_value="35万亩", ratio_numerator="412.3", ratio_note="已核对。")
    answer = reporter.post(chain.address, data)
    assert answer.status_code == 422
    page = text_of(answer)
    assert f"{chain.stock.code} {chain.stock.name}：“数值”一格" in page
    assert field(page, f"c{chain.stock.pk}-value") == "35万亩"
    assert field(page, f"c{chain.ratio.pk}-numerator") == "412.3"
    assert "已核对。" in page
    assert "data-changed" in page
    assert 'aria-invalid="true"' in page
    assert not Submission.objects.exists()


def test_a_number_beside_another_state_is_an_error_not_a_guess(reporter, chain):
    answer = reporter.post(chain.address, chain.form(stock_state="not_compiled"))
    assert answer.status_code == 422
    assert "请清空该数" in text_of(answer)


def test_a_state_without_a_number_is_saved(reporter, chain):
    reporter.post(chain.address, chain.form(stock_state="not_compiled", stock_value=""))
    assert Entry.objects.get(indicator=chain.stock).state == "not_compiled"


def test_a_number_that_the_database_cannot_hold_is_an_error(reporter, chain):
    for number in ("1" + "0" * 16, "0.123456789"):
        answer = reporter.post(chain.address, chain.form(stock_value=number))
        assert answer.status_code == 422
        assert number in text_of(answer)


def test_a_sheet_that_cannot_go_yet_is_saved_and_says_what_is_missing(reporter, chain):
    answer = reporter.post(chain.address, chain.form(action="submit", stock_value=""))
    assert answer.status_code == 422
    page = text_of(answer)
    assert "草稿已保存，但还有 1 处需要处理" in page
    assert "data-changed" not in page
    assert f'href="#c{chain.stock.pk}-value"' in page
    assert Submission.objects.get().state == "draft"
    assert field(page, "lock_version") == "1"


def test_the_same_page_can_be_sent_again_after_mending_it(reporter, chain):
    page = text_of(reporter.post(chain.address, chain.form(action="submit", stock_value="")))
    data = chain.form(lock_version=int(field(page, "lock_version")), action="submit")
    assert reporter.post(chain.address, data).status_code == 302
    assert Submission.objects.get().state == "submitted"


def test_an_odd_figure_is_explained_beside_its_cell(reporter, chain):
    make_observation(chain.stock, make_period(chain.plan, "2023Q3"), "352")
    page = text_of(reporter.post(chain.address, chain.form(), follow=True))
    assert "请核对单位是否填错" in page


def test_two_people_on_different_rows_lose_nothing(reporter, chain):
    first = chain.form()
    reporter.post(chain.address, first)
    shown = text_of(reporter.get(chain.address))
    colleague = make_reporter(chain.department, display_name="填报员乙")
    submission = Submission.objects.get()
    actions.save_draft(submission=submission, cells={f"c{chain.stock.pk}": Cell(value=Decimal("36"))}, by=colleague)
    data = chain.form(lock_version=1, ratio_numerator="413") | was_fields(shown, chain)
    answer = reporter.post(chain.address, data)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "填报员乙" in page
    assert field(page, f"c{chain.ratio.pk}-numerator") == "413"
    assert field(page, f"c{chain.stock.pk}-value") == "36"
    again = chain.form(lock_version=int(field(page, "lock_version")), ratio_numerator="413", stock_value="36")
    assert reporter.post(chain.address, again).status_code == 302
    assert Entry.objects.get(indicator=chain.ratio).numerator == 413
    assert Entry.objects.get(indicator=chain.stock).value == 36


def test_two_people_on_one_row_see_both_versions(reporter, chain):
    reporter.post(chain.address, chain.form())
    shown = text_of(reporter.get(chain.address))
    colleague = make_reporter(chain.department, display_name="填报员乙")
    submission = Submission.objects.get()
    actions.save_draft(submission=submission, cells={f"c{chain.stock.pk}": Cell(value=Decimal("36"))}, by=colleague)
    data = chain.form(lock_version=1, stock_value="37") | was_fields(shown, chain)
    answer = reporter.post(chain.address, data)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "<td>37</td>" in page
    assert "<td>36<small>填报员乙" in page
    assert field(page, f"c{chain.stock.pk}-value") == "37"
    assert Entry.objects.get(indicator=chain.stock).value == 36


def was_fields(page, chain):
    """The hidden fields that say what the form was made from, as the browser sends them back."""
    names = [f"c{indicator.pk}-was" for indicator in (chain.ratio, chain.stock)]
    return {name: html.unescape(field(page, name)) for name in names}


def test_when_a_colleague_sent_the_sheet_what_was_typed_can_still_be_copied(reporter, chain):
    reporter.post(chain.address, chain.form())
    actions.submit(submission=Submission.objects.get(), by=chain.reporter)
    answer = reporter.post(chain.address, chain.form(lock_version=1, stock_value="39.9"))
    assert answer.status_code == 409
    page = text_of(answer)
    assert "39.9" in page
    assert "不能再填" in page
    assert Entry.objects.get(indicator=chain.stock).value == Decimal("35.2")


def test_sending_the_same_twice_is_no_conflict(reporter, chain):
    for _ in range(2):
        answer = reporter.post(chain.address, chain.form(action="submit"), follow=True)
        assert answer.status_code == 200
    assert "没有重复保存" in text_of(answer)
    assert Submission.objects.get().steps.count() == 1


def test_a_bureau_that_owes_nothing_cannot_make_a_sheet(client, chain):
    idle = make_department()
    client.force_login(make_reporter(idle))
    address = f"/departments/{idle.code}/periods/{chain.period.code}/"
    assert "没有需要报送的指标" in text_of(client.get(address))
    assert client.post(address, {"lock_version": "0", "action": "save"}).status_code == 422
    assert not Submission.objects.exists()


def test_a_form_without_its_version_overwrites_nothing(reporter, chain):
    reporter.post(chain.address, chain.form())
    data = chain.form(stock_value="1")
    del data["lock_version"]
    assert reporter.post(chain.address, data).status_code == 409
    assert Entry.objects.get(indicator=chain.stock).value == Decimal("35.2")


def test_figures_of_another_bureau_in_the_form_are_ignored(reporter, chain):
    foreign = make_indicator(chain.plan)
    make_responsibility(foreign, make_department())
    data = chain.form() | {f"c{foreign.pk}-value": "9", f"c{foreign.pk}-state": "number"}
    reporter.post(chain.address, data)
    assert not Entry.objects.filter(indicator=foreign).exists()


def test_it_turns_away_another_bureau(client, chain):
    client.force_login(make_reporter(make_department()))
    assert client.get(chain.address).status_code == 404
    assert client.post(chain.address, chain.form()).status_code == 404


def test_others_read_and_do_not_write(client, chain):
    for user in (make_leader(), chain.reviewer, chain.coordinator, chain.approver):
        client.force_login(user)
        answer = client.get(chain.address)
        assert answer.status_code == 200
        assert "data-entry" not in text_of(answer)
        assert client.post(chain.address, chain.form()).status_code == 403
    assert not Submission.objects.exists()


def test_an_approved_sheet_says_why_it_is_locked(reporter, chain):
    chain.sheet("approved")
    page = text_of(reporter.get(chain.address))
    assert "审核通过，不能再改" in page


def test_a_closed_plan_says_so(reporter, chain):
    chain.plan.closed_at, chain.plan.closed_by = timezone.now(), chain.coordinator
    chain.plan.save()
    assert "已关闭" in text_of(reporter.get(chain.address))
    assert reporter.post(chain.address, chain.form()).status_code == 403


def test_the_same_period_of_another_plan_is_not_taken_for_this_one(reporter, chain):
    other = make_plan(is_demonstration=True)
    make_period(other, chain.period.code)
    assert "秸秆综合利用率" in text_of(reporter.get(chain.address))
    assert "没有需要报送的指标" in text_of(reporter.get(chain.address, {"plan": other.code}))


def test_markup_in_a_note_stays_text(reporter, chain):
    page = text_of(reporter.post(chain.address, chain.form(ratio_note="<script>alert(1)</script>"), follow=True))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_the_sheet_needs_a_fixed_number_of_queries(reporter, chain, django_assert_max_num_queries):
    for _ in range(10):
        make_responsibility(make_indicator(chain.plan, two_part=True), chain.department)
    with django_assert_max_num_queries(26):
        reporter.get(chain.address)


def test_the_steps_are_shown_with_person_time_and_reason(client, chain):
    submission = chain.sheet("endorsed")
    actions.return_for_correction(submission=submission, reason="请核实。", by=chain.reviewer)
    client.force_login(make_approver(chain.department))
    page = text_of(client.get(chain.address))
    assert "流转记录" in page
    assert chain.reviewer.display_name in page
    assert "请核实。" in page


def test_a_figure_is_worded_with_its_unit_or_says_why_there_is_none(chain):
    shares = Measure(numerator=Decimal("412.3"), denominator=Decimal("428.1"))
    assert figure_text(chain.ratio, shares) == "96.3%"
    assert figure_text(chain.stock, Measure(value=Decimal("35.25"))) == "35.2万亩"
    assert figure_text(chain.ratio, Measure(numerator=Decimal(1), denominator=Decimal(0))) == "分母为0，无法计算"
    assert figure_text(chain.ratio, Measure()) == ""
