"""Log lines a machine reads: one object each, cleaned, with the reference of the request (D46)."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from crm.logs import JsonLines, Scrub, written_for
from tests.people import Cast, make_cast

ROOT = Path(__file__).resolve().parents[2]
PHONE, TOKEN = "13900004321", "aB3" * 14
WICKED = f'{PHONE}\n{{"level": "INFO"}}\r /accounts/links/{TOKEN}/'
WARN = f"import logging; logging.getLogger('showfloor.x').warning('%s', {WICKED!r})"
KEY = "Zq7-pW3_xV9kR2mT8nB4" * 4


def written(record: logging.LogRecord) -> dict[str, Any]:
    """The line as it leaves the house, read again."""
    assert Scrub().filter(record)
    line = JsonLines().format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def line_of(message: str, *args: object, exc_info: Any = None) -> logging.LogRecord:
    return logging.LogRecord("showfloor.x", logging.ERROR, "", 0, message, args, exc_info)


def test_a_value_can_neither_break_the_line_nor_name_anybody() -> None:
    found = written(line_of("saved %s", WICKED))
    assert set(found) == {"time", "level", "logger", "message"}
    assert (found["level"], found["logger"]) == ("ERROR", "showfloor.x")
    assert found["time"].endswith("+00:00")
    assert PHONE not in str(found)
    assert TOKEN not in str(found)


def test_a_fault_is_one_line_with_its_trace() -> None:
    try:
        raise ValueError(f"no\n{PHONE}")
    except ValueError:
        found = written(line_of("fault", exc_info=sys.exc_info()))
    assert "ValueError" in found["trace"]
    assert "test_log_lines.py" in found["trace"]
    assert PHONE not in found["trace"]


def test_a_line_names_the_request_it_was_written_for() -> None:
    with written_for("ab12.cd34"):
        assert written(line_of("x"))["reference"] == "ab12.cd34"
    assert "reference" not in written(line_of("x"))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_log_of_a_request_carries_its_reference(cast: Cast, caplog: Any) -> None:
    client = Client()
    client.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")
    with caplog.at_level(logging.WARNING, logger="django.request"):
        client.get("/customers/no-such-card-at-all/")
    found = [written(record) for record in caplog.records if record.name == "django.request"]
    assert found
    assert all(len(line["reference"].replace(".", "")) == 16 for line in found)


def run(tmp_path: Path, **options: str) -> str:
    """What a process with these options writes to its error output."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/unused.sqlite3",
        **options,
    }
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WARN]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stderr


def test_production_writes_objects_and_a_developer_reads_lines(tmp_path: Path) -> None:
    production = {
        "PRODUCTION": "1",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "crm.example.com",
        "SITE_URL": "https://crm.example.com",
    }
    (line,) = run(tmp_path, **production).splitlines()
    assert json.loads(line)["logger"] == "showfloor.x"
    (line,) = run(tmp_path).splitlines()
    assert " WARNING showfloor.x " in line


def test_a_collector_is_sent_each_line_cleaned(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(20)
        port = collector.getsockname()[1]
        run(tmp_path, LOG_SYSLOG=f"udp://127.0.0.1:{port}")
        sent = collector.recv(8192).decode()
    head, _, line = sent.partition("showfloor: ")
    assert head.startswith("<")
    assert json.loads(line)["level"] == "WARNING"
    assert PHONE not in sent
    assert TOKEN not in sent
