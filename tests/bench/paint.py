"""When headless Chromium, with an empty cache, first paints some of a page, and when it asks for the chart library."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from tests.bench.addresses import Page
from tests.bench.measuring import Row, median, milliseconds, outcome
from tests.bench.server import HOST

VISITS = 5
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
TIMES = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const library = performance.getEntriesByType("resource").find((one) => /plotly/i.test(one.name));
    return [paint.startTime, library ? library.startTime : null];
}"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Seconds after the address was asked for; `library` is None where the page did not ask for it."""

    paint: float
    library: float | None


def visits_to(page: Page, port: int, cookies: Mapping[str, str]) -> list[Visit]:
    """Each visit in a browser profile of its own, so that nothing is cached; scrolled through, so that charts load."""
    executable = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if executable is None:
        raise RuntimeError("Chromium was not found")
    # Chromium's sandbox refuses root; small containers have little shared memory.
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        found = [_visit(chromium, f"http://{HOST}:{port}", page.address, cookies) for _ in range(VISITS + 1)]
        chromium.close()
    return found[1:]  # the first one starts the browser's own processes


def _visit(chromium: Browser, site: str, address: str, cookies: Mapping[str, str]) -> Visit:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    page = context.new_page()
    answer = page.goto(site + address, wait_until="load")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address}: not shown in the browser")
    page.mouse.wheel(0, 2000)
    page.wait_for_load_state("networkidle")
    paint, library = page.evaluate(TIMES)
    context.close()
    return Visit(paint / 1000, None if library is None else library / 1000)


def row(name: str, visits: Sequence[Visit]) -> Row:
    """Held where at every visit the paint came before the library was asked for, or it never was."""
    asked = [visit.library for visit in visits if visit.library is not None]
    return Row(
        f"first contentful paint, {name}",
        milliseconds(median(visit.paint for visit in visits)),
        beside=f"Plotly asked for after {milliseconds(median(asked))}" if asked else "Plotly not asked for",
        goal="before Plotly",
        outcome=outcome(is_held=all(visit.library is None or visit.paint <= visit.library for visit in visits)),
    )
