"""When a backup is due, and when its age is a worry. Pure."""

from __future__ import annotations

import datetime as dt

# A backup that nobody has restored for so long proves little.
CHECK_EVERY = dt.timedelta(days=7)


def backup_is_due(last: dt.datetime | None, now: dt.datetime, *, hour: int) -> bool:
    """Whether none was begun since the clock last struck `hour`; `now` is in the store's zone."""
    struck = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if struck > now:
        struck -= dt.timedelta(days=1)
    return last is None or last < struck


def check_is_due(last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether no backup was restored on trial within a week."""
    return last is None or now - last >= CHECK_EVERY


def backup_level(last: dt.datetime | None, now: dt.datetime, *, late_h: int) -> str:
    """`ok`, `amber` once the last good one is `late_h` hours old, `red` from twice that.

    None, never one, is red.
    """
    late = dt.timedelta(hours=late_h)
    if last is None or now - last > 2 * late:
        return "red"
    return "amber" if now - last > late else "ok"


def check_level(last: dt.datetime | None, now: dt.datetime) -> str:
    """`ok`, or `amber` when no backup was restored on trial within two weeks."""
    return "ok" if last and now - last <= 2 * CHECK_EVERY else "amber"
