"""F5: two task clusters and one table of schedules; each that is due runs once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.fault.floor import Floor, report, wait_until

pytestmark = pytest.mark.fault

SCHEDULES = 60
# A cluster looks at its schedules half a minute after it started, then each half minute.
RUN_WITHIN_S = 90


def runs(marks: Path) -> Counter[str]:
    return Counter(marks.read_text().split()) if marks.exists() else Counter()


def test_sixty_schedules_run_once_each_beside_a_second_cluster(floor: Floor) -> None:
    marks = floor.folder / "marks.txt"
    floor.run("-m", "tests.fault.deeds", "schedules", str(SCHEDULES))
    for _cluster in range(2):
        floor.start("manage.py", "qcluster", FAULT_MARKS=str(marks))
    took = wait_until(lambda: sum(runs(marks).values()) >= SCHEDULES, within_s=RUN_WITHIN_S)
    wait_until(lambda: not floor.number("SELECT count(*) FROM django_q_ormq"), within_s=30)
    report(f"F5 {sum(runs(marks).values())} runs of {SCHEDULES} schedules after {took:.0f} s")
    assert runs(marks) == Counter(str(number) for number in range(SCHEDULES))
    assert "database is locked" not in floor.said()
