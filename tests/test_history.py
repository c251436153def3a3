"""A bureau that starts late enters years at once, through the same checks, each period a sheet of its own."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from departments.models import Entry, Submission
from tests.factories import make_chain, make_period, make_reporter

EMPTY = '["number", null, null, null, false, ""]'


@pytest.fixture
def chain(db):
    """The bureau owes two figures in each of five quarters."""
    chain = make_chain("2023Q4")
    for code in ("2022Q4", "2023Q1", "2023Q2", "2023Q3"):
        make_period(chain.plan, code)
    return chain


def address(chain, **query):
    return f"{reverse('departments:history', args=[chain.department.code])}?plan={chain.plan.code}" + "".join(
        f"&{name}={value}" for name, value in query.items()
    )


def typed(chain, **periods):
    """Fields of the grid: by period code (numerator, denominator, stock)."""
    data: dict[str, str] = {}
    for code, (numerator, denominator, stock) in periods.items():
        for indicator, texts in (
            (chain.ratio, {"numerator": numerator, "denominator": denominator}),
            (chain.stock, {"value": stock}),
        ):
            key = f"{code[1:]}/c{indicator.pk}"
            data |= {f"{key}-{name}": text for name, text in texts.items()}
            data |= {f"{key}-state": "number", f"{key}-note": "", f"{key}-was": EMPTY}
    return data


def test_several_periods_are_saved_as_drafts_of_their_own(client, chain):
    client.force_login(chain.reporter)
    data = typed(chain, p2023Q1=("10", "100", "30"), p2023Q2=("20", "", "31"))
    assert client.post(address(chain), data | {"action": "save"}).status_code == 302
    sheets = Submission.objects.order_by("period__ends_on")
    assert [(sheet.period.code, sheet.state) for sheet in sheets] == [("2023Q1", "draft"), ("2023Q2", "draft")]
    assert Entry.objects.get(submission=sheets[1], indicator=chain.ratio).numerator == 20
    text = client.get(address(chain, year=2023)).content.decode()
    assert f'name="2023Q1/c{chain.stock.pk}-value" value="30"' in text
    assert "2022Q4/" not in text


def test_all_are_sent_that_can_go_and_the_others_say_why(client, chain):
    client.force_login(chain.reporter)
    data = typed(chain, p2023Q1=("10", "100", "30"), p2023Q2=("20", "", "31"))
    text = client.post(address(chain), data | {"action": "submit"}).content.decode()
    states = dict(Submission.objects.values_list("period__code", "state"))
    assert states == {"2023Q1": "submitted", "2023Q2": "draft"}
    assert "已提交 1 个填报期" in text
    assert "“可收集量”未填" in text
    assert "尚未填数：2022年四季度、2023年三季度、2023年四季度。" in text
    assert f'name="2023Q1/c{chain.stock.pk}-value"' not in text  # sent, so it is only read


def test_a_figure_is_compared_with_what_the_grid_says_of_the_period_before(client, chain):
    client.force_login(chain.reporter)
    check = f"{reverse('departments:history_check', args=[chain.department.code])}?plan={chain.plan.code}"
    fields = typed(chain, p2023Q1=("10", "100", "30"), p2023Q2=("20", "100", "30000"))
    answer = client.post(check, json.dumps({"fields": fields}), content_type="application/json").json()["rows"]
    assert answer[f"2023Q1/c{chain.stock.pk}"]["findings"] == []
    slip = answer[f"2023Q2/c{chain.stock.pk}"]["findings"]
    assert [finding["level"] for finding in slip] == ["warning"]
    text = client.post(address(chain), fields | {"action": "submit"}).content.decode()
    assert dict(Submission.objects.values_list("period__code", "state")) == {"2023Q1": "submitted", "2023Q2": "draft"}
    assert "“说明”一栏尚未填写" in text


def test_what_cannot_be_read_is_named_by_period_and_stays_typed(client, chain):
    client.force_login(chain.reporter)
    data = typed(chain, p2023Q1=("10", "100", "三十"), p2023Q2=("20", "100", "31"))
    response = client.post(address(chain), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="三十"' in text
    assert "2023年一季度，" in text
    assert not Submission.objects.exists()


def test_a_colleagues_figure_is_not_overwritten_and_the_other_periods_are_saved(client, chain):
    client.force_login(chain.reporter)
    client.post(address(chain), typed(chain, p2023Q1=("10", "100", "30")))
    Entry.objects.filter(indicator=chain.stock).update(value=77, changed_by=make_reporter(chain.department))
    data = typed(chain, p2023Q1=("10", "100", "31"), p2023Q2=("20", "100", "32"))
    response = client.post(address(chain), data)
    assert response.status_code == 409
    assert "系统中现为“77”" in response.content.decode()
    assert Entry.objects.get(submission__period__code="2023Q1", indicator=chain.stock).value == 77
    assert Entry.objects.get(submission__period__code="2023Q2", indicator=chain.stock).value == 32


def test_what_is_out_of_the_bureaus_hands_is_only_read(client, chain):
    chain.sheet(state="approved")
    chain.plan.periods.filter(code="2023Q3").update(opens_on=dt.date(2999, 1, 1), due_on=dt.date(2999, 1, 2))
    for person, writes in ((chain.reporter, True), (chain.approver, False), (chain.reviewer, False)):
        client.force_login(person)
        text = client.get(address(chain)).content.decode()
        assert ("data-entry" in text) is writes
        assert "2023Q4/c" not in text
        assert "35.2" in text
        assert "2023年三季度" not in text
        if not writes:
            assert client.post(address(chain), typed(chain, p2023Q1=("1", "2", "3"))).status_code == 403
    assert not Submission.objects.filter(period__code="2023Q1").exists()


def test_another_bureaus_history_does_not_exist(client, chain):
    client.force_login(make_chain("2024Q4").reporter)
    assert client.get(address(chain)).status_code == 404
