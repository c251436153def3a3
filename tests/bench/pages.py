"""How long the pages take, beside a view that does nothing behind the same server, middleware and login.

The hello view and the pages take turns, so that whatever else the machine does meanwhile falls on all of them alike.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.bench.addresses import HELLO, OVERVIEW, Page
from tests.bench.measuring import Row, at_most, median, milliseconds, percentile, ratio, times
from tests.bench.server import Visitor

WARM_UP, ROUNDS = 10, 60
ENOUGH_ROUNDS, ENOUGH_SECONDS = 30, 45
"""On a busy machine it is done after so many rounds, once so many seconds have passed."""
OVERVIEW_LIMIT = 12


def samples_of(pages: Sequence[Page], visitors: Mapping[str, Visitor]) -> dict[str, list[float]]:
    """Seconds by page name, one each round; the rounds in which connections and caches warm up do not count."""
    found: dict[str, list[float]] = {page.name: [] for page in pages}
    start = time.monotonic()
    for turn in range(WARM_UP + ROUNDS):
        if turn >= WARM_UP + ENOUGH_ROUNDS and time.monotonic() - start > ENOUGH_SECONDS:
            break
        for page in pages:
            seconds = visitors[page.username].see(page.address).seconds
            if turn >= WARM_UP:
                found[page.name].append(seconds)
    return found


def rows(samples: Mapping[str, Sequence[float]]) -> list[Row]:
    """p50 of every page, beside it the hello view's; p95 of the overview beside the hello view's own p95."""
    floor = percentile(samples[HELLO], 0.5), percentile(samples[HELLO], 0.95)
    found = [Row("hello view, p50", milliseconds(floor[0])), Row("hello view, p95", milliseconds(floor[1]))]
    for name, seconds in samples.items():
        if name == HELLO:
            continue
        p50 = _row(f"{name}, p50", median(seconds), floor[0])
        if name != OVERVIEW:
            found.append(p50)
            continue
        verdict = at_most(ratio(median(seconds), floor[0]), OVERVIEW_LIMIT)
        found.append(replace(p50, goal=f"≤ {OVERVIEW_LIMIT} ×", outcome=verdict))
        found.append(_row(f"{name}, p95", percentile(seconds, 0.95), floor[1]))
    return found


def _row(what: str, seconds: float, floor: float) -> Row:
    beside = f"hello {milliseconds(floor)}"
    return Row(what, milliseconds(seconds), beside=beside, ratio=times(ratio(seconds, floor)))
