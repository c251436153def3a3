"""Charts and marks drawn by the server as SVG: no script, no inline style, readable in print and by a screen reader.

Coordinates are floats because they are places on a surface; every number that is read comes as text.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reports.drawing import Shape, laid_out
from reports.figures import PRINT_COLOURS, Figure
from reports.overview_values import SeriesPoint
from reports.status_marks import ICONS
from targets.labels import STATUS_LABELS, STATUS_TONES
from targets.terms import Status

BULLET_WIDTH, BULLET_HEIGHT, BULLET_ROOM = 96.0, 16, Decimal("1.08")
SPARK_WIDTH, SPARK_HEIGHT = 84.0, 24.0
NAMES = {name: name for name in PRINT_COLOURS}
"""A palette in which every colour stands for itself: the drawing keeps the names, style sheets give the colours."""


def status_mark(status: Status, label: str = "") -> SafeString:
    """Icon and words of a status; the words are the system's own label unless others are given."""
    return format_html(
        '<span class="st st-{}"><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">'
        "{}</svg>{}</span>",
        STATUS_TONES[status],
        mark_safe(ICONS[status]),  # our own constant, no data in it
        label or STATUS_LABELS[status],
    )


def status_icon(status: Status) -> SafeString:
    """The icon of a status alone; a screen reader hears the words."""
    return format_html(
        '<span class="st st-{}"><svg viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="{}">{}</svg>'
        "</span>",
        STATUS_TONES[status],
        STATUS_LABELS[status],
        mark_safe(ICONS[status]),  # our own constant, no data in it
    )


def bullet(*, status: Status, progress: Decimal | None, expected: Decimal | None, words: str) -> SafeString:
    """Progress as a bar up to 100 %, with a tick for the promise and a dashed one for where it should be by now.

    `progress` and `expected` are shares of the promise (0.5 is half); what lies outside 0 … 1.08 is drawn at the edge,
    the words beside it carry the number. Empty without a share.
    """
    if progress is None:
        return mark_safe("")

    def place(share: Decimal) -> float:
        inside = min(max(share, Decimal(0)), BULLET_ROOM)
        return round(float(inside / BULLET_ROOM) * BULLET_WIDTH, 1)

    today = "" if expected is None else format_html('<path class="today" d="M{} 1v14"/>', place(expected))
    return format_html(
        '<svg class="bullet" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{words}">'
        '<rect class="track" x="0" y="3" width="{goal}" height="10" rx="1"/>'
        '<rect class="fill-{tone}" x="0" y="5" width="{bar}" height="6" rx="1"/>'
        '<path class="goal" d="M{goal} 1v14"/>{today}</svg>',
        w=BULLET_WIDTH,
        h=BULLET_HEIGHT,
        words=words,
        goal=place(Decimal(1)),
        bar=place(progress),
        tone=STATUS_TONES[status],
        today=today,
    )


def sparkline(series: Sequence[SeriesPoint], *, words: str) -> SafeString:
    """The course of the actual value as a small line, the newest point marked in the colour of its status."""
    known = [(number, point) for number, point in enumerate(series) if point.actual is not None]
    if len(known) < 2:
        return mark_safe("")
    values = [point.actual for _, point in known if point.actual is not None]
    expected = [(number, point.expected) for number, point in enumerate(series) if point.expected is not None]
    every = [*values, *(value for _, value in expected)]
    low, span = min(every), (max(every) - min(every)) or Decimal(1)
    last = max(len(series) - 1, 1)

    def place(number: int, value: Decimal) -> str:
        across = 3 + number * (SPARK_WIDTH - 8) / last
        down = SPARK_HEIGHT - 4 - float((value - low) / span) * (SPARK_HEIGHT - 8)
        return f"{across:.1f},{down:.1f}"

    line = " ".join(place(number, value) for (number, _), value in zip(known, values, strict=True))
    plan = " ".join(place(number, value) for number, value in expected)
    x, y = line.rsplit(" ", 1)[-1].split(",")
    return format_html(
        '<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{words}">'
        '{plan}<polyline points="{line}"/><circle class="fill-{tone}" cx="{x}" cy="{y}" r="2.6"/></svg>',
        w=SPARK_WIDTH,
        h=SPARK_HEIGHT,
        words=words,
        plan=format_html('<polyline class="path" points="{}"/>', plan) if len(expected) > 1 else "",
        line=line,
        tone=STATUS_TONES[known[-1][1].status],
        x=x,
        y=y,
    )


def stack(parts: Sequence[tuple[str, int]], *, words: str, height: int = 10) -> SafeString:
    """Counts as one bar of coloured parts; `parts` are (tone, count) in order, parts of none are left out."""
    width = 240.0
    total = sum(count for _, count in parts)
    if total == 0:
        return mark_safe("")
    bars, start = [], 0.0
    for tone, count in parts:
        if count:
            length = count / total * width
            bars.append((tone, round(start, 1), round(max(length - 0.6, 0.6), 1), height))
            start += length
    return format_html(
        '<svg class="stack" viewBox="0 0 {} {}" height="{}" preserveAspectRatio="none" role="img" aria-label="{}">'
        "{}</svg>",
        width,
        height,
        height,
        words,
        format_html_join("", '<rect class="fill-{}" x="{}" y="0" width="{}" height="{}"/>', bars),
    )


def drawing(figure: Figure, *, width: float = 360.0, height: float | None = None) -> SafeString:
    """The SVG twin of a chart description: the same places as on paper, coloured by the style sheet.

    `width` and `height` are units of the drawing (points on paper); the page scales the whole to its column.
    """
    twin = laid_out(figure, width=width, height=height, colours=NAMES)
    return format_html(
        '<svg class="drawing" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        twin.width,
        twin.height,
        f"{twin.title}。{twin.alt}",
        format_html_join("", "{}", ((_shape(shape),) for shape in twin.shapes)),
    )


def _shape(shape: Shape) -> SafeString:
    kind = shape["kind"]
    colour = shape["colour"].lstrip("-")
    if kind == "line":
        return format_html(
            '<path class="pen s-{}{}" stroke-width="{}" d="M{} {}L{} {}"/>',
            colour,
            _dashes(shape),
            shape["width"],
            shape["x1"],
            shape["y1"],
            shape["x2"],
            shape["y2"],
        )
    if kind == "path":
        points = " ".join(f"{x},{y}" for x, y in shape["points"])
        return format_html(
            '<polyline class="pen s-{}{}" stroke-width="{}" points="{}"/>',
            colour,
            _dashes(shape),
            shape["width"],
            points,
        )
    if kind == "rect":
        return format_html(
            '<rect class="f-{}" x="{}" y="{}" width="{}" height="{}"/>',
            colour,
            shape["x"],
            shape["y"],
            max(shape["w"], 0),
            max(shape["h"], 0),
        )
    if kind == "dot":
        return format_html(
            '<circle class="f-{} s-{}" cx="{}" cy="{}" r="{}"/>',
            shape["fill"].lstrip("-"),
            colour,
            shape["x"],
            shape["y"],
            shape["r"],
        )
    if kind == "words":
        return format_html(
            '<text class="f-{}{}" x="{}" y="{}" font-size="{}" text-anchor="{}">{}</text>',
            colour,
            " b" if shape["bold"] else "",
            shape["x"],
            shape["y"],
            shape["size"],
            shape["anchor"],
            shape["text"],
        )
    raise ValueError(f"A drawing has no shape {kind!r}.")


def _dashes(shape: Shape) -> str:
    return {"dash": " pen-dash", "dot": " pen-dot"}.get(shape.get("dash", "solid"), "")
