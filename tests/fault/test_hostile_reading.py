"""While strangers' files are read, one after the other, the pages answer as before."""

from __future__ import annotations

import http.cookiejar
import re
import socket
import statistics
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm.exchange.sheets.apart import read_apart
from crm.exchange.sheets.problems import Unreadable
from tests.exchange.hostile import UNREADABLE
from tests.fault.floor import Floor, report, wait_until

pytestmark = pytest.mark.fault
MOST_MS = 300
PAGES = ("/customers/", "/followups/day/", "/inbox/")


class Reader:
    """A salesperson who opens one page after the other and notes how long each takes."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def read(self, path: str, sent: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(sent).encode() if sent else None
        request = urllib.request.Request(self.address + path, data, {"Referer": self.address})
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def answers(self) -> bool:
        try:
            return "csrfmiddlewaretoken" in self.read("/accounts/login/")
        except (urllib.error.URLError, OSError):
            return False

    def sign_in(self, username: str, password: str) -> None:
        page = self.read("/accounts/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found
        words = {"username": username, "password": password}
        self.read("/accounts/login/", {"csrfmiddlewaretoken": found[1], **words})

    @contextmanager
    def at_work(self) -> Iterator[list[float]]:
        """Reads on until the block ends; the milliseconds of each page."""
        took: list[float] = []
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                for path in PAGES:
                    began = time.monotonic()
                    assert "app-side" in self.read(path)
                    took.append(1000 * (time.monotonic() - began))
                time.sleep(0.05)

        thread = threading.Thread(target=work)
        thread.start()
        yield took
        stop.set()
        thread.join()


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_pages_answer_while_hostile_files_are_read(floor: Floor, tmp_path: Path) -> None:
    floor.run("manage.py", "demo", "--cards", "300")
    port = free_port()
    floor.start("manage.py", "serve", PORT=port, DEMO="1", SITE_URL=f"http://127.0.0.1:{port}")
    reader = Reader(f"http://127.0.0.1:{port}")
    wait_until(reader.answers, within_s=60)
    reader.sign_in("lin.xiaotong", "showfloor-demo")
    files = []
    for number, case in enumerate(UNREADABLE):
        path = tmp_path / f"{number}.upload"
        path.write_bytes(case.build())
        files.append((path, case))
    with reader.at_work() as alone:
        time.sleep(5)
    longest = 0.0
    with reader.at_work() as beside:
        for path, case in files:
            began = time.monotonic()
            with pytest.raises(Unreadable):
                read_apart(path, case.name, tmp_path / "read.jsonl")
            longest = max(longest, time.monotonic() - began)
    engine = "SQLite" if floor.is_sqlite else "PostgreSQL"
    report(
        f"hostile files, {engine}: {len(files)} read, the longest in {longest:.1f} s; pages p95 "
        f"{p95(alone):.0f} ms alone, {p95(beside):.0f} ms beside ({len(beside)} pages)"
    )
    assert p95(beside) < MOST_MS
