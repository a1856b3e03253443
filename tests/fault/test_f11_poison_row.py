"""F11: firing one reminder kills whoever does it; the others are on time."""

from __future__ import annotations

import pytest

from tests.fault.floor import Floor, report, wait_until
from tests.fault.ledger import DOUBLED, LATENESS, UNFINISHED, percentile

pytestmark = pytest.mark.fault

LEASE_S = 3.0
ROWS = 1000
POISON = "000300"


def test_a_row_that_kills_its_dispatcher_is_set_aside_alone(floor: Floor) -> None:
    ledger = str(floor.folder / "fired.txt")
    words = ["--poison", POISON, "--lease", str(LEASE_S), "--dawdle", "0"]
    keeper = floor.start("-m", "tests.fault.hands", "dispatchers", ledger, *words)
    assert keeper.stdout is not None
    assert keeper.stdout.readline().startswith("born")
    floor.run("-m", "tests.fault.hands", "seed", str(ROWS), "8")
    wait_until(lambda: not floor.number(UNFINISHED), within_s=60)
    dead = floor.query(
        "SELECT about_id, crashes, last_error FROM notices_reminder WHERE state = 'dead'"
    )
    late = percentile(floor, LATENESS[floor.is_sqlite], 0.99)
    report(f"F11 poison row dead after {dead[0][1]} crashes, the others p99 {late:.1f} s late")
    assert dead == [(POISON, 3, "died thrice")]
    assert floor.number("SELECT count(*) FROM notices_reminder WHERE state = 'fired'") == ROWS - 1
    assert floor.number("SELECT count(*) FROM notices_notice WHERE kind = 'reminder_dead'") == 1
    assert floor.number(DOUBLED) == 0
    assert late <= 2 * LEASE_S
