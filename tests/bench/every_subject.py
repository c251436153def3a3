"""Every subject in its turn; prints the table and writes it into docs/performance.md.

DATABASE_URL names the database with the demonstration, BENCH_MADE_DATABASE_URL the one with the made plan, VAR_DIR
holds accounts.txt. A further subject is a file of its own beside this one, with a function that gives rows.
"""

import datetime as dt
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from departments.demonstration_accounts import passwords_in
from tests.bench import made_plan, measuring, paint, queries, weight
from tests.bench import pages as page_times
from tests.bench.addresses import HELLO, OVERVIEW, SECTOR, pages, sizes
from tests.bench.measuring import Row
from tests.bench.server import ROOT, WORKERS, Visitor, running_server

PAGE = ROOT / "docs" / "performance.md"


def measure() -> None:
    rows, circumstances = rows_of_every_subject()
    results = f"{circumstances}\n\n{measuring.table(rows)}\n{measuring.verdict(rows)}"
    PAGE.write_text(measuring.with_results(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    sys.stdout.write(f"\n{results}\n")


def rows_of_every_subject() -> tuple[list[Row], str]:
    """The rows, and one sentence on what they were measured with."""
    asked = pages()
    by_name = {page.name: page for page in asked}
    passwords = passwords_in(Path(settings.VAR_DIR) / "accounts.txt", {page.username for page in asked})
    circumstances = _circumstances(sizes()["indicators"], sizes()["bureaus"])
    _say("queries")
    made = queries.counted_in(os.environ["BENCH_MADE_DATABASE_URL"])
    query_rows = queries.rows(queries.counted_in(os.environ["DATABASE_URL"]), made, made_plan.INDICATORS)
    with running_server() as port:
        visitors = {username: Visitor(port) for username in sorted(passwords)}
        for username, visitor in visitors.items():
            visitor.log_in(username, passwords[username])
        _say("pages")
        samples = page_times.samples_of(asked, visitors)
        circumstances += f" {len(samples[HELLO])} rounds after {page_times.WARM_UP} to warm up."
        page_rows = page_times.rows(samples)
        leader = visitors[by_name[OVERVIEW].username]
        weight_rows = weight.rows(leader, by_name[OVERVIEW].address)
        _say("first paint")
        paint_rows = [
            paint.row(name, paint.visits_to(by_name[name], port, leader.cookies)) for name in (OVERVIEW, SECTOR)
        ]
    return [*page_rows, *query_rows, *weight_rows, *paint_rows], circumstances


def _circumstances(indicators: int, bureaus: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = cursor.fetchone()[0].split()[0]
    connection.close()
    server = redis.Redis.from_url(settings.REDIS_URL).info("server")
    return (
        f"Measured on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: {os.cpu_count()} cores, {indicators} indicators, "
        f"{bureaus} bureaus; PostgreSQL {postgresql}, Redis {server['redis_version']}, "
        f"Python {platform.python_version()}, Django {version('django')}, granian {version('granian')} with "
        f"{WORKERS} processes;"
    )


def _say(subject: str) -> None:
    sys.stdout.write(f"    {subject} …\n")
    sys.stdout.flush()
