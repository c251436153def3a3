"""PURE: how a status looks: the shape of its icon beside its tone, so that colour never stands alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from targets.labels import STATUS_TONES
from targets.terms import Status

OK, WARN, BAD, NEUTRAL = "ok", "warn", "bad", "none"

DISC = '<circle cx="8" cy="8" r="7"/>'
TRIANGLE = '<path d="M8 1.2 15.4 14.6H.6Z"/>'
OCTAGON = '<path d="M4.9 1h6.2L15 4.9v6.2L11.1 15H4.9L1 11.1V4.9Z"/>'
RING = '<circle class="hollow" cx="8" cy="8" r="6.2"/>'

ICONS: Mapping[Status, str] = {
    Status.ACHIEVED: DISC + '<path class="cut" d="m3.2 8.3 2 2 3.4-4M7.4 10.1l.4.3 4.4-4.6"/>',
    Status.ON_TRACK: DISC + '<path class="cut" d="m4.7 8.2 2.3 2.3 4.3-4.6"/>',
    Status.AT_RISK: TRIANGLE + '<path class="cut" d="M8 6v4M8 12.3v.2"/>',
    Status.NOT_YET_MET: TRIANGLE + '<path class="cut" d="M5.9 11h4.2"/>',
    Status.OFF_TRACK: OCTAGON + '<path class="cut" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/>',
    Status.MISSED: OCTAGON + '<path class="cut" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/>',
    Status.MOVING_AWAY: OCTAGON + '<path class="cut" d="M11.6 8H4.6m2.8-3L4.4 8l3 3"/>',
    Status.NO_FINAL_FIGURE: RING + '<path class="hollow" d="M8 4.6V8.6M8 11v.2"/>',
    Status.TOO_EARLY: RING + '<path class="hollow" d="M8 4.6V8.2h2.6"/>',
    Status.BASELINE_MISSING: RING + '<path class="hollow" d="M5.4 8h5.2"/>',
    Status.NO_DATA: RING,
    Status.NOT_ASSESSED: RING + '<path class="hollow" d="M5.4 8h5.2"/>',
}
"""The inside of an SVG of 16 × 16; `cut` strokes take the colour of the surface, `hollow` ones that of the text."""


@dataclass(frozen=True, slots=True)
class ToneCount:
    """How many of a list have a tone."""

    tone: str
    label: str
    count: int


TONE_LABELS: Mapping[str, str] = {OK: "正常", WARN: "需关注", BAD: "滞后", NEUTRAL: "未评价"}


def tone_counts(statuses: Iterable[Status]) -> tuple[ToneCount, ...]:
    """The four tones in their fixed order, with how many statuses each has; none is left out."""
    tones = [STATUS_TONES[status] for status in statuses]
    return tuple(ToneCount(tone, label, tones.count(tone)) for tone, label in TONE_LABELS.items())


def worst_tone(statuses: Iterable[Status]) -> str:
    """The tone that a heading of several promises takes: the gravest among those assessed."""
    tones = {STATUS_TONES[status] for status in statuses}
    return next((tone for tone in (BAD, WARN, OK) if tone in tones), NEUTRAL)
