"""F8: senders are killed while the channel stumbles; everything that can be sent is sent."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from tests.fault.floor import Floor, amount, report, wait_until
from tests.fault.test_f01_kill_loop import Nursery, size

pytestmark = pytest.mark.fault

KILLS = 18
FINAL_WITHIN_S = 60
ON_ITS_WAY = """SELECT count(*) FROM notices_delivery
    WHERE channel = 'fake' AND state IN ('pending', 'claimed')"""


@pytest.mark.parametrize("memory", ["ignores the key", "honours the key"])
def test_killed_senders_and_a_stumbling_channel(floor: Floor, memory: str) -> None:
    honours = memory.startswith("honours")
    count = amount(120, 270)
    ledger = floor.folder / "sent.txt"
    floor.run("-m", "tests.fault.senders", "seed", str(count))
    words = ["send", str(ledger), "--flaky", *(["--honours-key"] if honours else [])]
    nursery = Nursery(floor.start("-m", "tests.fault.senders", *words))
    wait_until(lambda: len(nursery.alive) == 2, within_s=60)
    for _kill in range(KILLS):
        before = size(ledger)
        wait_until(lambda before=before: size(ledger) > before, within_s=15, every_s=0.02)
        time.sleep(random.uniform(0, 0.4))
        nursery.hit()
    wait_until(lambda: not floor.number(ON_ITS_WAY), within_s=FINAL_WITHIN_S)
    doubtful = int(floor.run("-m", "tests.fault.senders", "resend"))
    wait_until(lambda: not floor.number(ON_ITS_WAY), within_s=FINAL_WITHIN_S)

    taken = Counter(ledger.read_text().split())
    doubles = sum(n - 1 for n in taken.values())
    dead = floor.query(
        "SELECT key, last_error, attempts FROM notices_delivery WHERE state = 'dead'"
    )
    sent = floor.number("SELECT count(*) FROM notices_delivery WHERE state = 'fired'")
    report(f"F8 {memory}: {count} messages, {len(dead)} refused, {doubtful} in doubt, "
           f"{doubles} doubles in {KILLS} kills")  # fmt: skip
    assert nursery.died_alone == 0
    assert sent + len(dead) == count
    assert all("410" in reason and tries <= 5 for _key, reason, tries in dead), dead
    hopeless = {row[0] for row in dead}
    assert hopeless.isdisjoint(taken)
    assert hopeless | taken.keys() == {
        row[0] for row in floor.query("SELECT key FROM notices_delivery WHERE channel = 'fake'")
    }
    assert doubles <= (0 if honours else KILLS)
    if not honours:
        assert doubtful > 0, "no kill hit a send on its way: the test proves nothing"
