"""PURE: values in, one chart description out, as a plain Plotly dict for page, SVG twin and briefing alike.

A description names colours by CSS variable (“--chart-actual”), so that light, dark and print share it; `resolved`
puts real colours in. Ticks, ranges and every number that is read are worked out here: coordinates are floats because
they are places on a surface, but each printed number is text made from the Decimal. `layout.meta` carries the title and
the text for those who do not see the chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.axes import alike, nice_ticks, scaled_unit
from targets.labels import STATUS_LABELS
from targets.terms import Status

Figure = dict[str, Any]

PRINT_COLOURS: Mapping[str, str] = {
    "--chart-ink": "#1B2432",
    "--chart-muted": "#5C6879",
    "--chart-grid": "#DDE3EC",
    "--chart-surface": "#FFFFFF",
    "--chart-actual": "#154C97",
    "--chart-path": "#5C6879",
    "--chart-target": "#A8141E",
    "--chart-band": "#E1ECF9",
    "--status-good": "#0B7F73",
    "--status-risk": "#C77700",
    "--status-bad": "#A8141E",
    "--status-none": "#B7C2D1",
}
"""The light palette, on paper and by default; a dark page gives its own values for the same names."""

PENDING_NAME = "待审"
"""How figures that were sent and are not approved yet are called in a chart."""

STATUS_COLOURS: Mapping[Status, str] = {
    Status.ACHIEVED: "--status-good",
    Status.ON_TRACK: "--status-good",
    Status.AT_RISK: "--status-risk",
    Status.NOT_YET_MET: "--status-risk",
    Status.OFF_TRACK: "--status-bad",
    Status.MOVING_AWAY: "--status-bad",
    Status.MISSED: "--status-bad",
    Status.NO_FINAL_FIGURE: "--status-none",
    Status.TOO_EARLY: "--status-none",
    Status.BASELINE_MISSING: "--status-none",
    Status.NO_DATA: "--status-none",
    Status.NOT_ASSESSED: "--status-none",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A value on a day; `label` is the number as it is read, provisional points are drawn hollow."""

    on: date
    value: Decimal
    label: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """One indicator of a ranking: shares of the promise as fractions (0.5 is half), `label` beside the bar.

    `progress` is None where the indicator has no share (a level to be held, no figure): it is not drawn.
    """

    name: str
    status: Status
    progress: Decimal | None
    expected: Decimal | None
    lead_points: Decimal | None
    label: str


def trajectory(
    *,
    name: str,
    unit: str,
    actual: Sequence[Point],
    path: Sequence[Point],
    target: Decimal | None,
    target_label: str,
    starts_on: date,
    ends_on: date,
    today: date,
    today_label: str = "今日",
    band: tuple[Decimal, Decimal] | None = None,
    pending: Sequence[Point] = (),
) -> Figure:
    """The course of one indicator: planned path, actual points, target line, and today.

    All values are in `unit`. `band` is drawn as an area in place of a target line. `today` is left out where it lies
    outside the plan; `today_label` names it. `pending` are figures that wait for approval: hollow, off the line, named.
    Points come in any order.
    """
    actual = sorted(actual, key=lambda point: point.on)
    pending = sorted(pending, key=lambda point: point.on)
    values = [point.value for point in (*actual, *path, *pending)] + list(band or ())
    if target is not None:
        values.append(target)
    scale, unit_words = scaled_unit(unit, max((abs(value) for value in values), default=Decimal(0)))
    ticks = nice_ticks(min(values, default=Decimal(0)) / scale, max(values, default=Decimal(1)) / scale)

    def place(value: Decimal) -> float:
        return float(value / scale)

    traces: list[dict[str, Any]] = []
    if path:
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "计划路径",
                "x": [point.on.isoformat() for point in path],
                "y": [place(point.value) for point in path],
                "text": [point.label for point in path],
                "hovertemplate": "计划 %{text}<extra></extra>",
                "line": {"color": "--chart-path", "width": 1.2, "dash": "dash"},
            }
        )
    if actual:
        last = len(actual) - 1
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "实际值",
                "x": [point.on.isoformat() for point in actual],
                "y": [place(point.value) for point in actual],
                "text": [point.label for point in actual],
                "hovertemplate": "实际 %{text}<extra></extra>",
                "line": {"color": "--chart-actual", "width": 1.8},
                "marker": {
                    "size": 6,
                    "color": ["--chart-surface" if point.provisional else "--chart-actual" for point in actual],
                    "line": {"color": "--chart-actual", "width": 1.2},
                },
                "meta": {"labelled": [last]},
            }
        )
    if pending:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": PENDING_NAME,
                "x": [point.on.isoformat() for point in pending],
                "y": [place(point.value) for point in pending],
                "text": [point.label for point in pending],
                "texttemplate": PENDING_NAME,
                "textposition": "bottom left",
                "hovertemplate": f"{PENDING_NAME} %{{text}}<extra></extra>",
                "cliponaxis": False,
                "marker": {
                    "symbol": "diamond",
                    "size": 10,
                    "color": "--chart-surface",
                    "line": {"color": "--chart-actual", "width": 1.4},
                },
            }
        )
    years = range(starts_on.year, ends_on.year + 1)
    shapes: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    if band is not None:
        shapes.append(_area(starts_on, ends_on, place(band[0]), place(band[1])))
    elif target is not None:
        shapes.append(_level(starts_on, ends_on, place(target)))
    if target is not None or band is not None:
        height = place(target) if band is None and target is not None else place(sum(band or (), Decimal(0)) / 2)
        annotations.append(_note(ends_on, height, target_label, "--chart-target", "left", "middle"))
    if starts_on < today < ends_on:
        shapes.append(_upright(today, float(ticks[0]), float(ticks[-1])))
        annotations.append(_note(today, float(ticks[-1]), today_label, "--chart-muted", "center", "bottom"))
    return {
        "data": traces,
        "layout": {
            **_frame(name, _trajectory_words(name, unit, actual, target_label, pending)),
            "xaxis": {
                "type": "date",
                "range": [starts_on.isoformat(), ends_on.isoformat()],
                "tickvals": [date(year, 12, 31).isoformat() for year in years if date(year, 12, 31) <= ends_on],
                "ticktext": [str(year) for year in years if date(year, 12, 31) <= ends_on],
                "tickangle": 0,
                "fixedrange": True,
                "showgrid": False,
            },
            "yaxis": {
                "title": {"text": f"单位：{unit_words}（横轴为各年年末）"},
                "range": [float(ticks[0]), float(ticks[-1])],
                "tickvals": [float(tick) for tick in ticks],
                "ticktext": alike(ticks),
                "fixedrange": True,
                "gridcolor": "--chart-grid",
            },
            "shapes": shapes,
            "annotations": annotations,
        },
    }


def status_counts(counts: Sequence[tuple[Status, int]]) -> Figure:
    """One bar, divided by status in the order given; statuses of which there are none are left out."""
    shown = [(status, count) for status, count in counts if count > 0]
    total = sum(count for _, count in shown)
    words = "、".join(f"{STATUS_LABELS[status]}{count}项" for status, count in shown) or "没有指标"
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": f"{STATUS_LABELS[status]} {count}",
                "x": [count],
                "y": [0],
                "width": 0.9,
                "text": [str(count)],
                "textposition": "inside",
                "hovertemplate": f"{STATUS_LABELS[status]} {count}项<extra></extra>",
                "marker": {"color": STATUS_COLOURS[status], "line": {"color": "--chart-surface", "width": 1}},
            }
            for status, count in shown
        ],
        "layout": {
            **_frame(f"指标状态分布（共{total}项）", f"共{total}项指标：{words}。"),
            "barmode": "stack",
            "xaxis": {"visible": False, "range": [0, max(total, 1)], "fixedrange": True},
            "yaxis": {"visible": False, "range": [-0.5, 0.5], "fixedrange": True},
        },
    }


def gap_ranking(bars: Sequence[ProgressBar], *, name: str) -> Figure:
    """The indicators of a sector by how far they are behind or ahead, the farthest behind on top.

    The bar is the share of the promise that is done, from nought to 100 %; the upright mark is the share expected by
    now. Indicators without a share are not drawn: the caller names them beside the chart.
    """
    drawn = [bar for bar in bars if bar.progress is not None]
    drawn.sort(key=lambda bar: (bar.lead_points is None, bar.lead_points or Decimal(0), bar.name))
    places = list(range(len(drawn)))
    marked = [(place, bar.expected) for place, bar in zip(places, drawn, strict=True) if bar.expected is not None]
    words = "；".join(f"{bar.name}{bar.label}" for bar in drawn) or "没有可比较的指标"
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": "完成进度",
                "x": [_percent(bar.progress) for bar in drawn if bar.progress is not None],
                "y": places,
                "width": 0.5,
                "text": [bar.label for bar in drawn],
                "textposition": "none",
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"color": [STATUS_COLOURS[bar.status] for bar in drawn]},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": "时序进度",
                "x": [_percent(expected) for _, expected in marked],
                "y": [place for place, _ in marked],
                "hoverinfo": "skip",
                "marker": {
                    "symbol": "line-ns",
                    "size": 14,
                    "color": "--chart-ink",
                    "line": {"color": "--chart-ink", "width": 1.6},
                },
            },
        ],
        "layout": {
            **_frame(f"{name}各指标完成进度", f"{words}。"),
            "xaxis": {
                "title": {"text": "承诺变化量的完成比例，%"},
                "range": [0, 100],
                "tickvals": [0, 25, 50, 75, 100],
                "ticktext": ["0", "25", "50", "75", "100"],
                "tickangle": 0,
                "fixedrange": True,
                "gridcolor": "--chart-grid",
            },
            "yaxis": {
                "range": [len(drawn) - 0.5, -0.5],
                "tickvals": places,
                "ticktext": [bar.name for bar in drawn],
                "fixedrange": True,
                "showgrid": False,
            },
            "annotations": [_aside(place, bar.label) for place, bar in zip(places, drawn, strict=True)],
        },
    }


def resolved(figure: Figure, colours: Mapping[str, str] = PRINT_COLOURS) -> Figure:
    """The same description with every colour name replaced. Raises KeyError for a name the palette lacks."""

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walked(each) for key, each in value.items()}
        if isinstance(value, list):
            return [walked(each) for each in value]
        return colours[value] if isinstance(value, str) and value.startswith("--") else value

    return {key: walked(value) for key, value in figure.items()}


def _percent(share: Decimal) -> float:
    return float(min(max(share, Decimal(0)), Decimal(1)) * 100)


def _frame(title: str, words: str) -> dict[str, Any]:
    return {
        "meta": {"title": title, "alt": words},
        "paper_bgcolor": "--chart-surface",
        "plot_bgcolor": "--chart-surface",
        "font": {"color": "--chart-ink", "size": 12},
        "showlegend": False,
        "margin": {"l": 48, "r": 72, "t": 24, "b": 28},
    }


def _trajectory_words(
    name: str, unit: str, actual: Sequence[Point], target_label: str, pending: Sequence[Point]
) -> str:
    waiting = f"{PENDING_NAME}（尚未审核通过，不计入评价）：{_read(pending)}。" if pending else ""
    if not actual:
        return f"{name}，单位{unit}，{target_label}，尚无实际值。{waiting}"
    return f"{name}，单位{unit}，{target_label}。各期实际值：{_read(actual)}。{waiting}"


def _read(points: Sequence[Point]) -> str:
    return "，".join(
        f"{point.on.year}年{point.on.month}月{point.label}{'（快报数）' if point.provisional else ''}"
        for point in points
    )


def _level(start: date, end: date, height: float) -> dict[str, Any]:
    line = {"color": "--chart-target", "width": 1.2}
    return {
        "type": "line",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": height,
        "y1": height,
        "line": line,
    }


def _upright(on: date, low: float, high: float) -> dict[str, Any]:
    line = {"color": "--chart-muted", "width": 0.8, "dash": "dot"}
    return {"type": "line", "x0": on.isoformat(), "x1": on.isoformat(), "y0": low, "y1": high, "line": line}


def _area(start: date, end: date, low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": low,
        "y1": high,
        "fillcolor": "--chart-band",
        "layer": "below",
        "line": {"width": 0},
    }


def _aside(place: int, text: str) -> dict[str, Any]:
    """Words of a bar in a column of their own, right of the plot, where no mark crosses them."""
    return {
        "x": 100,
        "y": place,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": 6,
        "font": {"color": "--chart-ink", "size": 12},
    }


def _note(on: date, height: float, text: str, colour: str, xanchor: str, yanchor: str) -> dict[str, Any]:
    return {
        "x": on.isoformat(),
        "y": height,
        "text": text,
        "showarrow": False,
        "xanchor": xanchor,
        "yanchor": yanchor,
        "font": {"color": colour, "size": 11},
    }
