"""A bureau reports on its tasks in the same sheet: words, and the days on which dated steps were reached."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from departments import actions
from departments.problems import problems_of
from departments.sheets import TaskCell, build_sheet, reported_tasks
from targets.actions import Refused
from targets.models import TaskProgress
from tests.factories import (
    Chain,
    make_approver,
    make_chain,
    make_department,
    make_milestone,
    make_period,
    make_reporter,
    make_task,
    make_task_responsibility,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    chain = make_chain()
    chain.plan.task_reports_every = "half_year"
    chain.plan.save()
    return chain


@pytest.fixture
def task(chain):
    task = make_task(chain.plan, "R-1")
    make_task_responsibility(task, chain.department)
    return task


def sheet_of(submission):
    return build_sheet(submission.department, submission.period, submission)


def key(task):
    return f"t{task.pk}"


def reported(chain, task, text="已建成示范区3个。", *, state="approved", **reached):
    days = tuple((milestone.pk, dt.date.fromisoformat(day)) for milestone, day in reached.get("days", {}).items())
    return chain.carried_to(state, **{key(task): TaskCell(text=text, reached=days)})


def test_reports_are_owed_with_the_periods_that_the_plan_names(chain, task):
    assert reported_tasks(chain.department, chain.period) == [task]
    assert reported_tasks(chain.department, make_period(chain.plan, "2023Q3")) == []
    chain.plan.task_reports_from = dt.date(2024, 1, 1)
    chain.period.plan = chain.plan
    assert reported_tasks(chain.department, chain.period) == []


def test_a_plan_without_task_reports_shows_no_tasks(chain, task):
    chain.period.plan.task_reports_every = ""
    assert build_sheet(chain.department, chain.period, None).task_rows == ()


def test_a_bureau_that_owes_nothing_but_a_task_has_a_sheet_too(chain):
    bureau = make_department()
    task = make_task(chain.plan)
    make_task_responsibility(task, bureau)
    reporter = make_reporter(bureau)
    submission = actions.open_submission(department=bureau, period=chain.period, by=reporter)
    cells = {key(task): TaskCell(text="本期无进展。")}
    submission = actions.save_draft(submission=submission, cells=cells, by=reporter)
    assert actions.submit(submission=submission, by=reporter).state == "submitted"


def test_a_report_that_is_owed_keeps_the_sheet_back_until_it_is_written(chain, task):
    with pytest.raises(actions.NotReady) as refusal:
        chain.carried_to("submitted")
    (problem,) = refusal.value.problems
    assert (problem.key, problem.field) == (key(task), "text")
    assert "如无进展请写“本期无进展”" in problem.sentence


def test_a_task_of_another_reporter_may_be_reported_on_and_need_not(chain):
    task = make_task(chain.plan)
    make_task_responsibility(task, make_department())
    make_task_responsibility(task, chain.department, reports=False)
    (row,) = sheet_of(chain.carried_to("draft")).task_rows
    assert not row.is_owed
    assert chain.carried_to("submitted").state == "submitted"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(timezone.localdate() + dt.timedelta(days=1), "晚于今天"), (dt.date(2020, 12, 31), "早于方案起始日")],
)
def test_a_step_is_reached_between_the_plans_start_and_today(chain, task, day, sentence):
    milestone = make_milestone(task)
    submission = chain.carried_to("draft", **{key(task): TaskCell(text="已完成。", reached=((milestone.pk, day),))})
    (problem,) = problems_of(sheet_of(submission))
    assert (problem.key, problem.field) == (key(task), f"m{milestone.pk}")
    assert sentence in problem.sentence


def test_a_step_of_another_task_is_refused(chain, task):
    foreign = make_milestone(make_task(chain.plan))
    with pytest.raises(Refused, match="不属于该任务"):
        reported(chain, task, days={foreign: "2023-11-01"})


def test_approval_makes_the_report_and_the_reached_step_count(chain, task):
    milestone = make_milestone(task)
    reported(chain, task, days={milestone: "2023-11-01"})
    progress = TaskProgress.objects.current().get(task=task, period=chain.period)
    assert (progress.text, progress.version, progress.recorded_by) == ("已建成示范区3个。", 1, chain.reviewer)
    milestone.refresh_from_db()
    assert (milestone.reached_on, milestone.recorded_by) == (dt.date(2023, 11, 1), chain.reviewer)
    assert chain.department.name in milestone.note
    event = AuditEvent.objects.filter(action="submission.approve").first()
    assert event.after["task_reports"] == ["R-1"]


def test_nothing_counts_before_approval(chain, task):
    reported(chain, task, state="endorsed", days={make_milestone(task): "2023-11-01"})
    assert not TaskProgress.objects.exists()
    assert not task.milestones.filter(reached_on__isnull=False).exists()


def test_a_correction_is_a_new_version_and_takes_a_step_back(chain, task):
    milestone = make_milestone(task)
    submission = reported(chain, task, days={milestone: "2023-11-01"})
    submission = actions.reopen(submission=submission, reason="更正。", by=chain.coordinator)
    assert sheet_of(submission).row_of(key(task)).cell.reached == ((milestone.pk, dt.date(2023, 11, 1)),)
    cells = {key(task): TaskCell(text="示范区仍在建设。")}
    submission = actions.save_draft(submission=submission, cells=cells, by=chain.reporter)
    submission = actions.submit(submission=submission, by=chain.reporter)
    submission = actions.endorse(submission=submission, by=chain.approver)
    actions.approve(submission=submission, by=chain.reviewer)
    assert [(p.version, p.text, p.superseded_at is None) for p in TaskProgress.objects.all()] == [
        (1, "已建成示范区3个。", False),
        (2, "示范区仍在建设。", True),
    ]
    milestone.refresh_from_db()
    assert milestone.reached_on is None


def test_what_two_bureaus_say_of_one_task_stands_under_their_names(chain, task):
    helper = make_department()
    make_task_responsibility(task, helper, reports=False)
    reported(chain, task, "已建成示范区3个。")
    own = make_task(chain.plan)
    make_task_responsibility(own, helper)
    reporter = make_reporter(helper)
    submission = actions.open_submission(department=helper, period=chain.period, by=reporter)
    cells = {key(own): TaskCell(text="本期无进展。"), key(task): TaskCell(text="已安排用水指标。")}
    submission = actions.save_draft(submission=submission, cells=cells, by=reporter)
    submission = actions.submit(submission=submission, by=reporter)
    submission = actions.endorse(submission=submission, by=make_approver(helper))
    actions.approve(submission=submission, by=chain.reviewer)
    current = TaskProgress.objects.current().get(task=task)
    assert current.text == f"{chain.department.name}：已建成示范区3个。\n{helper.name}：已安排用水指标。"


def test_the_last_report_stands_beside_the_new_one(chain, task):
    reported(chain, task)
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    later = make_period(chain.plan, "2024Q1")
    (row,) = build_sheet(chain.department, later, None).task_rows
    assert (row.last.text, row.report, row.is_owed) == ("已建成示范区3个。", None, True)
