"""Chart descriptions and their laid-out shapes: what Plotly accepts, what paper shows, what never overlaps."""

import datetime as dt
import json
import re
from decimal import Decimal

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import axes, figures
from reports.drawing import Drawing, in_lines, laid_out, words_width
from reports.figures import Point, ProgressBar
from targets.terms import Status

START, END = dt.date(2020, 12, 31), dt.date(2025, 12, 31)


def year_points(*values: str) -> list[Point]:
    return [Point(dt.date(2021 + number, 12, 31), Decimal(value), value) for number, value in enumerate(values)]


def make_course(*values: str, target: str | None = "92", unit: str = "%", **changes):
    path = [Point(START, Decimal(80), "80"), Point(END, Decimal(92), "92")]
    return figures.trajectory(
        name="农用薄膜回收率",
        unit=unit,
        actual=year_points(*values),
        path=changes.pop("path", path),
        target=None if target is None else Decimal(target),
        target_label=f"目标{target}%",
        starts_on=START,
        ends_on=END,
        today=changes.pop("today", dt.date(2025, 9, 30)),
        **changes,
    )


def bars(*pairs: tuple[str, str | None]) -> list[ProgressBar]:
    return [
        ProgressBar(
            name=name,
            status=Status.AT_RISK,
            progress=None if done is None else Decimal(done),
            expected=Decimal("0.8"),
            lead_points=None if done is None else (Decimal(done) - Decimal("0.8")) * 100,
            label=f"{done}",
        )
        for name, done in pairs
    ]


FIGURES = {
    "course": make_course("82.1", "84.0", "86.2", "88.4"),
    "course without figures": make_course(path=[], target=None),
    "course of nought": make_course("0", "0", "0", path=[], target="0"),
    "band": make_course("16", "18", target=None, band=(Decimal(15), Decimal(20))),
    "counts": figures.status_counts([(Status.ACHIEVED, 5), (Status.NO_DATA, 0), (Status.MISSED, 1)]),
    "no counts": figures.status_counts([]),
    "ranking": figures.gap_ranking(bars(("甲", "0.5"), ("乙", "1.2"), ("丙", "-0.3")), name="农业"),
    "empty ranking": figures.gap_ranking(bars(("甲", None)), name="农业"),
}


def words_in(drawing: Drawing) -> list[str]:
    return [shape["text"] for shape in drawing.shapes if shape["kind"] == "words"]


def box(shape) -> tuple[float, float, float, float]:
    width = words_width(shape["text"], shape["size"])
    left = shape["x"] - {"start": 0, "middle": width / 2, "end": width}[shape["anchor"]]
    return left, shape["y"] - shape["size"] / 2, left + width, shape["y"] + shape["size"] / 2


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_every_description(name):
    go.Figure(figures.resolved(FIGURES[name]))


@pytest.mark.parametrize("name", FIGURES)
def test_a_description_is_plain_json_with_a_title_and_a_text_for_those_who_do_not_see_it(name):
    meta = json.loads(json.dumps(FIGURES[name]))["layout"]["meta"]
    assert meta["title"]
    assert meta["alt"]


@pytest.mark.parametrize("name", FIGURES)
def test_colours_are_names_until_a_palette_resolves_them(name):
    assert not re.search("#[0-9A-F]{6}", json.dumps(FIGURES[name]))
    assert '"--' not in json.dumps(figures.resolved(FIGURES[name]))


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [215.4, 442.2])
def test_no_words_of_a_chart_touch_or_leave_it(name, width):
    drawing = laid_out(FIGURES[name], width=width)
    boxes = [(shape["text"], box(shape)) for shape in drawing.shapes if shape["kind"] == "words"]
    for place, (text, one) in enumerate(boxes):
        assert one[0] > -2, text
        assert one[2] < width + 2, text
        assert one[1] >= -1, text
        assert one[3] <= drawing.height + 1, text
        for other_text, other in boxes[place + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (text, other_text)


@given(
    tens=st.lists(st.integers(-500, 1200), min_size=1, max_size=20),
    target=st.integers(0, 1200),
    scale=st.sampled_from(["0.001", "0.1", "1", "1000", "123456"]),
    day=st.integers(0, 1900),
)
@settings(max_examples=60, deadline=None)
def test_the_words_of_any_course_stay_apart(tens, target, scale, day):
    values = [Decimal(ten) / 10 * Decimal(scale) for ten in tens]
    goal = Decimal(target) / 10 * Decimal(scale)
    points = [Point(START + dt.timedelta(90 * number + 90), value, f"{value}") for number, value in enumerate(values)]
    course = figures.trajectory(
        name="甲",
        unit="万平方米",
        actual=points,
        path=[Point(START, Decimal(0), "0"), Point(END, goal, "")],
        target=goal,
        target_label=f"目标{goal}万平方米",
        starts_on=START,
        ends_on=END,
        today=dt.date(2021, 1, 1) + dt.timedelta(day),
    )
    boxes = [box(shape) for shape in laid_out(course, width=215.4).shapes if shape["kind"] == "words"]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_nought_is_drawn_as_a_number():
    assert "0" in words_in(laid_out(FIGURES["course of nought"], width=215.4))
    assert FIGURES["course of nought"]["data"][0]["y"] == [0.0, 0.0, 0.0]


def test_points_may_come_in_any_order():
    shuffled = figures.trajectory(
        name="甲",
        unit="%",
        actual=list(reversed(year_points("1", "2", "3"))),
        path=[],
        target=None,
        target_label="",
        starts_on=START,
        ends_on=END,
        today=END,
    )
    assert shuffled["data"][0]["text"] == ["1", "2", "3"]


def test_provisional_points_are_hollow_and_said():
    points = [Point(dt.date(2021, 12, 31), Decimal(1), "1"), Point(dt.date(2022, 12, 31), Decimal(2), "2", True)]  # noqa: FBT003
    course = figures.trajectory(
        name="甲", unit="%", actual=points, path=[], target=None, target_label="目标3%",
        starts_on=START, ends_on=END, today=END,
    )  # fmt: skip
    assert course["data"][0]["marker"]["color"] == ["--chart-actual", "--chart-surface"]
    assert "2022年12月2（快报数）" in course["layout"]["meta"]["alt"]


def test_today_outside_the_plan_is_left_out():
    after = make_course("82", today=dt.date(2026, 3, 1))
    assert "今日" not in words_in(laid_out(after, width=215.4))
    assert "今日" in words_in(laid_out(make_course("82"), width=215.4))


def test_the_ranking_puts_the_farthest_behind_on_top_and_caps_the_bar_not_the_words():
    ranking = FIGURES["ranking"]
    assert ranking["layout"]["yaxis"]["ticktext"] == ["丙", "甲", "乙"]
    assert ranking["data"][0]["x"] == [0.0, 50.0, 100.0]
    assert ranking["data"][0]["text"] == ["-0.3", "0.5", "1.2"]


def test_statuses_of_which_there_are_none_are_left_out():
    assert [trace["name"] for trace in FIGURES["counts"]["data"]] == ["已达标 5", "未达标 1"]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [("80", "92", "80 85 90 95"), ("0", "1", "0.0 0.5 1.0"), ("-3", "4", "−4 −2 0 2 4"), ("0.636", "0.642", None)],
)
def test_ticks_are_round_enclose_the_values_and_are_written_alike(low, high, ticks):
    found = axes.nice_ticks(Decimal(low), Decimal(high))
    assert found[0] <= Decimal(low) < Decimal(high) <= found[-1]
    assert 3 <= len(found) <= 8
    assert len({text.partition(".")[2].__len__() for text in axes.alike(found)}) == 1
    if ticks is not None:
        assert axes.alike(found) == ticks.split()


@pytest.mark.parametrize(
    ("unit", "peak", "scaled"),
    [
        ("吨", "250000", "万吨"),
        ("吨", "99999", "吨"),
        ("万元", "120000", "亿元"),
        ("元", "250000000", "亿元"),
        ("%", "250000", "%"),
        ("千克/亩", "250000", "千克/亩"),
    ],
)
def test_an_axis_is_scaled_to_wan_and_yi(unit, peak, scaled):
    assert axes.scaled_unit(unit, Decimal(peak))[1] == scaled


def test_a_number_is_never_parted_and_a_mark_never_begins_a_line():
    assert in_lines("目标23.97千克/亩", 40) == ["目标23.97", "千克/亩"]
    assert in_lines("单位产值取水量（较基期下降）", 62) == ["单位产值取水量", "（较基期下降）"]
    lines = in_lines("在商务部绿色流通服务平台登记注册一次性塑料使用、回收法人企业", 150, 8)
    assert "".join(lines) == "在商务部绿色流通服务平台登记注册一次性塑料使用、回收法人企业"
    assert not any(line[0] in "、，。" for line in lines)
