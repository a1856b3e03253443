"""F14: the signing key is changed; reminders hold nothing signed and all of them ring."""

from __future__ import annotations

import pytest

from tests.fault.floor import Floor, report, wait_until
from tests.fault.ledger import DOUBLED, LOST, UNFINISHED

pytestmark = pytest.mark.fault

REMINDERS = 100
FIRED_WITHIN_S = 60.0


def key(letter: str) -> dict[str, str]:
    return {"SECRET_KEY": letter * 60, "DJANGO_SETTINGS_MODULE": "crm.settings"}


def test_a_changed_key_costs_no_reminder(floor: Floor) -> None:
    old = floor.start("manage.py", "runworker", **key("a"))
    canary = "SELECT count(*) FROM notices_heartbeat WHERE name = 'canary:showfloor'"
    wait_until(lambda: floor.number(canary), within_s=60)
    old.kill()  # what it queued, signed with the old key, stays behind
    old.wait()
    floor.run("-m", "tests.fault.hands", "seed", str(REMINDERS), "1")
    floor.start("manage.py", "runworker", **key("b"))
    took = wait_until(lambda: not floor.number(UNFINISHED), within_s=FIRED_WITHIN_S)
    report(f"F14 {REMINDERS} reminders fired {took:.1f} s after the start under a new key")
    assert floor.number(LOST) == 0
    assert floor.number(DOUBLED) == 0
