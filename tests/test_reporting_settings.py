"""How a plan is reported is set with a reason: frequency, areas, evidence, task reports, and which bureau reports."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from departments.actions.duties import Reporter, set_reporters
from departments.models import Responsibility, TaskResponsibility
from departments.plan_loading import PlanNotLoadedError, load_plan
from departments.sheets import build_sheet
from departments.stored_plans import draft_of
from targets.actions import Refused
from targets.areas import add_area, change_area
from targets.models import Area, DirtySeries, PlanTask, SettingChange
from targets.plan_files import PlanFileError, parse_plan
from targets.plan_writing import write_plan
from targets.reporting_settings import IndicatorReporting, set_indicator_reporting, set_plan_reporting
from tests.factories import make_area, make_chain, make_department, make_indicator, make_responsibility, root_area

SMALL = Path(__file__).resolve().parent / "data" / "small_plan.json"


@pytest.fixture
def small_plan():
    return SMALL.read_text(encoding="utf-8")


@pytest.fixture
def chain(db):
    return make_chain()


def send(client, chain, **fields):
    """The table of indicators as the browser sends it, with changes by name such as stock_every="year"."""
    data = {"plan": chain.plan.code, "part": "indicators", "reason": "统计制度调整。"}
    for name, indicator in (("ratio", chain.ratio), ("stock", chain.stock)):
        key = f"i{indicator.pk}"
        data |= {f"{key}-was": "quarter|no|no", f"{key}-every": "quarter"}
        data |= {f"{key}-{field.partition('_')[2]}": v for field, v in fields.items() if field.startswith(f"{name}_")}
    data |= {field: value for field, value in fields.items() if "_" not in field}
    return client.post(reverse("targets:reporting"), data)


def test_a_change_of_frequency_counts_and_keeps_its_history(client, chain):
    make_area("370001")
    client.force_login(chain.coordinator)
    response = send(client, chain, stock_every="year", stock_by_area="on", ratio_evidence="on")
    assert response.status_code == 302
    chain.stock.refresh_from_db()
    chain.ratio.refresh_from_db()
    assert (chain.stock.reported_every, chain.stock.by_area) == ("year", True)
    assert (chain.ratio.reported_every, chain.ratio.evidence_required) == ("quarter", True)
    assert SettingChange.objects.count() == 3
    assert set(DirtySeries.objects.values_list("indicator", flat=True)) == {chain.stock.pk, chain.ratio.pk}
    assert AuditEvent.objects.get(action="indicator.set_reporting").reason == "统计制度调整。"
    text = client.get(reverse("targets:reporting")).content.decode()
    assert "统计制度调整。" in text
    assert '<td data-label="改为">每年</td>' in text


def test_the_table_keeps_what_was_typed_without_a_reason(client, chain):
    client.force_login(chain.coordinator)
    response = send(client, chain, stock_every="year", reason=" ")
    text = response.content.decode()
    assert response.status_code == 422
    top = text[: text.index("各指标")]
    assert "没有保存" in top  # at the top, where the page opens again, with the way to the field at its end
    assert '<a href="#table-reason">“理由”未填' in top
    assert '<option value="year" selected>' in text
    chain.stock.refresh_from_db()
    assert chain.stock.reported_every == "quarter"


def test_of_two_people_the_second_is_told(client, chain):
    client.force_login(chain.coordinator)
    chain.stock.reported_every = "half_year"
    chain.stock.save()
    response = send(client, chain, stock_every="year")
    assert "刚刚已有人改动了这一项" in response.content.decode()
    chain.stock.refresh_from_db()
    assert chain.stock.reported_every == "half_year"


def test_a_published_rate_is_not_broken_down(chain):
    make_area("370001")
    rate = make_indicator(chain.plan, value_kind="rate", unit="%")
    with pytest.raises(Refused, match="按公布的比率报送"):
        set_indicator_reporting(
            plan=chain.plan,
            wanted=[IndicatorReporting(rate, "quarter", by_area=True, evidence_required=False)],
            reason="试",
            by=chain.coordinator,
        )


def test_task_reports_are_switched_on_from_a_day(client, chain):
    task = PlanTask.objects.create(
        plan=chain.plan, code="K1", text="推广", sector=chain.ratio.sector, clause=chain.ratio.clause, kind="ongoing"
    )
    TaskResponsibility.objects.create(task=task, department=chain.department, position=1, is_reporter=True)
    client.force_login(chain.coordinator)
    data = {"plan": chain.plan.code, "part": "plan", "due_after_days": "15", "due_in_working_days": "yes"}
    response = client.post(reverse("targets:reporting"), data | {"task_reports_from": "2019-01-01", "reason": ""})
    text = response.content.decode()
    assert response.status_code == 422
    assert "须在方案期内" in text
    assert "“理由”未填" in text
    data |= {"task_reports_every": "half_year", "task_reports_from": "2023-07-01", "reason": "市里要求。"}
    assert client.post(reverse("targets:reporting"), data).status_code == 302
    chain.plan.refresh_from_db()
    assert (chain.plan.due_after_days, chain.plan.due_in_working_days) == (15, True)
    assert not chain.plan.owes_task_reports_in(dt.date(2023, 6, 30))
    chain.period.refresh_from_db()
    chain.period.plan.refresh_from_db()
    assert [row.task for row in build_sheet(chain.department, chain.period, None).task_rows] == [task]


def test_only_a_listed_bureau_reports(client, chain):
    other, third = make_department(), make_department()
    make_responsibility(chain.stock, other, reports=False)
    client.force_login(chain.coordinator)
    address = reverse("departments:duties")
    key = f"i{chain.stock.pk}"
    data = {"plan": chain.plan.code, f"{key}-was": chain.department.code, "reason": "职责划转。"}
    assert "不在这一项的责任单位里" in client.post(address, data | {key: third.code}).content.decode()
    assert client.post(address, data | {key: other.code}).status_code == 302
    assert Responsibility.objects.get(indicator=chain.stock, is_reporter=True).department == other
    assert AuditEvent.objects.get(action="duty.set_reporter").reason == "职责划转。"
    assert "职责划转。" in client.get(address).content.decode()
    with pytest.raises(Refused, match="没有把"):
        set_reporters(plan=chain.plan, wanted=[Reporter(chain.stock, third)], reason="试", by=chain.coordinator)


def test_a_sheet_that_was_sent_keeps_its_rows(chain):
    other = make_department()
    make_responsibility(chain.stock, other, reports=False)
    sent = chain.sheet(state="submitted")
    set_reporters(plan=chain.plan, wanted=[Reporter(chain.stock, other)], reason="划转", by=chain.coordinator)
    gained = make_indicator(chain.plan)
    make_responsibility(gained, chain.department)
    rows = build_sheet(chain.department, chain.period, sent).rows
    assert [row.indicator for row in rows] == [chain.ratio, chain.stock]


def test_a_zone_that_does_not_count_says_why(client, chain):
    client.force_login(chain.coordinator)
    zone = {"code": "370000-kfq", "name": "开发区", "position": "13", "note": ""}
    response = client.post(reverse("targets:areas"), zone)
    text = response.content.decode()
    assert "请在“说明”中写明原因" in text[: text.index("添加地区")]
    assert client.post(reverse("targets:areas"), zone | {"note": "与县区重叠"}).status_code == 302
    area = Area.objects.get(code="370000-kfq")
    assert (area.counts_toward_total, area.parent) == (False, root_area())
    with pytest.raises(Refused, match="已有名为“开发区”的地区"):
        add_area(code="2", name="开发区", counts_toward_total=True, note="", position=1, by=chain.coordinator)
    change_area(area=area, name="高新区", counts_toward_total=True, note="", position=2, by=chain.coordinator)
    assert AuditEvent.objects.get(action="area.change").before["name"] == "开发区"


def test_nobody_but_the_coordinator_sees_the_settings(client, chain):
    for person in (chain.reporter, chain.reviewer):
        client.force_login(person)
        for name in ("targets:reporting", "targets:areas", "departments:duties"):
            assert client.get(reverse(name)).status_code == 403


def test_the_plan_file_still_loads_after_its_settings_were_changed(db, small_plan):
    file = parse_plan(small_plan)
    plan = load_plan(file).plan
    coordinator = make_chain().coordinator
    w2 = plan.indicators.get(code="W2")
    set_indicator_reporting(
        plan=plan,
        wanted=[IndicatorReporting(w2, "year", by_area=False, evidence_required=True)],
        reason="试",
        by=coordinator,
    )
    set_plan_reporting(
        plan=plan,
        due_after_days=30,
        due_in_working_days=True,
        task_reports_every="quarter",
        task_reports_from=dt.date(2026, 7, 1),
        reason="试",
        by=coordinator,
    )
    plan.refresh_from_db()
    assert not load_plan(file).is_new
    today = draft_of(plan)
    assert parse_plan(write_plan(today)) == today
    assert (today.due_days_after_end, today.due_in_working_days, today.task_reports_every) == (30, True, "quarter")
    assert not load_plan(today).is_new
    with pytest.raises(PlanNotLoadedError, match="due_days_after_end"):
        load_plan(parse_plan(small_plan.replace('"due_days_after_end": 45', '"due_days_after_end": 44')))


def test_how_a_plan_is_reported_stands_in_its_file(db, small_plan):
    small = json.loads(small_plan)
    small["reporting"] |= {
        "due_in_working_days": True,
        "task_reports_every": "half_year",
        "task_reports_from": "2026-07-01",
    }
    small["areas"]["children"].append(
        {"code": "990100-kfq", "name": "开发区", "note": "与东镇重叠", "counts_toward_total": False}
    )
    small["indicators"][1] |= {"by_area": True, "evidence_required": True}
    draft = parse_plan(json.dumps(small))
    assert parse_plan(write_plan(draft)) == draft
    plan = load_plan(draft).plan
    assert (plan.due_after_days, plan.due_in_working_days) == (45, True)
    assert [month for month in (3, 6, 9, 12) if plan.owes_task_reports_in(dt.date(2026, month, 28))] == [12]
    assert plan.indicators.get(code="W2").by_area
    assert not Area.objects.get(code="990100-kfq").counts_toward_total
    assert draft_of(plan) == draft


def test_it_refuses_settings_that_cannot_be(small_plan):
    small = json.loads(small_plan)
    small["reporting"] |= {"task_reports_every": "month", "task_reports_from": "2026-07-01"}
    small["areas"]["children"].append({"code": "2", "name": "开发区", "counts_toward_total": False})
    small["indicators"][1]["reported"] = {"value": {"kind": "rate"}}
    small["indicators"][1]["by_area"] = True
    with pytest.raises(PlanFileError) as refused:
        parse_plan(json.dumps(small))
    findings = refused.value.findings
    assert "reporting：task_reports_every 应为 quarter、half_year 或 year。" in findings
    assert "areas.children[1] 2：不计入合计的地区须在 note 中写明原因。" in findings
    assert any(finding.startswith("indicators[1] W2：by_area 只用于") for finding in findings)
