"""F15: a backup is restored; what went out after it was made does not go out again by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fault.floor import PEOPLE, Floor, Template, report
from tests.fault.ledger import DOUBLED, UNFINISHED

pytestmark = pytest.mark.fault

REMINDERS = 500


def drill(floor: Floor, *words: str) -> dict[str, int]:
    found: dict[str, int] = json.loads(floor.run("-m", "tests.fault.deeds", *words))
    return found


def test_a_restored_backup_sends_nothing_again_without_a_click(
    floor: Floor, template: Template, tmp_path: Path
) -> None:
    floor.run("-m", "tests.fault.deeds", "drill-seed", str(REMINDERS))
    restored = template.copy(tmp_path, of=floor)  # the dump, taken before anything rang
    try:
        then = drill(floor, "drill-sweep", str(tmp_path / "then.txt"), "47", "0.5")
        assert then["sent"] > PEOPLE, "nothing went out: the test proves nothing"
        box = tmp_path / "now.txt"
        now = drill(restored, "drill-sweep", str(box), "0", "0")
        again = drill(restored, "drill-sweep", str(box), "0", "0")
        assert (now["sent"], again["sent"]) == (0, 0)
        assert not box.exists()
        assert now["held"] > 0
        assert now["waiting"] == 0
        assert now["digests"] == PEOPLE
        assert restored.number(UNFINISHED) == 0
        assert restored.number(DOUBLED) == 0
        clicked = drill(restored, "drill-release", str(box))
        report(
            f"F15 {then['sent']} messages had gone; after the restore 0 by themselves, "
            f"{now['held']} held, {clicked['sent']} after a click, {now['digests']} digests"
        )
        assert clicked["released"] == now["held"]
        assert clicked["sent"] == now["people"] == PEOPLE
    finally:
        restored.close()
        template.drop_copy(restored)
