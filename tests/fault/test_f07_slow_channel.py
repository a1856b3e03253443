"""F7: every message outside takes half a minute; the bell in the app is never late for it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fault.floor import Floor, amount, report, wait_until
from tests.fault.ledger import LATENESS, percentile

pytestmark = pytest.mark.fault

SEND_S = 30
SENDERS = 20
LATE_AT_MOST_S = 3.0
UNSENT = "SELECT count(*) FROM notices_delivery WHERE channel = 'fake' AND state <> 'fired'"


def test_a_slow_channel_delays_nobody_in_the_app(floor: Floor) -> None:
    count = amount(20, 200)
    rounds = -(-count // SENDERS)
    ledger, fired = floor.folder / "sent.txt", floor.folder / "fired.txt"
    floor.run("-m", "tests.fault.senders", "seed", str(count))
    floor.start("-m", "tests.fault.hands", "dispatchers", str(fired), "--dawdle", "0")
    words = ["--count", str(SENDERS), "--takes", str(SEND_S), "--timeout", str(SEND_S + 10)]
    floor.start("-m", "tests.fault.senders", "send", str(ledger), *words)
    floor.run("-m", "tests.fault.hands", "seed", "300", str(rounds * SEND_S))
    wait_until(lambda: not floor.number(UNSENT), within_s=rounds * SEND_S + 60, every_s=1)
    taken = Counter(ledger.read_text().split())
    wait_until(lambda: len(fired.read_text().splitlines()) >= 300, within_s=30)
    late = percentile(floor, LATENESS[floor.is_sqlite] + " AND kind = 'contact_due'", 0.99)
    expired = floor.number("SELECT sum(crashes) FROM notices_delivery")
    report(
        f"F7 {count} sends of {SEND_S} s: in the app p99 {late:.1f} s late, {expired} leases out"
    )
    assert len(taken) == count
    assert max(taken.values()) == 1
    assert expired == 0
    assert late <= LATE_AT_MOST_S
