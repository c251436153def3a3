"""A plan file is read whole, named fault by fault, stored once, and never over what people decided."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from departments.models import ClauseDepartment, Department, DepartmentName, Responsibility, TaskResponsibility
from departments.plan_loading import PlanNotLoadedError, load_plan
from departments.stored_plans import draft_of
from targets.models import (
    Area,
    Assessment,
    Baseline,
    Clause,
    Goal,
    Indicator,
    InterimTarget,
    Milestone,
    Observation,
    Plan,
    PlanTask,
    Reading,
    ReportingPeriod,
    Target,
)
from targets.plan_files import PlanFileError, parse_plan, read_plan_file
from targets.plan_writing import write_plan
from targets.tasks import drain
from targets.terms import Accumulation, Comparison, Form, Kind
from tests.factories import make_coordinator, make_department

ROOT = Path(__file__).resolve().parent.parent
LINYI = ROOT / "fixtures" / "linyi_cp_14.json"
SMALL = Path(__file__).resolve().parent / "data" / "small_plan.json"


@pytest.fixture(scope="module")
def linyi():
    return read_plan_file(LINYI)


@pytest.fixture
def small():
    return json.loads(SMALL.read_text(encoding="utf-8"))


def findings_of(content):
    with pytest.raises(PlanFileError) as refused:
        parse_plan(json.dumps(content, ensure_ascii=False))
    return refused.value.findings


# --- The file of the plan ---------------------------------------------------------------------------------------------


def test_the_plan_file_holds_the_whole_plan(linyi):
    reported = [one for one in linyi.indicators if one.is_reported]
    assert (len(linyi.departments), len(linyi.clauses), len(reported)) == (13, 19, 23)
    assert (len(linyi.indicators) - len(reported), len(linyi.tasks)) == (6, 55)
    assert (len(linyi.goals), len(linyi.readings), len(linyi.areas)) == (7, 26, 15)
    assert sum(area.counts_toward_total for area in linyi.areas) == 12
    assert [one.name for one in linyi.departments if one.official_name_unconfirmed] == [
        "中国人民银行临沂市中心支行",
        "市行政审批服务局",
    ]
    assert all(one.target.form is Form.DIRECTION for one in linyi.indicators if not one.is_reported)


def test_every_promise_quotes_the_passage_that_it_stands_in(linyi):
    words = {clause.section: clause.text.replace("\n", "") for clause in linyi.clauses}
    for one in linyi.indicators:
        assert one.clause_text in words[one.section], one.code
    for task in linyi.tasks:
        assert task.text.removesuffix("。") in words[task.section], task.code


def test_every_promise_lists_the_bureaus_of_its_passage(linyi):
    listed = {clause.section: clause.departments for clause in linyi.clauses}
    assert all(one.departments == listed[one.section] for one in (*linyi.indicators, *linyi.tasks))


def test_comparison_and_tolerance_are_those_of_the_words(linyi):
    by_code = {one.code: one for one in linyi.indicators}
    assert (by_code["LY-01"].target.comparison, by_code["LY-01"].target.tolerance_percent) == (Comparison.ABOUT, 5)
    assert by_code["LY-02"].target.comparison is Comparison.MORE_THAN
    assert by_code["LY-05"].target.value == -6
    assert by_code["LY-05"].factor == Decimal("0.1")
    assert (by_code["LY-05"].numerator.kind, by_code["LY-05"].denominator.kind) == (Kind.FLOW, Kind.STOCK)
    assert by_code["LY-17"].accumulation is Accumulation.RATIO_OF_SUMS
    assert [one.code for one in linyi.indicators if one.aspirational] == ["LY-18"]
    assert [one.code for one in linyi.indicators if one.condition] == ["LY-06"]
    assert [one.code for one in linyi.indicators if one.unit_is_assumed] == ["LY-05", "LY-06", "LY-19", "LY-20"]


@pytest.mark.parametrize("path", [LINYI, ROOT / "fixtures" / "demo" / "forms_plan.json"], ids=lambda path: path.name)
def test_a_plan_file_is_written_out_again_letter_by_letter(path):
    assert write_plan(read_plan_file(path)) == path.read_text(encoding="utf-8")


def test_a_draft_survives_writing_and_reading():
    draft = read_plan_file(SMALL)
    assert parse_plan(write_plan(draft)) == draft
    assert draft.indicators[0].target.upper == Decimal("80.5")


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_faults_are_named_by_item_all_at_once(small):
    small["indicators"][0]["target"]["lower"] = "很多"
    small["indicators"][1]["sector"] = "土"
    small["indicators"][2]["colour"] = "red"
    small["tasks"][0]["indicators"] = ["A9"]
    small["readings"][0]["risk"] = "巨大"
    assert findings_of(small) == (
        "indicators[0] W1.target：lower 不是数：“很多”。",
        "indicators[0] W1：区间目标应同时有下限和上限。",
        "indicators[1] W2：领域“土”不在本文件的 sectors 里。",
        "indicators[2] A1：不认识的字段“colour”。",
        "tasks[0] K1：indicators 中的“A9”不在本文件的 indicators 里。",
        "readings[0] R1：risk 应为 低、中、高 之一，现为“巨大”。",
    )


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda one: one.update(basis=None), "indicators[1] W2：报送量中有流量"),
        (lambda one: one["target"].update(form="soon"), "indicators[1] W2.target：form 应为"),
        (lambda one: one["target"].update(value=None), "indicators[1] W2：这种目标应有目标数值。"),
        (lambda one: one.update(direction="up"), "indicators[1] W2：direction 应为 increase、decrease 之一"),
        (lambda one: one.update(departments=["县水务局", "县水务局"]), "indicators[1] W2：departments 中有重复。"),
        (lambda one: one.update(accumulation="ratio"), "indicators[1] W2：accumulation 为 ratio、ratio_of_sums 的"),
        (lambda one: one.update(decimals=True), "indicators[1] W2：decimals 应为 0 到 8 之间的整数"),
        (lambda one: one.update(natural_limits=[5]), "indicators[1] W2：natural_limits 应为两个数的列表"),
        (lambda one: one["target"].update(value="1e30"), "indicators[1] W2.target：value 超出可存的范围"),
        (lambda one: one["target"].update(due_on="2028-13-01"), "indicators[1] W2.target：due_on 应为"),
        (lambda one: one.update(reported={"numerator": {"kind": "flow"}}), "indicators[1] W2：reported 应为 value"),
        (lambda one: one.pop("target"), "indicators[1] W2：缺少 target。"),
        (lambda one: one.update(code="W1"), "indicators[1] W1：code “W1”重复。"),
    ],
)
def test_it_refuses_an_indicator_that_cannot_be(small, change, finding):
    change(small["indicators"][1])
    assert any(found.startswith(finding) for found in findings_of(small))


def test_it_refuses_a_day_that_not_every_year_has(small):
    small["tasks"][0]["yearly_due"] = "02-29"
    assert findings_of(small) == ("tasks[0] K1：yearly_due 应为“12-31”样式的月和日，现为“02-29”。",)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("{", "不是可读的 JSON（第 1 行第 2 列）。"),
        ("[]", "方案文件的最外层应为一组字段（JSON 对象）。"),
        ("{}", "format 应为 1。"),
        ('{"format": 1, "plan": 3}', "plan：应为一组字段（JSON 对象）。"),
        ('{"format": 1, "plan": {}}', "plan：缺少 starts_on。"),
    ],
)
def test_it_refuses_what_is_no_plan_file(text, finding):
    with pytest.raises(PlanFileError) as refused:
        parse_plan(text)
    assert finding in refused.value.findings


def test_a_wrong_file_stores_nothing_and_ends_with_status_1(db, small, tmp_path, capsys):
    small["indicators"][2]["target"]["value"] = "x"
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(small, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        call_command("load_plan", path)
    assert left.value.code == 1
    errors = capsys.readouterr().err
    assert "indicators[2] A1.target：value 不是数：“x”。" in errors
    assert "没有载入任何内容。" in errors
    assert not Plan.objects.exists()
    assert not Area.objects.exists()


def test_a_missing_file_is_one_sentence(db, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        call_command("load_plan", tmp_path / "none.json")
    assert left.value.code == 1
    assert capsys.readouterr().err.startswith("读不了文件")


# --- Stored -----------------------------------------------------------------------------------------------------------


def test_the_whole_plan_is_stored(db, linyi):
    plan = load_plan(linyi).plan
    assert Department.objects.count() == 13
    assert DepartmentName.objects.filter(is_unconfirmed=True).count() == 2
    assert list(Department.objects.filter(coordinates=True).values_list("name", flat=True)) == ["市生态环境局"]
    assert (Clause.objects.count(), Indicator.objects.count(), Target.objects.count()) == (19, 29, 29)
    assert (PlanTask.objects.count(), Goal.objects.count(), Reading.objects.count()) == (55, 7, 26)
    assert (Area.objects.count(), Area.objects.get(parent=None).name) == (16, "临沂市")
    assert ClauseDepartment.objects.filter(clause__section="5.1").count() == 12
    assert TaskResponsibility.objects.filter(task__code="T-55").count() == 9
    last = ReportingPeriod.objects.get(plan=plan, code="2025Q4")
    assert ReportingPeriod.objects.count() == 20
    assert (last.opens_on, last.due_on) == (dt.date(2026, 1, 1), dt.date(2026, 1, 20))


def test_a_loaded_plan_is_the_file_again(db, linyi):
    assert draft_of(load_plan(linyi).plan) == linyi


def test_the_first_bureau_listed_reports_and_nobody_is_the_lead(db, linyi):
    load_plan(linyi)
    reporting = Responsibility.objects.filter(is_reporter=True)
    assert reporting.count() == 23
    assert set(reporting.values_list("position", flat=True)) == {1}
    assert not Responsibility.objects.filter(is_lead=True).exists()
    assert sorted(set(reporting.values_list("department__code", flat=True))) == [
        "jiaotong",
        "nongye",
        "shangwu",
        "shengtai",
        "zhujian",
    ]


def test_metrics_without_a_number_are_owed_by_nobody(db, linyi):
    load_plan(linyi)
    unquantified = Indicator.objects.filter(code__startswith="U-")
    assert unquantified.count() == 6
    assert not Responsibility.objects.filter(indicator__in=unquantified, is_reporter=True).exists()
    assert not any(one.is_owed_in(12) for one in unquantified)


def test_no_baseline_and_no_figure_is_invented(db, linyi):
    load_plan(linyi)
    drain(today=dt.date(2026, 3, 2))
    assert not Baseline.objects.exists()
    assert not Observation.objects.exists()
    assert set(Assessment.objects.values_list("status", flat=True)) == {"no_data", "not_assessed"}


def test_dated_tasks_get_their_milestones(db, linyi):
    load_plan(linyi)
    days = Milestone.objects.values_list("task__code", "due_on")
    assert sorted(days) == [
        ("T-11", dt.date(2025, 12, 31)),
        ("T-19", dt.date(2025, 12, 31)),
        *[("T-48", dt.date(year, 12, 31)) for year in range(2021, 2026)],
    ]


def test_readings_name_their_indicators(db, linyi):
    load_plan(linyi)
    assert list(Indicator.objects.filter(readings__code="D-06").values_list("code", flat=True)) == [
        "LY-18",
        "LY-19",
        "LY-20",
    ]
    assert list(Reading.objects.filter(indicators__code="LY-22").values_list("code", flat=True)) == ["D-01"]


def test_what_the_catalogue_chose_waits_for_confirmation(db, linyi):
    load_plan(linyi)
    indicator = Indicator.objects.get(code="LY-05")
    assert indicator.has_unconfirmed_choices
    assert "path" in indicator.unconfirmed_choices
    assert indicator.unit_is_assumed


# --- Loaded again -----------------------------------------------------------------------------------------------------


def counts():
    return {
        model.__name__: model.objects.count()
        for model in (Plan, Clause, Indicator, Target, PlanTask, Reading, Department, Area, Milestone, AuditEvent)
    }


def test_a_second_run_changes_nothing_and_says_so(db, capsys):
    call_command("load_plan", LINYI)
    before = counts()
    capsys.readouterr()
    call_command("load_plan", LINYI)
    assert "已经载入，与文件一致，没有改动。" in capsys.readouterr().out
    assert counts() == before


def test_a_changed_target_in_the_file_does_not_overwrite_the_stored_one(db, small, tmp_path, capsys):
    load_plan(parse_plan(json.dumps(small)))
    small["indicators"][1]["target"]["value"] = "9500"
    small["goals"].append({"code": "Z2", "section": "1", "text": "水更清"})
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(small), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        call_command("load_plan", path)
    assert left.value.code == 1
    errors = capsys.readouterr().err
    assert "indicators[1] W2.target：value 文件为“9500”，系统中为“9000”。" in errors
    assert "goals[1] Z2：系统中的这个方案没有这一项。" in errors
    assert Target.objects.get(indicator__code="W2").value == 9000
    assert Goal.objects.count() == 1


def test_the_original_file_still_agrees_after_a_target_was_revised(db, small):
    draft = parse_plan(json.dumps(small))
    load_plan(draft)
    old = Target.objects.get(indicator__code="W2")
    Target.objects.filter(pk=old.pk).update(superseded_at=old.created_at)
    old.pk, old.version, old.value = None, 2, Decimal(8800)
    old.save()
    assert not load_plan(draft).is_new
    small["indicators"][1]["target"]["value"] = "8800"
    assert not load_plan(parse_plan(json.dumps(small))).is_new
    small["indicators"][1]["target"]["value"] = "8700"
    with pytest.raises(PlanNotLoadedError, match="文件为“8700”，系统中为“8800”"):
        load_plan(parse_plan(json.dumps(small)))


def test_what_people_decided_beside_the_file_is_left_alone(db, linyi):
    load_plan(linyi)
    indicator = Indicator.objects.get(code="LY-10")
    indicator.responsibilities.update(is_reporter=False)
    indicator.responsibilities.filter(department__code="shuili").update(is_reporter=True, is_lead=True)
    person = make_coordinator()
    Indicator.objects.filter(pk=indicator.pk).update(
        choices_confirmed_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC), choices_confirmed_by=person
    )
    assert not load_plan(linyi).is_new
    assert indicator.responsibilities.get(is_reporter=True).department.code == "shuili"


def test_loading_is_in_the_event_log(db, linyi):
    load_plan(linyi)
    event = AuditEvent.objects.get(action="plan.load")
    assert event.after == {
        "departments": 13,
        "clauses": 19,
        "indicators": 29,
        "tasks": 55,
        "goals": 7,
        "readings": 26,
    }


# --- Another city -----------------------------------------------------------------------------------------------------


def test_the_plan_of_another_place_loads_without_a_change_of_code(db, capsys):
    call_command("load_plan", SMALL)
    assert "部门 2 个，条款 2 段，定量指标 3 项" in capsys.readouterr().out
    plan = Plan.objects.get()
    assert plan.on_track_from == Decimal("0.9")
    assert (plan.at_risk_from, plan.too_early_before, plan.stale_after_months) == (Decimal("0.5"), Decimal("0.2"), 12)
    assert [sector.name for sector in plan.sectors.order_by("position")] == ["水", "气"]
    assert plan.periods.count() == 12
    first = plan.periods.order_by("ends_on").first()
    assert (first.due_on - first.ends_on).days == 45
    band = Target.objects.get(indicator__code="W1")
    assert (band.form, band.lower, band.upper, band.due_on) == ("band", 60, Decimal("80.5"), dt.date(2028, 12, 31))
    assert Target.objects.get(indicator__code="W2").form == "ceiling"
    assert InterimTarget.objects.get().value == 420
    assert sorted(Milestone.objects.values_list("due_on", flat=True)) == [
        dt.date(2026, 6, 30),
        dt.date(2027, 6, 30),
        dt.date(2027, 9, 30),
        dt.date(2028, 6, 30),
    ]
    assert draft_of(plan) == read_plan_file(SMALL)


def test_a_plan_of_another_area_does_not_move_into_a_system_that_has_one(db, linyi):
    load_plan(linyi)
    with pytest.raises(PlanNotLoadedError, match="本系统的地区是“临沂市”（371300），文件写的是“湖州县”（990100）"):
        load_plan(read_plan_file(SMALL))
    assert Plan.objects.count() == 1


def test_a_bureau_that_is_there_already_must_have_the_same_code_and_name(db, small):
    make_department("shuiwu", name="县水利局")
    with pytest.raises(PlanNotLoadedError, match=r"departments\[0\] shuiwu：该代码在系统中是“县水利局”"):
        load_plan(parse_plan(json.dumps(small)))
    assert not Plan.objects.exists()
    assert not Area.objects.exists()


def test_a_second_plan_uses_the_bureaus_that_are_there(db, small):
    load_plan(parse_plan(json.dumps(small)))
    small["plan"]["code"] = "HZ-WATER-16"
    load_plan(parse_plan(json.dumps(small)))
    assert (Plan.objects.count(), Department.objects.count(), Area.objects.count()) == (2, 2, 2)
