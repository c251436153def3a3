"""The afternoon of the reviewer: every bureau's sheet in one list."""

import datetime as dt

import pytest
from django.urls import reverse

from departments import actions
from departments.models import Submission
from tests.factories import (
    Chain,
    make_chain,
    make_department,
    make_indicator,
    make_period,
    make_responsibility,
    make_submission,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> Chain:
    return make_chain()


@pytest.mark.parametrize("who", ["reviewer", "coordinator"])
def test_the_review_list_shows_what_waits_and_where_every_bureau_stands(client, chain, who):
    chain.sheet("endorsed")
    client.force_login(getattr(chain, who))
    page = client.get("/review/").content.decode()
    assert "待审核（1）" in page
    assert chain.department.name in page


def test_the_review_list_turns_away_bureau_staff(client, chain):
    client.force_login(chain.reporter)
    assert client.get("/review/").status_code == 403


def test_the_periods_to_choose_from_stand_under_their_plans_title(client, chain):
    client.force_login(chain.reviewer)
    page = client.get("/review/").content.decode()
    assert f'<optgroup label="{chain.plan.title}">' in page
    assert f"（{chain.plan.code}）" not in page


def test_the_review_list_takes_a_period_of_the_address(client, chain):
    make_period(chain.plan, "2022Q1")
    client.force_login(chain.coordinator)
    page = client.get("/review/", {"period": f"{chain.plan.code}:2022Q1"}).content.decode()
    assert "2022年一季度：应报 1 个部门" in page
    assert client.get("/review/", {"period": "nonsense"}).status_code == 200


def endorsed(chain, count):
    """More bureaus of the same plan, each with an endorsed sheet."""
    sheets = [chain.sheet("endorsed")]
    for _ in range(count - 1):
        department, indicator = make_department(), make_indicator(chain.plan)
        make_responsibility(indicator, department)
        sheets.append(make_submission(department, chain.period, state="endorsed", entries={indicator: "12"}))
    return sheets


def test_many_sheets_are_approved_at_once_and_each_refusal_says_why(client, chain):
    first, second, changed = endorsed(chain, 3)
    client.force_login(chain.reviewer)
    page = client.get("/review/").content.decode()
    assert page.count('name="sheets"') == 3
    actions.return_for_correction(submission=changed, reason="请核实。", by=chain.reviewer)
    ticked = [f"{first.pk}:0", f"{second.pk}:0", f"{changed.pk}:0", "nonsense", "999999:0"]
    answer = client.post(
        reverse("departments:approve_many"), {"sheets": ticked, "query": "state=endorsed"}, follow=True
    )
    assert answer.redirect_chain == [("/review/?state=endorsed", 302)]
    page = answer.content.decode()
    assert "已审核通过 2 张" in page
    assert "1 张未能审核通过" in page
    assert f"{changed.department.name}{chain.period.name}填报单：" in page
    assert "“退回”" in page
    assert set(Submission.objects.filter(state="approved")) == {first, second}


def test_nothing_ticked_approves_nothing_and_says_so(client, chain):
    endorsed(chain, 2)
    client.force_login(chain.reviewer)
    page = client.post(reverse("departments:approve_many"), follow=True).content.decode()
    assert "没有选中任何填报单" in page
    assert not Submission.objects.filter(state="approved").exists()


def test_only_the_reviewer_approves_many(client, chain):
    (sheet,) = endorsed(chain, 1)
    client.force_login(chain.coordinator)
    assert 'name="sheets"' not in client.get("/review/").content.decode()
    assert client.post(reverse("departments:approve_many"), {"sheets": f"{sheet.pk}:0"}).status_code == 403


def test_the_list_filters_by_bureau_state_and_plan_and_names_what_it_does_not_know(client, chain):
    _, other = endorsed(chain, 2)
    client.force_login(chain.reviewer)
    page = client.get("/review/", {"bureau": other.department.code, "state": "endorsed"}).content.decode()
    assert "待审核（1）" in page
    assert f"/submissions/{other.pk}/" in page
    page = client.get("/review/", {"state": "missing"}).content.decode()
    assert "待审核（0）" in page
    page = client.get("/review/", {"bureau": "nobody", "plan": "x"}).content.decode()
    assert "没有代码为“nobody”的部门" in page
    assert "待审核（2）" in page


def test_the_list_marks_what_the_reviewer_should_look_at(client, chain):
    submission = chain.sheet("endorsed")
    entry = submission.entries.get(indicator=chain.stock)
    entry.findings, entry.is_provisional, entry.is_on_behalf = [["warning", "jump", "value", "差距大。"]], True, True
    entry.save()
    client.force_login(chain.reviewer)
    page = client.get("/review/").content.decode()
    for mark in ("提示 1", "快报 1", "代填 1"):
        assert mark in page


def test_a_sheet_made_up_late_shows_the_yellow_light(client, chain):
    chain.sheet("approved", first_submitted_on=chain.period.due_on + dt.timedelta(days=3))
    client.force_login(chain.coordinator)
    assert "逾期补报" in client.get("/review/").content.decode()


def test_what_is_no_sheet_and_no_version_is_left_out_of_a_bulk_approval(client, chain):
    client.force_login(chain.reviewer)
    for ticked in (f"{'9' * 5000}:1", f"1:{'9' * 5000}", "x:1", "1"):
        answer = client.post("/review/approve/", {"sheets": [ticked]}, follow=True)
        assert "没有选中任何填报单" in answer.content.decode()
