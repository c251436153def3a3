"""The demonstration shows every status, form and state, all of it marked, and touches no real figure."""

import datetime as dt
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import TestCase

from accounts.models import AuditEvent, Role, User
from departments import actions
from departments.demonstration import DemonstrationRefusedError, load_demonstration
from departments.demonstration_accounts import (
    CITY_ACCOUNTS,
    AccountTakenError,
    accounts_for,
    reporting_departments,
)
from departments.models import (
    Comment,
    Department,
    Entry,
    Evidence,
    Extension,
    Membership,
    Notice,
    Responsibility,
    SheetRequest,
    Submission,
    SubmissionStep,
    SupervisionItem,
    TaskReport,
)
from departments.models.submission import STATES
from departments.plan_loading import load_plan
from departments.sheet_states import sheet_states
from departments.sheets import Cell, build_sheet
from targets.assessing import assess_series
from targets.models import (
    Assessment,
    Baseline,
    ConditionRecord,
    DirtySeries,
    Indicator,
    Milestone,
    Observation,
    Plan,
    ReportingPeriod,
    Target,
    TaskProgress,
)
from targets.plan_files import read_plan_file
from targets.tasks import drain
from targets.terms import Form, Status
from tests.factories import make_observation, make_user

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
TODAY = dt.date(2026, 3, 2)
REAL, FORMS = "LY-CP-14", "DEMO-FORMS"


def status_of(code, period="2025Q4"):
    return Assessment.objects.get(indicator__code=code, period__code=period).status


def flags_of(code, period="2025Q4"):
    return [flag for flag, _ in Assessment.objects.get(indicator__code=code, period__code=period).flags]


def sheet_of(department, period="2025Q4"):
    return Submission.objects.get(
        department__code=department, period__code=period, period__plan__code=REAL, is_current=True
    )


class TheDemonstration(TestCase):
    """Loaded once, looked at as of a fixed day."""

    @classmethod
    def setUpTestData(cls):
        load_demonstration(today=TODAY)
        assess_series(Target.objects.values_list("indicator_id", "area_id"), today=TODAY)

    # --- What must occur

    def test_every_status_occurs_in_the_real_plan(self):
        found = set(Assessment.objects.filter(indicator__plan__code=REAL).values_list("status", flat=True))
        assert found == {status.value for status in Status}

    def test_only_what_the_last_quarter_brought_is_unread(self):
        unread = Notice.objects.filter(read_at__isnull=True).values_list("made_at", flat=True)
        assert unread
        assert min(unread).date() > dt.date(2025, 11, 1)

    def test_every_form_of_target_occurs(self):
        assert set(Target.objects.values_list("form", flat=True)) == {form.value for form in Form}

    def test_every_state_of_a_sheet_occurs_now(self):
        states = Submission.objects.current().filter(period__plan__code=REAL).values_list("state", flat=True)
        assert set(states) == {state for state, _ in STATES}

    def test_every_indicator_has_figures(self):
        reported = Indicator.objects.reported()
        assert reported.count() == 32
        without = reported.exclude(pk__in=Observation.objects.filter(state="number").values("indicator"))
        assert not without.exists()

    def test_figures_start_with_the_first_period_of_the_plan(self):
        first = Observation.objects.filter(period__code="2021Q1")
        assert set(first.values_list("indicator__plan__code", flat=True)) == {REAL}
        assert Observation.objects.filter(period__code="2025Q4", indicator__plan__code=REAL).count() == 4

    def test_one_bureau_is_overdue(self):
        late = sheet_of("jiaotong")
        assert late.state == "draft"
        assert late.period.due_on < TODAY
        assert not Extension.objects.filter(department=late.department).exists()
        assert status_of("LY-18") == Status.NO_FINAL_FIGURE

    def test_one_bureau_has_its_sheet_back_with_a_reason(self):
        returned = sheet_of("shangwu")
        assert (returned.state, returned.returned_by.username) == ("returned", "reviewer")
        assert "请补充文件名称和日期" in returned.return_reason

    def test_one_sheet_waits_for_the_approver_and_one_for_the_reviewer(self):
        assert sheet_of("jiaotong", "2025Q3").state == "submitted"
        assert sheet_of("zhujian").state == "endorsed"

    def test_one_figure_is_provisional(self):
        assert Observation.objects.get(is_provisional=True).indicator.code == "LY-01"
        assert "provisional" in flags_of("LY-01")
        assert "tolerance_used" in flags_of("LY-01")

    def test_one_year_is_below_a_promise_to_hold(self):
        assert status_of("LY-07", "2022Q4") == Status.OFF_TRACK
        row = Assessment.objects.get(indicator__code="LY-07", period__code="2025Q4")
        assert row.status == Status.ACHIEVED
        assert ["not_held", 2022] in row.flags

    def test_one_old_figure_was_corrected_later(self):
        versions = Observation.objects.filter(indicator__code="LY-13", period__code="2022Q4").order_by("version")
        assert [(one.version, one.value) for one in versions] == [(1, Decimal(895)), (2, Decimal(905))]
        assert versions[0].superseded_at == versions[1].recorded_at
        assert versions[1].recorded_at.year == 2023
        assert Submission.objects.filter(version=2).get().state == "approved"
        assert Submission.objects.filter(department__code="zhujian", period__code="2022Q4").count() == 2

    def test_each_absence_occurs_once(self):
        absent = Observation.objects.exclude(state="number").values_list("state", flat=True)
        assert Counter(absent) == {"not_yet_published": 1, "not_compiled": 1, "not_applicable": 1}

    def test_a_condition_did_not_hold_in_one_year(self):
        held = ConditionRecord.objects.filter(indicator__code="LY-06").values_list("year", "held")
        assert dict(held) == {2021: True, 2022: False, 2023: True, 2024: True}
        assert status_of("LY-06", "2022Q4") == Status.NOT_ASSESSED
        assert status_of("LY-06", "2023Q4") == Status.OFF_TRACK

    def test_one_baseline_is_missing_and_a_reading_says_why(self):
        assert status_of("LY-22") == Status.BASELINE_MISSING
        assert not Baseline.objects.filter(indicator__code="LY-22").exists()
        assert "基期值无法确定" in Indicator.objects.get(code="LY-22").readings.get().default_reading

    def test_milestones_are_reached_late_and_overdue(self):
        reached = Milestone.objects.get(task__code="T-11")
        late = Milestone.objects.get(task__code="T-48", due_on="2023-12-31")
        assert reached.reached_on <= reached.due_on
        assert late.reached_on > late.due_on
        assert Milestone.objects.get(task__code="T-19").reached_on is None

    def test_more_than_a_number_is_not_met_by_the_number(self):
        row = Assessment.objects.get(indicator__code="LY-02", period__code="2025Q4")
        assert (row.status, row.actual, row.gap) == (Status.MISSED, 30, 0)

    def test_forms_that_the_plan_lacks_stand_in_a_plan_of_their_own(self):
        ends = {code: status_of(code) for code in ("F-01", "F-02", "F-03", "F-04", "F-05", "F-06", "F-07", "F-08")}
        assert ends == {
            "F-01": "achieved",
            "F-02": "achieved",
            "F-03": "missed",
            "F-04": "missed",
            "F-05": "achieved",
            "F-06": "achieved",
            "F-07": "achieved",
            "F-08": "achieved",
        }
        assert status_of("F-06", "2023Q4") == Status.NOT_YET_MET
        assert status_of("F-03", "2024Q4") == Status.AT_RISK
        assert "late" in flags_of("F-07")

    def test_the_plan_of_forms_is_owed_by_nobody_of_the_real_plan(self):
        owing = set(Responsibility.objects.filter(indicator__plan__code=FORMS).values_list("department", flat=True))
        real = set(Responsibility.objects.filter(indicator__plan__code=REAL).values_list("department", flat=True))
        assert len(owing) == 1
        assert not owing & real

    # --- The sheet that is still open

    def test_the_open_sheet_lacks_one_figure_and_has_time(self):
        sheet = sheet_of("nongye")
        extension = Extension.objects.get()
        assert (extension.department.code, extension.due_on) == ("nongye", TODAY + dt.timedelta(days=30))
        assert sheet.state == "draft"
        assert sorted(sheet.entries.values_list("indicator__code", flat=True)) == [
            "LY-05",
            "LY-06",
            "LY-07",
            "LY-09",
            "LY-10",
            "LY-11",
            "LY-12",
        ]
        assert not Observation.objects.filter(indicator__code="LY-08", period__code="2025Q4").exists()

    def test_the_missing_figure_turns_its_status(self):
        years = [
            round(Assessment.objects.get(indicator__code="LY-08", period__code=f"{year}Q4").actual, 1)
            for year in range(2021, 2025)
        ]
        assert years == [Decimal("95.5"), Decimal("95.9"), Decimal("96.1"), Decimal("94.6")]
        assert status_of("LY-08") == Status.OFF_TRACK
        people = {one.username: one for one in User.objects.all()}
        indicator = Indicator.objects.get(code="LY-08")
        sheet = actions.save_draft(
            submission=sheet_of("nongye"),
            cells={f"c{indicator.pk}": Cell(numerator=Decimal("412.3"), denominator=Decimal("428.1"))},
            by=people["nongye.reporter"],
        )
        row = next(r for r in build_sheet(sheet.department, sheet.period, sheet).rows if r.indicator == indicator)
        assert row.findings == ()
        sheet = actions.submit(submission=sheet, by=people["nongye.reporter"])
        sheet = actions.endorse(submission=sheet, by=people["nongye.approver"])
        actions.approve(submission=sheet, by=people["reviewer"])
        drain(today=TODAY)
        assert status_of("LY-08") == Status.ACHIEVED
        assert round(Assessment.objects.get(indicator=indicator, period=sheet.period).actual, 2) == Decimal("96.31")

    # --- Reports on tasks, and what goes on around the sheets

    def test_all_thirteen_bureaus_owe_a_sheet_at_the_end_of_the_plan(self):
        period = ReportingPeriod.objects.get(plan__code=REAL, code="2025Q4")
        states = sheet_states(list(Department.objects.all()), [period], today=TODAY)
        assert Counter(state.state for state in states) == {
            "approved": 5,
            "endorsed": 3,
            "draft": 2,
            "submitted": 1,
            "returned": 1,
            "missing": 1,
        }
        lights = {state.department.code: state.light.value for state in states}
        assert Counter(lights.values()) == {"on_time": 9, "made_up": 1, "missing": 2, "not_due": 1}
        assert (lights["shuili"], lights["keji"], lights["nongye"]) == ("made_up", "missing", "not_due")

    def test_reports_on_tasks_are_marked_and_count_once_approved(self):
        assert all(text.startswith("演示数据：") for text in TaskReport.objects.values_list("text", flat=True))
        approved = TaskReport.objects.filter(submission__state="approved")
        assert set(TaskProgress.objects.values_list("task", flat=True)) == set(approved.values_list("task", flat=True))
        assert Milestone.objects.get(task__code="T-48", due_on="2025-12-31").reached_on == dt.date(2025, 12, 19)
        open_sheet = sheet_of("nongye")
        rows = [
            row for row in build_sheet(open_sheet.department, open_sheet.period, open_sheet).task_rows if row.is_owed
        ]
        assert {row.task.code for row in rows if row.is_filled} == {"T-14", "T-16", "T-17"}
        assert len(rows) == 3

    def test_the_returned_sheet_has_remarks_and_evidence(self):
        returned = sheet_of("shangwu")
        remarks = Comment.objects.filter(department=returned.department, period=returned.period)
        assert sorted((each.indicator or each.task).code for each in remarks) == ["LY-23", "T-22"]
        assert Evidence.objects.get(department=returned.department).url.startswith("https://example.org/")

    def test_one_figure_was_filled_in_by_the_coordinator(self):
        entry = Entry.objects.get(is_on_behalf=True)
        assert (entry.indicator.code, entry.changed_by.username) == ("LY-18", "coordinator")
        assert entry.submission.on_behalf_reason.startswith("演示数据：")
        assert Evidence.objects.filter(indicator=entry.indicator, period=entry.submission.period).exists()

    def test_one_request_waits_and_one_supervision_item_is_open_and_one_closed(self):
        request = SheetRequest.objects.get()
        assert (request.department.code, request.state) == ("jiaotong", "waiting")
        items = {item.state: item for item in SupervisionItem.objects.all()}
        assert set(items) == {"assigned", "closed"}
        assert (items["assigned"].indicator.code, items["assigned"].is_overdue_on(TODAY)) == ("LY-08", False)
        assert [step.verb for step in items["closed"].steps.all()] == ["assign", "answer", "close"]

    def test_one_indicator_is_broken_down_by_county_with_a_difference_that_is_explained(self):
        figures = Observation.objects.current().filter(indicator__code="F-02", period__code="2025Q4")
        city, counties = figures.get(area__parent__isnull=True), figures.filter(area__parent__isnull=False)
        assert (counties.count(), city.value - sum(one.value for one in counties)) == (12, Decimal("4.3"))
        assert "开发区" in city.note

    # --- Marked, and done the proper way

    def test_everything_is_marked(self):
        marked = (Observation, Submission, Baseline, ConditionRecord, TaskProgress, Evidence, Comment, SupervisionItem)
        assert not any(model.objects.filter(is_demonstration=False).exists() for model in marked)
        assert not Milestone.objects.filter(recorded_at__isnull=False, is_demonstration=False).exists()
        assert not User.objects.filter(is_demonstration=False).exists()
        assert set(Plan.objects.values_list("code", "is_demonstration", "has_demonstration_figures")) == {
            (REAL, False, True),
            (FORMS, True, True),
        }
        assert set(Baseline.objects.values_list("source", flat=True)) == {"演示数据"}

    def test_every_figure_went_through_four_hands(self):
        for sheet in Submission.objects.filter(state="approved"):
            assert len({sheet.submitted_by_id, sheet.endorsed_by_id, sheet.approved_by_id}) == 3
        steps = Counter(SubmissionStep.objects.values_list("verb", flat=True))
        assert (steps["approve"], steps["return"], steps["reopen"]) == (105, 1, 1)
        assert all(one.proposed_by_id != one.decided_by_id for one in Baseline.objects.all())
        assert AuditEvent.objects.filter(action="submission.approve").count() == 105

    def test_sheets_were_sent_in_the_days_after_their_period(self):
        approved = Submission.objects.filter(state="approved", version=1).select_related("period", "department")
        assert all(sheet.period.opens_on <= sheet.first_submitted_on for sheet in approved)
        late = [s.department.code for s in approved if s.first_submitted_on > s.period.due_on]
        assert late == ["shuili"]

    def test_figures_are_those_of_the_sheets(self):
        approved = Entry.objects.filter(submission__state="approved", submission__is_current=True)
        filled = [entry for entry in approved.select_related("indicator") if entry.is_filled]
        assert Observation.objects.current().count() == len(filled)

    def test_nothing_waits_to_be_recomputed(self):
        assert not DirtySeries.objects.exists()

    def test_a_second_run_changes_nothing(self):
        before = {model.__name__: model.objects.count() for model in (Observation, Submission, User, AuditEvent, Plan)}
        assert [one.is_new for one in load_demonstration(today=TODAY)] == [False, False]
        after = {model.__name__: model.objects.count() for model in (Observation, Submission, User, AuditEvent, Plan)}
        assert after == before

    def test_the_command_says_that_nothing_changed(self):
        said = io.StringIO()
        call_command("load_demo", stdout=said)
        assert said.getvalue().count("的演示数据已经载入，没有改动。") == 2

    def test_accounts_stand_for_roles(self):
        accounts = accounts_for(reporting_departments())
        assert {one.username for one in accounts} == set(User.objects.values_list("username", flat=True))
        assert {one.role for one in accounts} == set(Role)
        assert {one.department for one in accounts} - {None} == set(Department.objects.all())
        for code in ("shengtai", "nongye", "zhujian", "jiaotong", "shangwu", "keji", "shenpi"):
            for function in (Membership.REPORTER, Membership.APPROVER):
                assert Membership.objects.get(user__username=f"{code}.{function}").function == function
        assert not Membership.objects.filter(user__username__in=[name for name, _ in CITY_ACCOUNTS]).exists()
        assert User.objects.get(username="nongye.reporter").display_name == "市农业农村局填报员"

    def test_nobody_can_log_in_before_passwords_are_made(self):
        assert not any(user.has_usable_password() for user in User.objects.all())


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_it_does_not_mix_with_real_figures(db):
    plan = load_plan(read_plan_file(FIXTURES / "linyi_cp_14.json")).plan
    period = ReportingPeriod.objects.get(plan=plan, code="2021Q4")
    make_observation(Indicator.objects.get(code="LY-01"), period, "9.1")
    with pytest.raises(DemonstrationRefusedError, match="已有正式填报的数"):
        load_demonstration(today=TODAY)
    assert not Submission.objects.exists()
    assert not User.objects.filter(is_demonstration=True).exists()


def test_it_does_not_take_over_a_real_account(db, capsys):
    make_user("reviewer")
    with pytest.raises(AccountTakenError, match="用户名 reviewer 已被正式账号使用"):
        load_demonstration(today=TODAY)
    with pytest.raises(SystemExit) as left:
        call_command("load_demo")
    assert left.value.code == 1
    assert capsys.readouterr().err.strip().endswith("没有载入任何内容。")
    assert not Plan.objects.exists()
