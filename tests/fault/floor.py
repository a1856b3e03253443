"""A database and the processes that work on it, watched from outside the product.

Nothing here uses Django: what is lost or doubled is read by the plain driver, and what a
dispatcher says it did is read from a file it can only append to.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
LONG = os.environ.get("FAULT_LONG") == "1"
FIGURES: list[str] = []
# How many salespeople a seeded floor has.
PEOPLE = 50


def amount(short: int, long: int) -> int:
    """How much of something: the CI form, or the long form of `dev.py fault --long`."""
    return long if LONG else short


def report(line: str) -> None:
    """Keep a measured figure for the end of the run."""
    FIGURES.append(line)


def wait_until(true: Callable[[], Any], *, within_s: float, every_s: float = 0.2) -> float:
    """Wait for a fact; returns after how many seconds it was seen. Fails when time is up."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not seen within {within_s:.0f} s: {true}")
        time.sleep(every_s)
    return time.monotonic() - began


class Floor:
    """One database, and the processes started on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.is_sqlite = url.startswith("sqlite")
        self.started: list[subprocess.Popen[str]] = []

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "MEDIA_ROOT": str(self.folder / "media"),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """Start `python …` on this database; its output lies in a file of the test's folder."""
        log = (self.folder / f"{len(self.started)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**self.environment, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        self.started.append(process)
        return process

    def run(self, *words: str, **env: str) -> str:
        """Run `python …` to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={**self.environment, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of one statement, read past Django."""
        if self.is_sqlite:
            with closing(sqlite3.connect(self.path, timeout=30)) as plain, plain:
                return plain.execute(sql).fetchall()
        with psycopg.connect(self.url, autocommit=True) as server:
            cursor = server.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def number(self, sql: str) -> int:
        return int(self.query(sql)[0][0] or 0)

    @property
    def path(self) -> str:
        return self.url.removeprefix("sqlite:///")

    def said(self) -> str:
        """All that the processes of this floor have written to their logs."""
        logs = sorted(self.folder.glob("*.log"))
        return "".join(log.read_text(errors="replace") for log in logs)

    def close(self) -> None:
        """Kill what the test left running, each in its own group."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


class Template:
    """A migrated database that each test copies."""

    def __init__(self, url: str, folder: Path) -> None:
        self.server = urlsplit(url)
        self.folder = folder
        self.is_sqlite = url.startswith("sqlite")
        self.name = f"fault_{uuid.uuid4().hex[:8]}"

    def url_of(self, name: str, folder: Path) -> str:
        if self.is_sqlite:
            return f"sqlite:///{folder}/{name}.sqlite3"
        return urlunsplit(self.server._replace(path=f"/{name}"))

    def migrate(self) -> None:
        self.execute(f"CREATE DATABASE {self.name}")
        made = Floor(self.url_of(self.name, self.folder), self.folder)
        made.run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")
        if self.is_sqlite:
            with closing(sqlite3.connect(made.path)) as plain:
                plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self, folder: Path, of: Floor | None = None) -> Floor:
        """A copy of the empty database, or of another floor nobody works on."""
        name = f"{self.name}_{uuid.uuid4().hex[:6]}"
        source = urlsplit(of.url).path.strip("/") if of else self.name
        if self.is_sqlite:
            path = of.path if of else self.folder / f"{self.name}.sqlite3"
            with closing(sqlite3.connect(path)) as plain:
                plain.execute("VACUUM INTO ?", [str(folder / f"{name}.sqlite3")])
        self.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        return Floor(self.url_of(name, folder), folder)

    def drop_copy(self, floor: Floor) -> None:
        self.execute(f"DROP DATABASE {urlsplit(floor.url).path.strip('/')} WITH (FORCE)")

    def drop(self) -> None:
        self.execute(f"DROP DATABASE {self.name} WITH (FORCE)")

    def execute(self, sql: str) -> None:
        if not self.is_sqlite:
            with psycopg.connect(urlunsplit(self.server), autocommit=True) as server:
                server.execute(sql.encode())
