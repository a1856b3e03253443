"""What the system checks of a plan before anybody decides on it (FP-02, FP-03, FP-05). Pure.

Each check is a row beside the decision; the words belong to the templates, which get `data`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from followups import due
from followups.outcomes import PLANNABLE

STEPS = "steps"
COMPLETE = "complete"
METHOD = "method"
INTERVAL = "interval"
REASON = "reason"
HOURS = "hours"
OPEN_DAY = "open_day"
PAST = "past"


class StepLike(Protocol):
    """The fields of a planned contact that are checked."""

    due_at: dt.datetime
    untimed: bool
    method: str
    content: str
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: whether the plan keeps it, what to say, and whether it keeps it from going on."""

    key: str
    ok: bool
    data: dict[str, Any] = field(default_factory=dict)
    blocks: bool = False

    def as_row(self) -> dict[str, Any]:
        """As kept in a decision: plain JSON."""
        return {"key": self.key, "ok": self.ok, "data": self.data}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is measured against.

    `as_of` is when it was or would be submitted; gaps count from its day. `said_before` is the
    reason of the contact before the first open step.
    """

    level: str
    as_of: dt.datetime
    numbers: Numbers
    calendar: Calendar
    said_before: str = ""
    exception_reason: str = ""


def check_plan(steps: Iterable[StepLike], ground: Ground) -> list[Check]:
    """All checks of a plan's open steps, in the order they are shown."""
    ordered = sorted(steps, key=lambda step: step.due_at)
    return [
        _has_steps(ordered, ground),
        _is_complete(ordered),
        _interval(ordered, ground),
        _methods(ordered),
        _reasons(ordered, ground),
        _hours(ordered, ground),
        _open_days(ordered, ground),
        _not_past(ordered, ground),
    ]


def all_pass(checks: Iterable[Check]) -> bool:
    """Whether a plan may be approved with others in one go (FP-18)."""
    return all(check.ok for check in checks)


def blocking(checks: Iterable[Check]) -> list[Check]:
    """The checks that keep a plan from being submitted."""
    return [check for check in checks if check.blocks]


def _has_steps(steps: Sequence[StepLike], ground: Ground) -> Check:
    ahead = [step for step in steps if step.due_at >= ground.as_of]
    return Check(STEPS, bool(ahead), {"count": len(steps)}, blocks=not ahead)


def _is_complete(steps: Sequence[StepLike]) -> Check:
    missing = _numbers_of(
        steps, lambda s: not (s.method and s.content.strip() and s.reason.strip())
    )
    return Check(COMPLETE, not missing, {"steps": missing}, blocks=bool(missing))


def _interval(steps: Sequence[StepLike], ground: Ground) -> Check:
    """Every gap is within the level's cycle; a longer one needs a written exception (LC-02)."""
    cycle = ground.numbers.cycle_days(ground.level)
    days = due.gaps(ground.as_of, (step.due_at for step in steps), ground.calendar.zone)
    ok = all(gap <= cycle for gap in days)
    excused = not ok and bool(ground.exception_reason.strip())
    data = {"level": ground.level, "cycle": cycle, "gaps": days, "excused": excused}
    return Check(INTERVAL, ok, data, blocks=not ok and not excused)


def _methods(steps: Sequence[StepLike]) -> Check:
    refused = _numbers_of(steps, lambda step: step.method not in PLANNABLE)
    return Check(METHOD, not refused, {"steps": refused}, blocks=bool(refused))


def _reasons(steps: Sequence[StepLike], ground: Ground) -> Check:
    """Each reason says something else than the one before it (FP-05)."""
    before = _plain(ground.said_before)
    repeated = []
    for number, step in enumerate(steps, start=1):
        words = _plain(step.reason)
        if words and words == before:
            repeated.append(number)
        before = words
    return Check(REASON, not repeated, {"steps": repeated})


def _hours(steps: Sequence[StepLike], ground: Ground) -> Check:
    zone = ground.calendar.zone
    outside = _numbers_of(
        steps,
        lambda step: (
            not step.untimed
            and not due.in_calling_hours(step.due_at, numbers=ground.numbers, zone=zone)
        ),
    )
    earliest, latest = ground.numbers.calling_from, ground.numbers.calling_to
    return Check(HOURS, not outside, {"steps": outside, "from": earliest, "to": latest})


def _open_days(steps: Sequence[StepLike], ground: Ground) -> Check:
    calendar = ground.calendar
    shut = _numbers_of(
        steps, lambda step: not calendar.hours.slots(calendar.local_day(step.due_at))
    )
    return Check(OPEN_DAY, not shut, {"steps": shut})


def _not_past(steps: Sequence[StepLike], ground: Ground) -> Check:
    past = _numbers_of(steps, lambda step: due.is_overdue(step.due_at, ground.as_of))
    return Check(PAST, not past, {"steps": past})


def _numbers_of(steps: Sequence[StepLike], wrong: Any) -> list[int]:
    """The positions, from 1, of the steps a rule does not hold for."""
    return [number for number, step in enumerate(steps, start=1) if wrong(step)]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
