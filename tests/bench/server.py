"""The product behind granian as `make run` starts it with PostgreSQL and Redis, and browsers of the plainest kind."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
WORKERS, THREADS = 2, 8
SECONDS_TO_START = 60


@contextmanager
def running_server() -> Iterator[int]:
    """Yields the port on which the server answers; it is gone afterwards, with all it started."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "error"]
    command += ["--workers-kill-timeout", "5", "linyi_cp.wsgi:application"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_it_answers(server, port)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < end:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how many seconds after it was asked for its last byte was there."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float


@dataclass(slots=True)
class Visitor:
    """One connection that stays open, with its cookies; logs in through the form as everybody does."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=60)

    def ask(self, address: str, *, form: dict[str, str] | None = None, encoding: str = "identity") -> Answer:
        headers = {"Accept-Encoding": encoding}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Referer": f"http://{HOST}:{self.port}{address}"}
        start = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", address, body=body, headers=headers)
        response = self.connection.getresponse()
        received = response.read()
        seconds = time.perf_counter() - start
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, received, {k.lower(): v for k, v in response.headers.items()}, seconds)

    def see(self, address: str) -> Answer:
        """A page that must be there; raises RuntimeError for any other answer."""
        answer = self.ask(address)
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return answer

    def log_in(self, username: str, password: str) -> None:
        form = self.see("/login/").body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        if token is None:
            raise RuntimeError("the login page has no form")
        sent = {"csrfmiddlewaretoken": token.group(1), "username": username, "password": password, "next": ""}
        answer = self.ask("/login/", form=sent)
        if answer.status != 302:
            raise RuntimeError(f"{username} could not log in: {answer.status}")
