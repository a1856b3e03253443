"""What somebody means to do next, and what they say happened: plain values from a form. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """A contact to be planned: when (UTC), how, what for and why (FP-01).

    An untimed one carries the last second of its local day.
    """

    due_at: dt.datetime
    method: str
    untimed: bool = False
    content: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A contact or try as it was: by which button, when (UTC), what was said (CL-01).

    `level` is confirmed or changed by each contact (LC-05). `planned_version` is the version of
    the planned contact the writer saw. `next_step` is the contact to plan; without one the
    plan's own next step stands.
    """

    result: str
    method: str
    occurred_at: dt.datetime
    level: str = ""
    direction: str = "out"
    note: str = ""
    problem: str = ""
    analysis: str = ""
    next_step: Step | None = None
    planned_version: int | None = None
