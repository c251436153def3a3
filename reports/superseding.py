"""Which issued briefings are older than a correction of a figure that they cover: derived, never stored."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from reports.models import Briefing
from targets.models import Observation


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that was corrected after a briefing had been made from it."""

    indicator_id: int
    name: str
    period_name: str
    recorded_at: dt.datetime


def corrections_since(briefings: Iterable[Briefing]) -> dict[int, tuple[Correction, ...]]:
    """By briefing id, what was corrected after its data cut-off, newest first; those still right are left out.

    A briefing covers the city's figures of its plan up to its period. A figure that came for the first time after it
    corrects nothing: the briefing said that it was missing. One query.
    """
    issued = [one for one in briefings if one.state == Briefing.READY and one.data_cut_off is not None]
    if not issued:
        return {}
    newer = list(
        Observation.objects.filter(
            indicator__plan__in={one.plan_id for one in issued},
            area__parent__isnull=True,
            version__gt=1,
            recorded_at__gt=min(one.data_cut_off for one in issued if one.data_cut_off is not None),
        )
        .select_related("indicator", "period")
        .order_by("-recorded_at", "indicator__position")
    )
    found: dict[int, tuple[Correction, ...]] = {}
    for briefing in issued:
        corrected: dict[tuple[int, int], Correction] = {}
        for one in newer:
            is_covered = one.indicator.plan_id == briefing.plan_id and one.period.ends_on <= briefing.period.ends_on
            if is_covered and briefing.data_cut_off is not None and one.recorded_at > briefing.data_cut_off:
                correction = Correction(one.indicator_id, one.indicator.name, one.period.name, one.recorded_at)
                corrected.setdefault((one.indicator_id, one.period_id), correction)
        if corrected:
            found[briefing.pk] = tuple(corrected.values())
    return found


def with_corrections(briefings: Iterable[Briefing]) -> list[Briefing]:
    """The briefings, each with its `corrections`, as lists show them."""
    listed = list(briefings)
    found = corrections_since(listed)
    for briefing in listed:
        briefing.corrections = found.get(briefing.pk, ())  # type: ignore[attr-defined]
    return listed
