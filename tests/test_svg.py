"""Pictures drawn by the server: valid, without inline style or script, and never telling by colour alone."""

import datetime as dt
import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from reports import figures, svg
from reports.overview_values import SeriesPoint
from reports.status_marks import ICONS, tone_counts, worst_tone
from reports.wheel_assets import WANTED, asset_path
from targets.labels import STATUS_LABELS
from targets.terms import Status

ROOT = __file__.rsplit("/tests/", 1)[0]


def parsed(markup):
    return ET.fromstring(f'<div xmlns:x="x">{markup}</div>')


def points(*values, expected=None):
    return [
        SeriesPoint(
            on=dt.date(2021 + number, 12, 31),
            label=str(2021 + number),
            actual=None if value is None else Decimal(value),
            expected=None if expected is None else Decimal(expected),
            status=Status.AT_RISK,
            is_provisional=False,
        )
        for number, value in enumerate(values)
    ]


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_icon_and_words(status):
    mark = parsed(svg.status_mark(status))
    assert "".join(mark.itertext()) == STATUS_LABELS[status]
    assert len(list(mark.iter("svg"))) == 1


def test_statuses_of_different_tone_have_different_shapes():
    shapes: dict[str, set[str]] = {}
    for tone, status in ((worst_tone([status]), status) for status in Status):
        shapes.setdefault(ICONS[status], set()).add(tone)
    assert all(len(tones) == 1 for tones in shapes.values())


def test_the_bar_of_half_a_promise_is_half_as_long_as_the_track():
    drawn = parsed(
        svg.bullet(status=Status.AT_RISK, progress=Decimal("0.5"), expected=Decimal("0.6"), words="完成进度50.0%")
    )
    track, bar = list(drawn.iter("rect"))
    assert float(bar.get("width")) * 2 == pytest.approx(float(track.get("width")), abs=0.2)
    assert next(drawn.iter("svg")).get("aria-label") == "完成进度50.0%"


@pytest.mark.parametrize(("progress", "edge"), [("-0.4", 0.0), ("3.2", svg.BULLET_WIDTH)])
def test_a_bar_stays_inside_its_picture(progress, edge):
    drawn = parsed(svg.bullet(status=Status.ACHIEVED, progress=Decimal(progress), expected=None, words=""))
    assert float(list(drawn.iter("rect"))[1].get("width")) == pytest.approx(edge)


def test_a_progress_of_zero_is_a_bar_and_none_is_nothing():
    assert "<svg" in svg.bullet(status=Status.OFF_TRACK, progress=Decimal(0), expected=Decimal(1), words="0.0%")
    assert svg.bullet(status=Status.ACHIEVED, progress=None, expected=None, words="—") == ""


def test_a_sparkline_leaves_out_what_is_missing_and_needs_two_points():
    drawn = parsed(svg.sparkline(points("1", None, "3"), words="走势"))
    assert len(next(drawn.iter("polyline")).get("points").split()) == 2
    assert svg.sparkline(points("1", None), words="走势") == ""


def test_a_sparkline_of_equal_values_is_a_level_line():
    drawn = parsed(svg.sparkline(points("0", "0", "0"), words="走势"))
    heights = {place.split(",")[1] for place in next(drawn.iter("polyline")).get("points").split()}
    assert len(heights) == 1


def test_a_stack_shows_each_part_and_says_it_in_words():
    drawn = parsed(svg.stack([("ok", 3), ("warn", 0), ("bad", 1)], words="正常3项，滞后1项"))
    good, bad = list(drawn.iter("rect"))
    assert float(good.get("width")) > 2.5 * float(bad.get("width"))
    assert svg.stack([("ok", 0)], words="") == ""


def test_counts_by_tone_keep_their_order_and_the_gravest_gives_the_tone():
    counts = tone_counts([Status.ACHIEVED, Status.NO_DATA, Status.MISSED])
    assert [(count.tone, count.count) for count in counts] == [("ok", 1), ("warn", 0), ("bad", 1), ("none", 1)]
    assert worst_tone([Status.ACHIEVED, Status.NO_DATA, Status.MISSED]) == "bad"
    assert worst_tone([Status.NO_DATA]) == "none"


def trajectory(name="回收率", unit="%"):
    def point(year, value):
        return figures.Point(dt.date(year, 12, 31), Decimal(value), f"{value}{unit}", provisional=year == 2023)

    return figures.trajectory(
        name=name,
        unit=unit,
        actual=[point(2021, "80"), point(2022, "83"), point(2023, "85")],
        path=[point(2020, "78"), point(2025, "92")],
        target=Decimal(92),
        target_label="目标92%",
        starts_on=dt.date(2020, 12, 31),
        ends_on=dt.date(2025, 12, 31),
        today=dt.date(2023, 12, 31),
    )


def test_a_trajectory_is_drawn_with_its_numbers_in_words():
    drawn = parsed(svg.drawing(trajectory()))
    label = next(drawn.iter("svg")).get("aria-label")
    assert "2023年12月85%（快报数）" in label
    assert "目标92%" in "".join(drawn.itertext())
    assert len(list(drawn.iter("circle"))) == 3


def test_a_ranking_is_drawn_bar_by_bar():
    bars = [
        figures.ProgressBar("甲", Status.ON_TRACK, Decimal("0.5"), Decimal("0.5"), Decimal(0), "50.0%"),
        figures.ProgressBar("乙", Status.OFF_TRACK, Decimal("0.1"), Decimal("0.5"), Decimal(-40), "10.0%"),
    ]
    drawn = parsed(svg.drawing(figures.gap_ranking(bars, name="农业")))
    assert [one.get("class") for one in drawn.iter("rect")] == ["f-status-bad", "f-status-good"]


def test_names_from_data_stay_text():
    picture = svg.drawing(trajectory(name='<script>alert("1")</script>'))
    assert "<script" not in picture


def test_no_picture_carries_inline_style():
    pictures = [
        svg.status_mark(Status.ACHIEVED),
        svg.status_icon(Status.MISSED),
        svg.bullet(status=Status.AT_RISK, progress=Decimal("0.5"), expected=Decimal("0.6"), words="一半"),
        svg.sparkline(points("1", "2", expected="1"), words="走势"),
        svg.stack([("ok", 1)], words="正常1项"),
        svg.drawing(trajectory()),
    ]
    assert not any("style" in picture for picture in pictures)


def test_every_colour_of_a_picture_is_in_the_style_sheet():
    with open(f"{ROOT}/static/css/charts.css", encoding="utf-8") as sheet:
        known = set(re.findall(r"\.([sf]-[a-z-]+) \{", sheet.read()))
    used = set(re.findall(r"[\" ]([sf]-(?:chart|status)-[a-z]+)", svg.drawing(trajectory())))
    assert used
    assert used <= known


def test_light_and_dark_name_the_same_colours():
    with open(f"{ROOT}/static/css/tokens.css", encoding="utf-8") as sheet:
        light, dark = sheet.read().split("@media", 1)
    only_light = {"--font", "--note", "--small", "--text", "--head", "--title", "--figure", "--radius"}
    names = set(re.findall(r"(--[a-z0-9-]+):", light))
    assert names - only_light == set(re.findall(r"(--[a-z0-9-]+):", dark))
    assert set(figures.PRINT_COLOURS) <= names


def test_the_chart_library_is_where_pages_look_for_it():
    library = asset_path(*WANTED["vendor/plotly.min.js"]).read_text(encoding="utf-8")
    with open(f"{ROOT}/static/js/charts.js", encoding="utf-8") as script:
        ours = script.read()
    unwanted = set(re.findall(r'getElementById\("([0-9a-f]{64})"\)', library))
    assert all(each in ours for each in unwanted)
    assert "showSendToCloud: false" in ours
    assert "plotlyServerURL: ''" in ours
