"""A figure broken down: counties in lines, their sum beside the city's, zones apart, and nothing overwritten."""

from decimal import Decimal

import pytest
from django.urls import reverse

from departments.models import Entry, Submission
from tests.factories import Chain, make_area, make_chain, make_entry, make_reporter, root_area


@pytest.fixture
def chain(db):
    chain = make_chain()
    chain.stock.by_area = chain.ratio.by_area = True
    chain.stock.save()
    chain.ratio.save()
    return chain


@pytest.fixture
def places(chain):
    counties = [make_area(name=f"{name}县", position=at) for at, name in enumerate("甲乙丙", start=1)]
    return [*counties, make_area(name="开发区", position=9, counts_toward_total=False, note="与甲县重叠")]


def address(chain: Chain, indicator):
    where = reverse("departments:counties", args=[chain.department.code, chain.period.code, indicator.pk])
    return f"{where}?plan={chain.plan.code}"


def form(chain: Chain, indicator, numbers, **fields):
    """`numbers` by area: a text, or (numerator, denominator)."""
    data = {"lock_version": "0", "action": "save"} | fields
    for area, typed in numbers.items():
        key = f"c{indicator.pk}" + (f"a{area.pk}" if area.parent_id else "")
        names = ("value",) if isinstance(typed, str) else ("numerator", "denominator")
        texts = dict(zip(names, [typed] if isinstance(typed, str) else typed, strict=True))
        data |= {f"{key}-{name}": text for name, text in texts.items()}
        data |= {f"{key}-state": "number", f"{key}-note": "", f"{key}-was": EMPTY}
    return data


EMPTY = '["number", null, null, null, false, ""]'


def test_counties_add_up_and_zones_stand_apart(client, chain, places):
    client.force_login(chain.reporter)
    numbers = dict(zip(places, ["1.1", "2.2", "", "9"], strict=True)) | {root_area(): "3.5"}
    assert client.post(address(chain, chain.stock), form(chain, chain.stock, numbers)).status_code == 302
    text = client.get(address(chain, chain.stock)).content.decode()
    assert "<b data-sum>3.3万亩</b>" in text
    assert "丙县（1 个）" in text
    assert "-0.2万亩" in text
    assert "不计入合计的地区" in text
    assert Entry.objects.get(area=places[3]).value == 9


def test_a_rate_is_the_sum_of_numerators_over_the_sum_of_denominators(client, chain, places):
    client.force_login(chain.reporter)
    parts = [("90", "100"), ("10", "50"), ("0", "50"), ("9", "9")]
    numbers = dict(zip(places, parts, strict=True))
    client.post(address(chain, chain.ratio), form(chain, chain.ratio, numbers))
    text = client.get(address(chain, chain.ratio)).content.decode()
    assert "100 / 200 = 50.0%" in text


def test_the_sum_is_taken_as_the_citys_figure_without_a_script(client, chain, places):
    client.force_login(chain.reporter)
    numbers = dict(zip(places, ["1.10", "2.2", "4", "9"], strict=True)) | {root_area(): ""}
    assert (
        client.post(address(chain, chain.stock), form(chain, chain.stock, numbers, action="adopt")).status_code == 302
    )
    assert Entry.objects.get(area=root_area(), indicator=chain.stock).value == Decimal("7.3")


def test_what_cannot_be_read_stays_typed_and_nothing_is_stored(client, chain, places):
    client.force_login(chain.reporter)
    response = client.post(address(chain, chain.stock), form(chain, chain.stock, {places[0]: "1.2.3", places[1]: "5"}))
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="1.2.3"' in text
    assert f"{chain.stock.name}（甲县）" in text
    assert not Submission.objects.exists()


def test_what_a_colleague_changed_is_shown_and_not_overwritten(client, chain, places):
    colleague = make_reporter(chain.department)
    client.force_login(chain.reporter)
    client.post(address(chain, chain.stock), form(chain, chain.stock, {places[0]: "1"}))
    Entry.objects.filter(area=places[0]).update(value=8, changed_by=colleague)
    response = client.post(address(chain, chain.stock), form(chain, chain.stock, {places[0]: "2", places[1]: "3"}))
    text = response.content.decode()
    assert response.status_code == 409
    assert f"系统中现为“8”（{colleague}）" in text
    assert 'value="2"' in text
    assert Entry.objects.get(area=places[0]).value == 8
    assert Entry.objects.get(area=places[1]).value == 3


def test_who_may_not_fill_in_reads_and_what_is_not_broken_down_has_no_page(client, chain, places):
    sheet = chain.sheet(state="submitted")
    make_entry(sheet, chain.stock, "5", area=places[0])
    client.force_login(chain.reviewer)
    response = client.get(address(chain, chain.stock))
    assert response.status_code == 200
    assert "data-entry" not in response.content.decode()
    assert client.post(address(chain, chain.stock), form(chain, chain.stock, {places[0]: "2"})).status_code == 403
    assert client.get(address(chain, chain.ratio)).status_code == 404  # sent without counties
