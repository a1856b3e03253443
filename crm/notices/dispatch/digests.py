"""A standstill being caught up ends in one digest a person, not in a flood."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from crm.notices import due, states
from crm.notices.dispatch.writing import Line
from crm.notices.models import Notice


@dataclass(slots=True)
class Tally:
    """What one sweep did."""

    fired: int = 0
    delivered: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"fired {self.fired}, delivered {self.delivered}, failed {self.failed}"


@dataclass
class Sweep:
    """What this sweep has told whom, so that a flood ends in one digest a person.

    `wrote_s` is how long its last batch held its locks, in seconds.
    """

    tally: Tally = field(default_factory=Tally)
    told: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    counted: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    digests: dict[int, int] = field(default_factory=dict)
    wrote_s: float = 0.0

    def forget(self) -> None:
        """Drop what a batch that was rolled back may have noted."""
        self.told.clear()
        self.digests.clear()


def fold(lines: list[Line], sweep: Sweep, now: dt.datetime) -> list[int]:
    """Fold a flood into one digest a person (section 4.3, missed by downtime).

    The lines are about to be written: those that fold are given their digest here, so that a
    flood costs no statement more. Returns the lines of earlier batches that went in with them.
    """
    folded: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.is_open:
            continue
        person = line.person
        sweep.counted[person] += 1
        if due.folds(told_in_sweep=sweep.counted[person], late_by=line.late_by):
            folded[person] += [*sweep.told.pop(person, []), line]
        else:
            sweep.told[person].append(line)
    missing = folded.keys() - sweep.digests.keys()
    if missing:
        sweep.digests.update(_digests(sorted(missing), now))
    taken_back: list[int] = []
    for person, found in folded.items():
        written = [line.pk for line in found if line.pk is not None]
        if written:
            Notice.objects.filter(pk__in=written).update(folded_into=sweep.digests[person])
            taken_back += written
        for line in found:
            line.folded_into = sweep.digests[person]
    return taken_back


def _digests(people: list[int], now: dt.datetime) -> dict[int, int]:
    """One unread digest of this hour for each person, made where there is none."""
    hour = f"{now.astimezone(dt.UTC):%Y%m%dT%H}"
    keys = {f"digest/{person}/{hour}": person for person in people}
    Notice.objects.bulk_create(
        (
            Notice(key=key, occasion=key, kind="digest", recipient_id=person, created_at=now)
            for key, person in keys.items()
        ),
        ignore_conflicts=True,
    )
    again = Notice.objects.filter(key__in=keys).exclude(state=states.NEW)
    again.update(state=states.NEW, seen_at=None, snoozed_until=None, closed_at=None)
    return {
        person: pk
        for pk, person in Notice.objects.filter(key__in=keys).values_list("pk", "recipient_id")
    }
