"""PURE: the parts of a city side by side, as one chart description: a bar for each area, a mark for the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.axes import alike, nice_ticks, scaled_unit
from reports.figures import Figure


@dataclass(frozen=True, slots=True)
class AreaBar:
    """One area's figure in the indicator's unit; `label` is the number as it is read beside the bar.

    `counts` is False for an area that is shown beside the others and is no part of their sum.
    """

    name: str
    value: Decimal
    label: str
    counts: bool = True


def area_bars(
    bars: Sequence[AreaBar],
    *,
    name: str,
    unit: str,
    period: str,
    whole: Decimal | None = None,
    whole_label: str = "",
) -> Figure:
    """The areas in the order given, the first on top. Areas without a figure are not drawn: the caller names them.

    `whole` is the whole area's figure on the same scale (a rate), drawn as an upright mark; a sum has none.
    """
    values = [bar.value for bar in bars] + ([] if whole is None else [whole])
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    if low == high:
        high = Decimal(1)
    scale, unit_words = scaled_unit(unit, max(abs(low), abs(high)))
    ticks = nice_ticks(low / scale, high / scale)
    places = list(range(len(bars)))
    apart = "；灰色：单列，不计入合计" if any(not bar.counts for bar in bars) else ""
    mark = f"；竖线：全市（{whole_label}）" if whole is not None else ""
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": period,
            "x": [float(bar.value / scale) for bar in bars],
            "y": places,
            "width": 0.5,
            "text": [bar.label for bar in bars],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"color": ["--chart-actual" if bar.counts else "--chart-path" for bar in bars]},
        }
    ]
    if whole is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "全市",
                "x": [float(whole / scale)] * len(bars),
                "y": places,
                "hoverinfo": "skip",
                "marker": {
                    "symbol": "line-ns",
                    "size": 14,
                    "color": "--chart-ink",
                    "line": {"color": "--chart-ink", "width": 1.6},
                },
            }
        )
    read = "；".join(f"{bar.name}{bar.label}{'' if bar.counts else '（不计入合计）'}" for bar in bars)
    caption = f"横条：{period}数{apart}{mark}。单位：{unit_words}"
    words = f"{read or '没有可比较的数'}{f'；全市{whole_label}' if whole is not None else ''}。"
    return {
        "data": traces,
        "layout": {
            "meta": {
                "title": f"{name}：{period}各县区",
                "alt": words,
                "caption": caption,
            },
            "paper_bgcolor": "--chart-surface",
            "plot_bgcolor": "--chart-surface",
            "font": {"color": "--chart-ink", "size": 12},
            "showlegend": False,
            "margin": {"l": 48, "r": 72, "t": 24, "b": 28},
            "xaxis": {
                "title": {"text": caption},
                "range": [float(ticks[0]), float(ticks[-1])],
                "tickvals": [float(tick) for tick in ticks],
                "ticktext": alike(ticks),
                "tickangle": 0,
                "fixedrange": True,
                "gridcolor": "--chart-grid",
            },
            "yaxis": {
                "range": [len(bars) - 0.5, -0.5],
                "tickvals": places,
                "ticktext": [bar.name for bar in bars],
                "fixedrange": True,
                "showgrid": False,
            },
            "annotations": [_aside(float(ticks[-1]), place, bar.label) for place, bar in enumerate(bars)],
        },
    }


def _aside(edge: float, place: int, text: str) -> dict[str, Any]:
    """Words of a bar right of the plot, in a column of their own."""
    return {
        "x": edge,
        "y": place,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": 6,
        "font": {"color": "--chart-ink", "size": 12},
    }
