"""How many queries a page costs, in the demonstration and in a made plan with 1,000 indicators.

Everything a request asks counts, the session and the account included.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.addresses import HELLO, pages
from tests.bench.measuring import Row, outcome
from tests.bench.server import ROOT

LIMIT = 12


def counted_in(database_url: str) -> dict[str, int]:
    """Queries by page name in another database, counted by a process of its own."""
    counting = subprocess.run(
        [sys.executable, "-m", "tests.bench", "count_queries"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    counted: dict[str, int] = json.loads(counting.stdout.splitlines()[-1])
    return counted


def count() -> dict[str, int]:
    """Queries by page name, at the second visit: the first one fills caches that last."""
    found = {}
    for page in pages():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(get_user_model().objects.get(username=page.username))
        client.get(page.address)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(page.address)
        if response.status_code != 200:
            raise RuntimeError(f"{page.address}: {response.status_code}")
        found[page.name] = len(asked)
    return found


def rows(demonstration: Mapping[str, int], made: Mapping[str, int], indicators: int) -> list[Row]:
    """Held where neither plan costs too much and the larger one no more; the hello view says what a login costs."""
    found = []
    for name, queries in demonstration.items():
        row = Row(f"queries: {name}", str(queries), beside=f"{indicators:,} indicators: {made[name]}")
        if name != HELLO:
            is_held = made[name] <= queries <= LIMIT
            row = replace(row, goal=f"≤ {LIMIT}, never more", outcome=outcome(is_held=is_held))
        found.append(row)
    return found


def print_counts() -> None:
    """For the process that counts in another database: one line of JSON."""
    sys.stdout.write(json.dumps(count()) + "\n")
