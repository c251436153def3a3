"""The page of a bureau counts what its sheets say, and shows nothing that its reader may not see."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from departments.models import SubmissionStep
from departments.models.submission import APPROVED, ENDORSED, RETURNED, SUBMITTED
from targets import tasks
from targets.models import TaskProgress
from tests import factories as make

pytestmark = pytest.mark.django_db

FRAME = 5
"""Queries that every page costs: session, account, plans, periods, notices."""


@pytest.fixture
def chain():
    return make.make_chain()


def address(chain, code="", **query):
    pairs = "&".join(f"{key}={value}" for key, value in ({"plan": chain.plan.code} | query).items())
    return f"/bureaus/{code or chain.department.code}/?{pairs}"


def shown(client, person, where):
    client.force_login(person)
    response = client.get(where)
    assert response.status_code == 200
    return response


def test_it_counts_how_sheets_came_and_what_the_city_sent_back(client, chain):
    in_time = chain.sheet(APPROVED, first_submitted_on=chain.period.due_on)
    late, missed = make.make_period(chain.plan, "2023Q3"), make.make_period(chain.plan, "2023Q2")
    make.make_submission(chain.department, late, state=APPROVED)
    for from_state in (SUBMITTED, ENDORSED):  # the bureau's own approver, then the city
        SubmissionStep.objects.create(
            submission=in_time, verb="return", from_state=from_state, to_state=RETURNED, at=make.instant("2024-01-10"),
            by=chain.reviewer, reason="请核实。",
        )  # fmt: skip
    score = shown(client, make.make_leader(), address(chain)).context["score"]
    assert score.tally.words == "按时1期、补报1期、未报1期"
    assert score.returns == 1
    assert [(line.period.code, line.returns) for line in score.lines] == [("2023Q4", 1), ("2023Q3", 0), ("2023Q2", 0)]
    assert score.on_time_text == "33.3%"
    earlier = shown(client, make.make_leader(), address(chain, period=missed.code)).context["score"]
    assert earlier.tally.words == "按时0期、补报0期、未报1期"  # as seen from the period chosen


def test_the_share_with_evidence_is_of_approved_figures(client, chain):
    make.make_evidence(chain.department, chain.period, chain.ratio, added_by=chain.reporter)
    chain.carried_to(APPROVED)
    make.make_evidence(chain.department, chain.period, chain.stock, added_by=chain.reporter)  # after it was approved
    score = shown(client, chain.coordinator, address(chain)).context["score"]
    assert (score.figures, score.backed, score.backed_text) == (2, 1, "50.0%")


def test_what_a_bureau_reports_and_what_it_is_only_listed_for_are_told_apart(client, chain):
    other = make.make_department()
    make.make_responsibility(chain.stock, other, reports=False)
    own = shown(client, chain.coordinator, address(chain)).context
    assert {row.code for row in own["reported"]} == {chain.ratio.code, chain.stock.code}
    assert own["listed"] == []
    context = shown(client, chain.coordinator, address(chain, other.code)).context
    assert context["reported"] == []
    assert [row.code for row in context["listed"]] == [chain.stock.code]


def test_sheets_and_supervision_are_for_those_who_may_see_them(client, chain):
    sheet = chain.sheet(APPROVED)
    make.make_supervision(chain.department, chain.stock, due_on=dt.date(2024, 2, 1))
    for person in (chain.reporter, chain.reviewer, make.make_leader()):
        page = shown(client, person, address(chain)).content.decode()
        assert f"/submissions/{sheet.pk}/" in page
        assert "逾期未反馈1件" in page
    for person in (make.make_reporter(make.make_department()), make.make_user(role=Role.AUDIT_ADMINISTRATOR)):
        page = shown(client, person, address(chain)).content.decode()
        assert "/submissions/" not in page
        assert "未销号督办" not in page
        assert "按时报送率" in page


def test_a_task_brings_its_newest_approved_report_up_to_the_period(client, chain):
    task = make.make_task(chain.plan)
    make.make_task_responsibility(task, chain.department)
    make.make_milestone(task, "2023-06-30")
    make.make_task(chain.plan, text="与本部门无关")
    later = make.make_period(chain.plan, "2024Q1")
    for period, text in ((chain.period, "完成5家。"), (later, "完成9家。")):
        TaskProgress.objects.create(
            task=task, period=period, text=text, recorded_at=make.instant("2024-05-01"), recorded_by=chain.reviewer
        )
    page = shown(client, chain.coordinator, address(chain, period="2023Q4")).content.decode()
    assert "完成5家。<small>2023年四季度" in page
    assert "完成9家。" not in page
    assert "逾期未完成" in page
    assert "与本部门无关" not in page


def test_a_bureau_that_the_plan_does_not_name_is_said_to_be_so(client, chain):
    stranger = make.make_department()
    page = shown(client, chain.coordinator, address(chain, stranger.code, period="none")).content.decode()
    assert f"没有把{stranger.name}列为任何指标或任务的责任单位" in page
    assert "没有名为“none”的填报期" in page
    assert client.get(address(chain, "nobody")).status_code == 404


def test_bureaus_are_linked_from_overview_punctuality_and_sheet(client, chain):
    sheet = chain.sheet(ENDORSED)
    client.force_login(chain.coordinator)
    for where in (f"/overview/?plan={chain.plan.code}", f"/punctuality/?plan={chain.plan.code}",
                  f"/submissions/{sheet.pk}/"):  # fmt: skip
        assert f'href="/bureaus/{chain.department.code}/?plan={chain.plan.code}' in client.get(where).content.decode()


def test_the_page_costs_as_much_for_many_promises_and_periods_as_for_few(client, chain):
    make.make_task_responsibility(make.make_task(chain.plan), chain.department)
    client.force_login(chain.coordinator)

    def queries():
        tasks.drain(today=dt.date(2024, 3, 1))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(chain)).status_code == 200
        return len(captured) - FRAME

    few = queries()
    for year in (2021, 2022):
        for period in make.make_periods(chain.plan, year):
            make.make_submission(chain.department, period, state=APPROVED)
    for _ in range(30):
        indicator = make.make_indicator(chain.plan)
        make.make_target(indicator)
        make.make_responsibility(indicator, chain.department)
        make.make_task_responsibility(make.make_task(chain.plan), chain.department)
    assert queries() == few <= 12
