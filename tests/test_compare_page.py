"""Side by side: every promise counts for the bureau that reports it, and counties that are missing are named."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models.submission import APPROVED
from reports import svg
from reports.area_figures import AreaBar, area_bars
from reports.drawing import laid_out
from targets import tasks
from tests import factories as make
from tests.test_bureau_page import FRAME

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 3, 1)


@pytest.fixture
def chain():
    return make.make_chain()


def shown(client, chain, query="", person=None):
    client.force_login(person or chain.coordinator)
    response = client.get(f"/compare/?plan={chain.plan.code}{query}")
    assert response.status_code == 200
    return response


def promise(chain, department, value):
    indicator = make.make_indicator(chain.plan)
    make.make_target(indicator, "80")
    make.make_baseline(indicator, "60")
    make.make_responsibility(indicator, department)
    if value is not None:
        make.make_observation(indicator, chain.period, value)
    tasks.mark_dirty([(indicator.pk, make.root_area().pk)])
    tasks.drain(today=TODAY)


def counties(chain, *names):
    chain.stock.by_area = True
    chain.stock.save()
    return [make.make_area(name=name) for name in names]


# --- Bureaus ----------------------------------------------------------------------------------------------------------


def test_every_promise_counts_once_for_the_bureau_that_reports_it(client, chain):
    other = make.make_department()
    for value in ("81", "60", None):
        promise(chain, other, value)
    make.make_responsibility(chain.stock, other, reports=False)
    found = shown(client, chain).context["found"]
    line = next(line for line in found.lines if line.view.code == other.code)
    counts = line.standing
    assert (counts.total, counts.good, counts.bad, counts.without_data) == (3, 1, 1, 1)
    assert counts.total == counts.good + counts.watch + counts.bad + counts.unjudged + counts.without_data
    assert line.listed == 1
    assert found.whole.total == 5


def test_the_order_asked_for_brings_the_worst_first(client, chain):
    other = make.make_department()
    promise(chain, other, "60")
    chain.sheet(APPROVED)
    by_lag = shown(client, chain, "&order=lagging").context["found"].lines
    by_missing = shown(client, chain, "&order=missing").context["found"].lines
    assert by_lag[0].view.code == by_missing[0].view.code == other.code


def test_bureaus_that_only_are_listed_are_named_below(client, chain):
    idle = make.make_department()
    make.make_responsibility(chain.stock, idle, reports=False)
    page = shown(client, chain).content.decode()
    assert f"/bureaus/{idle.code}/" in page[page.index("只列名、不报送的单位") :]


def test_the_comparison_costs_as_much_for_many_bureaus_as_for_few(client, chain):
    def queries(query=""):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/compare/?plan={chain.plan.code}{query}").status_code == 200
        return len(captured) - FRAME

    client.force_login(chain.coordinator)
    counties(chain, "东县")
    few, few_counties = queries(), queries("&by=counties")
    for _ in range(20):
        department = make.make_department()
        indicator = make.make_indicator(chain.plan)
        make.make_target(indicator)
        make.make_responsibility(indicator, department)
        make.make_observation(chain.stock, chain.period, "1", area=make.make_area())
    assert queries() == few <= 12
    assert queries("&by=counties") == few_counties <= 12


# --- Counties ---------------------------------------------------------------------------------------------------------


def test_counties_come_with_share_change_and_the_missing_ones_by_name(client, chain):
    east, west, _south, zone = counties(chain, "东县", "西县", "南县", "开发区")
    zone.counts_toward_total, zone.note = False, "与东县重叠"
    zone.save()
    before = make.make_period(chain.plan, "2022Q4")
    make.make_observation(chain.stock, before, "20", area=east)
    for area, value in ((east, "30"), (west, "10"), (zone, "5")):
        make.make_observation(chain.stock, chain.period, value, area=area)
    make.make_observation(chain.stock, chain.period, "45")
    response = shown(client, chain, "&by=counties")
    found = response.context["found"]
    lines = {line.name: line for line in found.lines}
    assert [line.name for line in found.lines] == ["东县", "西县", "开发区", "南县"]
    assert (lines["东县"].share_text, lines["西县"].share_text, lines["开发区"].share_text) == ("75.0%", "25.0%", "—")
    assert lines["东县"].change_text == "+10.0万亩（+50.0%）"
    assert lines["西县"].change_text == "—"
    assert found.missing == ("南县",)
    assert (found.total_text, found.city_text, found.difference_text) == ("40.0万亩", "45.0万亩", "-5.0万亩")
    page = response.content.decode()
    assert "未见审核通过的数（1个县区）：南县" in page
    assert 'class="drawing"' in page


def test_a_rate_has_the_city_as_a_mark_and_no_shares(client, chain):
    (east,) = counties(chain, "东县")
    make.make_observation(chain.ratio, chain.period, parts=("90", "100"), area=east)
    make.make_observation(chain.ratio, chain.period, parts=("80", "100"))
    response = shown(client, chain, f"&by=counties&indicator={chain.ratio.code}")
    found = response.context["found"]
    assert not found.has_shares
    assert found.lines[0].parts_text == "90万吨 ÷ 100万吨"
    assert "竖线：全市（80.0%）" in found.figure["layout"]["meta"]["caption"]


def test_zero_is_a_figure_and_a_reason_is_no_gap(client, chain):
    east, west = counties(chain, "东县", "西县")
    make.make_observation(chain.stock, chain.period, "0", area=east)
    make.make_observation(chain.stock, chain.period, state="not_applicable", area=west)
    found = shown(client, chain, "&by=counties&order=area").context["found"]
    assert [line.value_text for line in found.lines] == ["0.0万亩", "不适用"]
    assert found.missing == ()


def test_a_period_without_figures_shows_the_newest_one_before_it(client, chain):
    (east,) = counties(chain, "东县")
    assert "还没有审核通过的分县区数" in shown(client, chain, "&by=counties").content.decode()
    make.make_period(chain.plan, "2024Q1")
    make.make_observation(chain.stock, chain.period, "3", area=east)
    page = shown(client, chain, "&by=counties&period=2024Q1").content.decode()
    assert "2024年一季度没有审核通过的分县区数，以下为最近有数的2023年四季度" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("&by=nothing", "没有名为“nothing”的比较方式，现按“各部门”显示。"),
        ("&order=nothing", "没有名为“nothing”的排序方式，现按“方案次序”显示。"),
        ("&by=counties&indicator=X", "没有编号为“X”的分县区指标，未按它选择。"),
        ("&by=counties", "没有分县区报送的指标"),
    ],
)
def test_what_the_address_gets_wrong_is_named(client, chain, query, sentence):
    assert sentence in shown(client, chain, query).content.decode()


# --- The chart --------------------------------------------------------------------------------------------------------


def test_bars_of_long_names_and_twelve_digits_stay_inside_the_picture():
    bars = [AreaBar("很长的县名" * 12, Decimal(999_999_999_999), "999999999999.0"), AreaBar("西县", Decimal(0), "0.0")]
    figure = area_bars(bars, name="指标", unit="吨", period="2023年四季度")
    drawn = laid_out(figure, width=660.0)
    assert "亿吨" in figure["layout"]["meta"]["caption"]
    for shape in drawn.shapes:
        if shape["kind"] == "rect":
            assert shape["w"] >= 0
            assert 0 <= shape["x"] <= shape["x"] + shape["w"] <= drawn.width
    assert any(shape["kind"] == "words" and shape["text"].endswith("…") for shape in drawn.shapes)
    assert 'role="img"' in svg.drawing(figure, width=660.0)


def test_a_figure_below_nought_is_drawn_to_the_left_of_it():
    bars = [AreaBar("东县", Decimal(4), "4"), AreaBar("西县", Decimal(-2), "−2")]
    drawn = laid_out(area_bars(bars, name="指标", unit="吨", period="2023年四季度"), width=660.0)
    right, left = (shape for shape in drawn.shapes if shape["kind"] == "rect")
    assert left["x"] + left["w"] == pytest.approx(right["x"], abs=0.1)
