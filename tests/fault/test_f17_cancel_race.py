"""F17: a contact logged while its reminder is being fired; none rings after the contact."""

from __future__ import annotations

import pytest

from tests.fault.floor import Floor, amount, report

pytestmark = pytest.mark.fault


def test_no_reminder_rings_after_the_commit_of_its_contact(floor: Floor) -> None:
    races = amount(200, 1000)
    ledger = floor.folder / "fired.txt"
    words = ["dispatchers", str(ledger), "--batch", "50", "--dawdle", "0.02"]
    keeper = floor.start("-m", "tests.fault.hands", *words)
    assert keeper.stdout is not None
    assert keeper.stdout.readline().startswith("born")
    said = floor.run("-m", "tests.fault.hands", "race", str(races))
    rang_before, rang_after, still_open, unfinished = (int(word) for word in said.split())
    report(f"F17 {races} races: {rang_before} rang before the contact, {rang_after} after it")
    assert rang_after == 0
    assert still_open == 0, "a line whose contact is logged must be closed"
    assert unfinished == 0
    fired = floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'fired'")
    assert fired == rang_before
    assert 0 < rang_before < races, "one side won every race: the test proves nothing"
