"""What every test can rely on.

Fixtures
    celery_worker   a real Celery worker beside the test: its own process, the test's database, the Redis of the run.
                    Started when the first test asks for it, kept until the last one. Brings `transactional_db`, since
                    the worker sees only what is committed. `celery_worker.wait_until(lambda: …)` waits for its work.
    page, log_in    a Chromium page, see tests/browser/conftest.py.

Rules
    Tests run on the embedded default (`--embedded`: those that use the database, on SQLite, without Redis) and on
    PostgreSQL with Redis (all of them). `make test` does both, with services of its own.
    Without a worker, a task runs in the test's own process, right after the commit: inside
    `django_capture_on_commit_callbacks(execute=True)` or with `transactional_db`.
    A test that cannot run is a failure, never a skip: a skipped promise looks like a kept one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase
from kombu import pools

ROOT = Path(__file__).resolve().parent.parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--embedded", action="store_true", help="only the tests that use the database and apply on SQLite without Redis"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Settings that differ in tests: quick hashes, no collected static files, files in a temporary folder."""
    if "VAR_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        os.environ["VAR_DIR"] = folder  # a worker of the tests keeps its files at the same place
    os.environ.setdefault("FILES_OF_ALL_TESTS", os.environ["VAR_DIR"])
    side_by_side = os.environ.get("PYTEST_XDIST_WORKER", "")
    if side_by_side:
        keep_apart(side_by_side)
    settings.STATIC_ROOT = str(Path(os.environ["VAR_DIR"]) / "static")
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.MEDIA_ROOT = str(Path(os.environ["VAR_DIR"]) / "files")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def keep_apart(process: str) -> None:
    """Of several test processes each has its own files and its own queue; databases are kept apart by pytest-django."""
    os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"]) / process)
    if settings.REDIS_URL:
        server, _, _ = settings.REDIS_URL.rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{int(process.removeprefix('gw')) + 1}"
        settings.REDIS_URL = settings.CELERY_BROKER_URL = os.environ["REDIS_URL"]


def uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") is not None:
        return True
    case = getattr(item, "cls", None)
    if isinstance(case, type) and issubclass(case, TransactionTestCase):
        return True
    return bool(DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser_tests = Path(__file__).parent / "browser"
    for item in items:
        if browser_tests in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if "celery_worker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.worker)
    if not config.getoption("--embedded"):
        return
    applies = [
        item
        for item in items
        if uses_database(item)
        and not any(item.get_closest_marker(name) for name in ("postgresql", "worker", "browser"))
    ]
    left_out = [item for item in items if item not in applies]
    config.hook.pytest_deselected(items=left_out)
    items[:] = applies


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgresql") is not None and connection.vendor != "postgresql":
        pytest.fail("This test needs PostgreSQL: run it with make test ARGS=…", pytrace=False)
    if item.get_closest_marker("worker") is not None and not settings.REDIS_URL:
        pytest.fail("This test needs Redis and a worker: run it with make test ARGS=…", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"A test that cannot run is a failure, not a skip: {report.longrepr}"
    return report


@contextmanager
def without_triggers() -> Iterator[None]:
    """For emptying the tables between tests only: the event log refuses to be emptied, as it must."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
            yield
            for _, statement in triggers:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    empty_tables = TransactionTestCase._fixture_teardown

    def empty_tables_without_triggers(case: TransactionTestCase) -> None:
        if isinstance(case, TestCase):
            empty_tables(case)
            return
        with without_triggers():
            empty_tables(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables_without_triggers)
        yield


@pytest.fixture(autouse=True)
def _tasks_in_process() -> Iterator[None]:
    """Tasks run where they are sent from, caches start empty; `celery_worker` hands tasks over to the worker."""
    from linyi_cp.celery import app

    app.conf.task_always_eager = True
    cache.clear()
    yield
    app.conf.task_always_eager = True


@dataclass(frozen=True, slots=True)
class CeleryWorker:
    """A running worker.

    `log` holds what it has written; `process` may be killed by a test, the next test gets a fresh one.
    """

    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, condition: Callable[[], object], *, seconds: float = 15) -> None:
        """Returns as soon as the condition holds; fails with the end of the worker's log when it never does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.05)
        pytest.fail(f"not within {seconds} s; the worker said:\n{self.log[-3000:]}")


def test_database_url() -> str:
    """The address of the test's own database, as the worker's process has to be told."""
    parts = connection.settings_dict
    user = quote(parts["USER"]) + (f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else "")
    return f"postgres://{user}@{parts['HOST']}:{parts['PORT']}/{quote(parts['NAME'])}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


def start_worker(log_file: Path) -> CeleryWorker:
    environment = os.environ | {"DATABASE_URL": test_database_url(), "REDIS_URL": settings.REDIS_URL}
    command = [sys.executable, "-m", "celery", "-A", "linyi_cp", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--hostname", "tests@localhost"]
    with log_file.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    worker = CeleryWorker(process, log_file)
    worker.wait_until(lambda: " ready." in worker.log or process.poll() is not None, seconds=60)
    if process.poll() is not None:
        pytest.fail(f"the Celery worker did not start:\n{worker.log[-3000:]}", pytrace=False)
    return worker


@pytest.fixture(scope="session")
def _running_workers(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], CeleryWorker]]:
    workers: list[CeleryWorker] = []

    def running_worker() -> CeleryWorker:
        if not workers or workers[-1].process.poll() is not None:
            workers.append(start_worker(tmp_path_factory.mktemp("celery") / "worker.log"))
        return workers[-1]

    yield running_worker
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.terminate()
            try:
                worker.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()


@pytest.fixture
def celery_worker(
    transactional_db: None, _tasks_in_process: None, _running_workers: Callable[[], CeleryWorker]
) -> CeleryWorker:
    from linyi_cp.celery import app

    worker = _running_workers()
    # A test that pointed the broker elsewhere may have left closed connections behind.
    pools.reset()
    app.amqp._producer_pool = app._pool = None
    app.control.purge()  # bells of earlier tests that nobody waited for
    app.conf.task_always_eager = False
    return worker
