"""PURE: a chart description of reports.figures laid out as lines, areas, dots and words with their places.

Plotly lays its charts out in the browser; paper and the SVG that stands without scripts need the places beforehand.
Units are points from the upper left corner. Words that would touch are moved or broken here, so that whoever draws the
shapes has nothing left to decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from reports.figures import PRINT_COLOURS, Figure, resolved

Shape = dict[str, Any]
SIZE = 7.5  # points: words in a chart
SMALL = 7.0
HOLLOW = "hollow"  # in a legend: not a line but the mark of a figure that waits
PROGRESS_CAPTION = "横条：完成进度；竖线：时序进度（到本期应完成的比例）。单位：%"
"""Below a comparison of bars that brings no caption of its own."""
_TAIL = 3.0  # points between a mark and its words


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order in which they are painted; `alt` says in words what is seen."""

    title: str
    alt: str
    width: float
    height: float
    shapes: tuple[Shape, ...]

    def as_data(self) -> dict[str, Any]:
        """As JSON-able data for the layout of the briefing."""
        return {
            "title": self.title,
            "alt": self.alt,
            "width": self.width,
            "height": self.height,
            "shapes": list(self.shapes),
        }


@dataclass(frozen=True, slots=True)
class _Plot:
    """The inner rectangle of a chart and the two scales that lead into it."""

    left: float
    top: float
    width: float
    height: float
    across: Callable[[Any], float]
    down: Callable[[Any], float]


def laid_out(
    figure: Figure, *, width: float, height: float | None = None, colours: Mapping[str, str] = PRINT_COLOURS
) -> Drawing:
    """Lay a description out in a rectangle of points; without a height, the one its content needs."""
    spec = resolved(figure, colours)
    layout = spec["layout"]
    bars = [trace for trace in spec["data"] if trace["type"] == "bar"]
    tall = 0.0 if height is None else height
    if layout.get("barmode") == "stack":
        shapes, tall = _stacked(spec, bars, width, colours)
    elif bars:
        tall = tall or 22.0 * max(len(bars[0]["y"]), 1) + 44.0
        shapes = _ranking(spec, bars[0], width, tall, colours)
    else:
        tall = tall or 142.0
        shapes = _course(spec, width, tall, colours)
    return Drawing(layout["meta"]["title"], layout["meta"]["alt"], round(width, 2), round(tall, 2), tuple(shapes))


def words_width(text: str, size: float = SIZE) -> float:
    """About how wide the words are: a full square for each Chinese character, 0.56 of it for a Latin one."""
    return size * sum(0.56 if character.isascii() else 1.0 for character in text)


def in_lines(text: str, width: float, size: float = SIZE) -> list[str]:
    """The words broken into lines of about equal length that fit the width.

    A number or a Latin word is never parted, a closing mark never begins a line, an opening one never ends it.
    """
    count = max(1, math.ceil(words_width(text, size) / width))
    aim = words_width(text, size) / count
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[（《“‘]*(?:[\x21-\x7e]+|.)", text):
        longer = words_width(line + piece, size)
        full = longer > width or (longer > aim + size and len(lines) < count - 1)
        if line and full and piece not in "，。、；：）”》":
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line]


def _course(spec: Figure, width: float, height: float, colours: Mapping[str, str]) -> list[Shape]:
    layout, ink, muted = spec["layout"], colours["--chart-ink"], colours["--chart-muted"]
    left = 6 + max(words_width(text) for text in layout["yaxis"]["ticktext"])
    levels = [note for note in layout["annotations"] if note["xanchor"] == "left"]
    right = 8 + max((words_width(line) for note in levels for line in in_lines(note["text"], 52)), default=0)
    plot = _plot(layout, left=left, top=26, width=width - left - right, height=height - 26 - 34)
    shapes: list[Shape] = [_words(0, 6, layout["yaxis"]["title"]["text"], muted, size=SMALL)]
    for rect in (each for each in layout["shapes"] if each["type"] == "rect"):
        top, foot = plot.down(rect["y1"]), plot.down(rect["y0"])
        shapes.append(_rect(plot.left, top, plot.width, foot - top, rect["fillcolor"]))
    for value, text in zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True):
        y = plot.down(value)
        shapes.append(_line(plot.left, y, plot.left + plot.width, y, colours["--chart-grid"], 0.4))
        shapes.append(_words(plot.left - _TAIL, y, text, ink, anchor="end"))
    foot = plot.top + plot.height
    shapes.append(_line(plot.left, foot, plot.left + plot.width, foot, muted, 0.7))
    for value, text in zip(layout["xaxis"]["tickvals"], layout["xaxis"]["ticktext"], strict=True):
        shapes.append(_words(plot.across(value), foot + 8, text, ink, anchor="middle"))
    for rule in (each for each in layout["shapes"] if each["type"] == "line"):
        pen = rule["line"]
        ends = (plot.across(rule["x0"]), plot.down(rule["y0"]), plot.across(rule["x1"]), plot.down(rule["y1"]))
        shapes.append(_line(*ends, pen["color"], pen["width"], pen.get("dash", "solid")))
    for trace in spec["data"]:
        shapes.extend(_series(trace, plot))
    shapes.extend(_last_value(spec, plot, colours))
    for note in layout["annotations"]:
        shapes.extend(_note(note, plot))
    return shapes + _legend(_course_legend(spec, colours), width, height - 8, ink)


def _series(trace: dict[str, Any], plot: _Plot) -> list[Shape]:
    points = [[plot.across(x), plot.down(y)] for x, y in zip(trace["x"], trace["y"], strict=True)]
    if "lines" not in trace["mode"]:  # figures that wait: hollow diamonds, on no line
        return [_diamond(x, y, 4.0, trace["marker"]["line"]["color"]) for x, y in points]
    pen, shapes = trace["line"], []
    if len(points) > 1:
        path = {"kind": "path", "points": [[round(x, 2), round(y, 2)] for x, y in points]}
        shapes.append({**path, "colour": pen["color"], "width": pen["width"], "dash": pen.get("dash", "solid")})
    if "markers" in trace["mode"]:
        many = len(points) > 8  # quarterly points stay small
        for (x, y), fill in zip(points, trace["marker"]["color"], strict=True):
            shapes.append(_dot(x, y, 1.4 if many else 2.0, fill, pen["color"]))
    return shapes


def _last_value(spec: Figure, plot: _Plot, colours: Mapping[str, str]) -> list[Shape]:
    """The newest actual value beside its point, where it covers the least of lines and points."""
    for trace in spec["data"]:
        for number in trace.get("meta", {}).get("labelled", []):
            x, y, text = plot.across(trace["x"][number]), plot.down(trace["y"][number]), trace["text"][number]
            half = words_width(text) / 2 + 1
            strokes = _strokes(spec, plot)
            beside = [(dx, dy) for dx in (half + 5, -half - 5) for dy in (0.0, -9.0, 10.0)]
            near = [(dx, dy) for dx in (0.0, -half, half) for dy in (-9.0, 10.0)] + beside
            far = [(dx, dy) for dy in (-17.0, 18.0, 26.0, -25.0) for dx in (0.0, -half, half)]
            offsets = [*near, *far]
            dx, dy = min(offsets, key=lambda by: _cost((x + by[0], y + by[1]), half, strokes, plot) + abs(by[1]) / 20)
            return [_words(x + dx, y + dy, text, colours["--chart-actual"], anchor="middle", bold=True)]
    return []


def _strokes(spec: Figure, plot: _Plot) -> list[tuple[float, float]]:
    """Points along every line of the chart, close enough to see what words would cover."""
    lines: list[list[tuple[Any, Any]]] = [list(zip(trace["x"], trace["y"], strict=True)) for trace in spec["data"]]
    lines += [[point, point] for line in lines if len(line) == 1 for point in line]
    lines += [[(each["x0"], each["y0"]), (each["x1"], each["y1"])] for each in spec["layout"]["shapes"]]
    dots = []
    for line in lines:
        places = [(plot.across(x), plot.down(y)) for x, y in line]
        for (x1, y1), (x2, y2) in pairwise(places):
            steps = max(1, int(math.hypot(x2 - x1, y2 - y1) / 2))
            dots += [(x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps) for step in range(steps + 1)]
    return dots


def _cost(place: tuple[float, float], half: float, strokes: list[tuple[float, float]], plot: _Plot) -> float:
    x, y = place
    covered = sum(abs(dot_x - x) < half and abs(dot_y - y) < 5.5 for dot_x, dot_y in strokes)
    outside = (
        x - half < plot.left or x + half > plot.left + plot.width or not plot.top + 4 < y < plot.top + plot.height - 4
    )
    return covered + (1000 if outside else 0)


def _note(note: dict[str, Any], plot: _Plot) -> list[Shape]:
    x, y, colour = plot.across(note["x"]), plot.down(note["y"]), note["font"]["color"]
    if note["xanchor"] == "left":  # the target, in the right margin
        lines = in_lines(note["text"], 52)
        rest = 9.0 * (len(lines) - 1)
        first = min(y - rest / 2, plot.top + plot.height - 1 - rest)  # clear of the years below
        return [_words(x + 4, first + 9 * number, line, colour) for number, line in enumerate(lines)]
    # The day, above its line and on the side where there is more room.
    anchor = "end" if x > plot.left + plot.width / 2 else "start"
    return [_words(x + (2 if anchor == "end" else -2), plot.top - 6, note["text"], colour, anchor=anchor, size=SMALL)]


def _course_legend(spec: Figure, colours: Mapping[str, str]) -> list[tuple[str, str, str]]:
    entries = [
        (trace["name"], trace["line"]["color"], trace["line"].get("dash", "solid"))
        if "lines" in trace["mode"]
        else (trace["name"], trace["marker"]["line"]["color"], HOLLOW)
        for trace in spec["data"]
    ]
    if any(shape["type"] == "line" and shape["y0"] == shape["y1"] for shape in spec["layout"]["shapes"]):
        entries.append(("目标值", colours["--chart-target"], "solid"))
    if any(shape["type"] == "rect" for shape in spec["layout"]["shapes"]):
        entries.append(("目标区间", colours["--chart-band"], "solid"))
    return entries


def _legend(entries: list[tuple[str, str, str]], width: float, y: float, ink: str) -> list[Shape]:
    shapes: list[Shape] = []
    x = (width - sum(words_width(name) + 30 for name, _, _ in entries) + 10) / 2
    for name, colour, dash in entries:
        mark = _diamond(x + 7, y, 4.0, colour) if dash == HOLLOW else _line(x, y, x + 14, y, colour, 1.6, dash)
        shapes.append(mark)
        shapes.append(_words(x + 17, y, name, ink))
        x += words_width(name) + 30
    return shapes


def _ranking(spec: Figure, bar: dict[str, Any], width: float, height: float, colours: Mapping[str, str]) -> list[Shape]:
    layout, ink, muted = spec["layout"], colours["--chart-ink"], colours["--chart-muted"]
    names = layout["yaxis"]["ticktext"]
    room = min(width * 0.36, 9 + max((words_width(name, 8) for name in names), default=0))
    tail = 8 + max((words_width(text) for text in bar["text"]), default=0)
    plot = _plot(layout, left=room, top=4, width=width - room - tail, height=height - 4 - 38)
    shapes: list[Shape] = []
    for value, text in zip(layout["xaxis"]["tickvals"], layout["xaxis"]["ticktext"], strict=True):
        x = plot.across(value)
        shapes.append(_line(x, plot.top, x, plot.top + plot.height, colours["--chart-grid"], 0.4))
        shapes.append(_words(x, plot.top + plot.height + 7, text, ink, anchor="middle"))
    slot = plot.height / max(len(names), 1)
    nought = plot.across(0)
    for place, name in enumerate(names):
        y, end = plot.down(place), plot.across(bar["x"][place])
        left, length = min(nought, end), abs(end - nought)
        shapes.append(_rect(left, y - slot * 0.25, length, slot * 0.5, bar["marker"]["color"][place]))
        lines = in_lines(name, room - 8, 8)
        if len(lines) > 2:
            lines = [lines[0], f"{lines[1][:-1]}…"]
        for number, line in enumerate(lines):
            offset = (number - (len(lines) - 1) / 2) * 9
            shapes.append(_words(plot.left - 5, y + offset, line, ink, anchor="end", size=8))
        shapes.append(_words(plot.left + plot.width + 5, y, bar["text"][place], ink))
    for trace in (each for each in spec["data"] if each["type"] == "scatter"):
        for value, place in zip(trace["x"], trace["y"], strict=True):
            x, y = plot.across(value), plot.down(place)
            shapes.append(_line(x, y - slot * 0.38, x, y + slot * 0.38, ink, 1.4))
    shapes.append(_line(nought, plot.top, nought, plot.top + plot.height, muted, 0.7))
    y = height - 12
    caption = layout["meta"].get("caption", PROGRESS_CAPTION)
    return [*shapes, _words(width / 2, y, caption, muted, anchor="middle", size=SMALL)]


def _stacked(
    spec: Figure, bars: list[dict[str, Any]], width: float, colours: Mapping[str, str]
) -> tuple[list[Shape], float]:
    """The bar with its words inside where they fit, and the legend in as many lines as it needs; and the height."""
    total = spec["layout"]["xaxis"]["range"][1]
    shapes: list[Shape] = []
    x = 0.0
    for trace in bars:
        wide = width * trace["x"][0] / total
        shapes.append(_rect(x, 2, wide - 1, 18, trace["marker"]["color"]))
        # On the two darkest fills the words are white, on the others ink, so that they stay legible.
        dark = trace["marker"]["color"] in (colours["--status-good"], colours["--status-bad"])
        tone = colours["--chart-surface"] if dark else colours["--chart-ink"]
        words = next((each for each in (trace["name"], trace["text"][0]) if words_width(each, 9) < wide - 4), "")
        if words:
            shapes.append(_words(x + wide / 2, 11, words, tone, anchor="middle", size=9, bold=True))
        x += wide
    x, y = 0.0, 31.0
    for trace in bars:
        need = words_width(trace["name"]) + 22
        if x + need > width and x > 0:
            x, y = 0.0, y + 12
        shapes.append(_rect(x, y - 3.5, 7, 7, trace["marker"]["color"]))
        shapes.append(_words(x + 10, y, trace["name"], colours["--chart-ink"]))
        x += need
    return shapes, y + 9


def _plot(layout: dict[str, Any], *, left: float, top: float, width: float, height: float) -> _Plot:
    first, last = (_number(edge) for edge in layout["xaxis"]["range"])
    low, high = layout["yaxis"]["range"]
    span, rise = (last - first) or 1.0, (high - low) or 1.0
    return _Plot(
        left,
        top,
        width,
        height,
        across=lambda value: left + width * (_number(value) - first) / span,
        down=lambda value: top + height * (high - float(value)) / rise,
    )


def _number(value: Any) -> float:
    return float(date.fromisoformat(value).toordinal()) if isinstance(value, str) else float(value)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "solid") -> Shape:
    ends = {"x1": round(x1, 2), "y1": round(y1, 2), "x2": round(x2, 2), "y2": round(y2, 2)}
    return {"kind": "line", **ends, "colour": colour, "width": width, "dash": dash}


def _rect(x: float, y: float, w: float, h: float, colour: str) -> Shape:
    return {"kind": "rect", "x": round(x, 2), "y": round(y, 2), "w": round(w, 2), "h": round(h, 2), "colour": colour}


def _dot(x: float, y: float, r: float, fill: str, colour: str) -> Shape:
    return {"kind": "dot", "x": round(x, 2), "y": round(y, 2), "r": r, "fill": fill, "colour": colour}


def _diamond(x: float, y: float, r: float, colour: str) -> Shape:
    corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y), (x, y - r)]
    points = [[round(across, 2), round(down, 2)] for across, down in corners]
    return {"kind": "path", "points": points, "colour": colour, "width": 1.2, "dash": "solid"}


def _words(
    x: float, y: float, text: str, colour: str, *, anchor: str = "start", size: float = SIZE, bold: bool = False
) -> Shape:
    place = {"x": round(x, 2), "y": round(y, 2), "anchor": anchor}
    return {"kind": "words", **place, "text": text, "size": size, "bold": bold, "colour": colour}
