"""Reports on tasks in the entry form: progress, the days of dated steps, the last report, and cells not reopened."""

import pytest

from departments.models import MilestoneReport, Submission, TaskReport
from targets.models import TaskProgress
from tests.factories import Chain, instant, make_chain, make_period, make_reviewer, make_task_responsibility
from tests.plan_factories import make_milestone, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    chain = make_chain()
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    return chain


@pytest.fixture
def task(chain):
    task = make_task(chain.plan, text="整县推进秸秆综合利用")
    make_task_responsibility(task, chain.department)
    return task


@pytest.fixture
def step(task):
    return make_milestone(task, "2023-12-31")


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def text_of(answer):
    return answer.content.decode()


def test_progress_and_the_day_of_a_step_are_saved(reporter, chain, task, step):
    data = chain.form() | {f"t{task.pk}-text": "已在三个县铺开。", f"t{task.pk}-m{step.pk}": "2023-12-20"}
    page = text_of(reporter.post(chain.address, data, follow=True))
    assert "草稿已保存，已填 3 项，共 3 项" in page
    assert TaskReport.objects.get().text == "已在三个县铺开。"
    assert MilestoneReport.objects.get().reached_on.isoformat() == "2023-12-20"
    assert "已在三个县铺开。" in page
    assert 'value="2023-12-20"' in page


@pytest.mark.parametrize(("day", "words"), [("2999-01-01", "在今天之后"), ("上周", "不是有效日期")])
def test_a_day_that_cannot_be_is_named_and_kept(reporter, chain, task, step, day, words):
    data = chain.form() | {f"t{task.pk}-text": "已完成。", f"t{task.pk}-m{step.pk}": day}
    answer = reporter.post(chain.address, data)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    assert f'href="#t{task.pk}-m{step.pk}"' in page
    assert f'value="{day}"' in page
    assert "已完成。" in page
    assert not Submission.objects.exists()


def test_the_last_approved_report_stands_beside_the_new_one(reporter, chain, task):
    before = make_period(chain.plan, "2023Q3")
    TaskProgress.objects.create(
        task=task, period=before, text="完成摸底。", recorded_at=instant("2023-10-20"), recorded_by=make_reviewer()
    )
    page = text_of(reporter.get(chain.address))
    assert "完成摸底。" in page
    assert "2023年三季度" in page


def test_an_owed_report_is_asked_for_before_the_sheet_goes(reporter, chain, task):
    answer = reporter.post(chain.address, chain.form(action="submit") | {f"t{task.pk}-text": ""})
    assert answer.status_code == 422
    assert f'href="#t{task.pk}-text"' in text_of(answer)


def test_cells_that_were_not_reopened_are_shown_and_stay_as_they_are(reporter, chain, task):
    submission = chain.sheet()
    TaskReport.objects.create(submission=submission, task=task, text="原报告。")
    submission.reopened_keys = [f"c{chain.ratio.pk}"]
    submission.save()
    page = text_of(reporter.get(chain.address))
    assert page.count("本次未开放，只读") == 2
    assert f'name="c{chain.stock.pk}-value"' not in page
    data = chain.form(lock_version=submission.lock_version, ratio_numerator="413", stock_value="99")
    assert reporter.post(chain.address, data | {f"t{task.pk}-text": "改写。"}).status_code == 302
    entries = {entry.indicator_id: entry for entry in submission.entries.all()}
    assert entries[chain.ratio.pk].numerator == 413
    assert str(entries[chain.stock.pk].value)[:4] == "35.2"
    assert TaskReport.objects.get().text == "原报告。"
