"""Online backups under a steady writer, and backups that are killed: whole, or not there."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import tarfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from crm.home.management.backup.database import program_named
from tests.fault.floor import Floor, amount, report, wait_until

pytestmark = pytest.mark.fault
RATE = 200


def backups(folder: Path) -> list[Path]:
    return sorted(folder.glob("showfloor-*.tar.gz"))


def committed(ledger: Path) -> list[int]:
    """What the writer knew to be committed, whole lines only."""
    text = ledger.read_text() if ledger.exists() else ""
    return [int(line) for line in text[: text.rfind("\n") + 1].split()]


def pairs_in(path: Path, folder: Path) -> Counter[int]:
    """How many of its two rows each of the writer's transactions has in a backup."""
    with tarfile.open(path) as archive:
        member = archive.getmembers()[0]
        archive.extract(member, folder, filter="data")
    file = folder / member.name
    kinds = kinds_in_sqlite(file) if file.suffix == ".sqlite3" else kinds_in_dump(file)
    file.unlink()
    return Counter(int(kind[1:]) for kind in kinds)


def kinds_in_sqlite(file: Path) -> Iterable[str]:
    with closing(sqlite3.connect(file)) as plain:
        rows = plain.execute("SELECT kind FROM records_counter WHERE kind LIKE 'w%'").fetchall()
    return [str(row[0]) for row in rows]


def kinds_in_dump(file: Path) -> Iterable[str]:
    words = ["--data-only", "--table=records_counter", "--file=-", str(file)]
    done = subprocess.run(
        [program_named("pg_restore"), *words], capture_output=True, text=True, check=True
    )
    columns = [line.split("\t") for line in done.stdout.splitlines()]
    return [row[1] for row in columns if len(row) == 4 and row[1].startswith("w")]


def start_writer(floor: Floor) -> Path:
    ledger = floor.folder / "committed.txt"
    floor.start("-m", "tests.fault.writers", str(ledger), str(RATE))
    wait_until(lambda: len(committed(ledger)) > RATE // 4, within_s=60)
    return ledger


def test_online_backups_lose_no_committed_row(floor: Floor) -> None:
    folder, count = floor.folder / "backups", amount(3, 20)
    ledger = start_writer(floor)
    began, first = time.monotonic(), len(committed(ledger))
    lost = torn = whole = 0
    for _number in range(count):
        before = committed(ledger)
        floor.run("manage.py", "backup", str(folder))
        newest = backups(folder)[-1]
        found = pairs_in(newest, floor.folder)
        lost += len(set(before) - found.keys())
        torn += sum(rows != 2 for rows in found.values())
        said = floor.run("manage.py", "restore_check", str(newest))
        whole += "is whole" in said
    rate = (len(committed(ledger)) - first) / (time.monotonic() - began)
    report(
        f"Backup: {count} online backups under {rate:.0f} writes a second: {whole} restored,"
        f" {lost} committed rows lost, {torn} transactions torn"
    )
    assert len(backups(folder)) == count
    assert (lost, torn, whole) == (0, 0, count)
    assert rate > RATE / 8, "the writer stood still: the test proves nothing"


def test_a_killed_backup_is_never_taken_for_one(floor: Floor) -> None:
    folder, kills = floor.folder / "backups", amount(3, 20)
    ledger = start_writer(floor)
    began = time.monotonic()
    floor.run("manage.py", "backup", str(folder))
    whole_takes = time.monotonic() - began
    killed = 0
    for _number in range(kills):
        process = floor.start("manage.py", "backup", str(folder))
        time.sleep(random.uniform(0.5, 1.05) * whole_takes)
        killed += process.poll() is None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for path in backups(folder):
        with tarfile.open(path) as archive:
            assert archive.getnames()[-1] == "manifest.json", "half of a backup has a good name"
    before = committed(ledger)
    floor.run("manage.py", "backup", str(folder))
    assert "is whole" in floor.run("manage.py", "restore_check", str(folder))
    assert set(before) <= pairs_in(backups(folder)[-1], floor.folder).keys()
    left = [path.name for path in folder.glob(".*.partial")]
    report(f"Backup: {killed} of {kills} killed half-way, none of them taken for a good one")
    assert left == []
    assert killed, "none was killed in time: the test proves nothing"
