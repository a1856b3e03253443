"""F10: pages save beside the dispatcher on SQLite, which has one writer at a time."""

from __future__ import annotations

import json

import pytest

from tests.fault.floor import Floor, amount, report

pytestmark = pytest.mark.fault

PER_SECOND = 20
WRITE_P99_MS = 50.0
FIRED_PER_SECOND = 100


def test_saving_never_finds_the_database_locked(floor: Floor) -> None:
    if not floor.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the database")
    seconds = amount(60, 300)
    real = {"DJANGO_SETTINGS_MODULE": "crm.settings"}  # commits that survive a power cut
    count = seconds * FIRED_PER_SECOND
    floor.run("-m", "tests.fault.hands", "seed", str(count), str(seconds))
    words = ["--count", "1", "--batch", "50", "--dawdle", "0", "--nap", "0.02"]
    ledger = str(floor.folder / "fired.txt")
    floor.start("-m", "tests.fault.hands", "dispatchers", ledger, *words, **real)
    pages = floor.start("-m", "tests.fault.deeds", "press", "2", str(seconds - 10), **real)
    said = floor.run("-m", "tests.fault.deeds", "write", str(PER_SECOND), str(seconds - 5), **real)
    saves = json.loads(said)
    assert pages.stdout is not None
    pressed = json.loads(pages.stdout.readline())
    fired = floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'fired'")
    report(
        f"F10 {saves['writes']} saves beside {fired} reminders: p99 {saves['p99_ms']:.1f} ms, "
        f"longest {saves['max_ms']:.0f} ms, {saves['failed']} failed; "
        f"{pressed['saved']} contacts by their page: p99 {pressed['p99_ms']:.0f} ms"
    )
    assert pressed["failed"] == 0
    assert pressed["saved"] == pressed["pressed"] > 0
    assert saves["failed"] == 0
    assert "database is locked" not in floor.said()
    assert fired > count / 2, "the dispatcher did not work beside: the test proves nothing"
    assert saves["p99_ms"] <= WRITE_P99_MS
