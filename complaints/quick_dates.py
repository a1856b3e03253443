"""Moments one may promise with one tap: this evening, the next morning, in two working days. Pure.

In the store's zone, on days it works and inside its opening hours of that day (CP-18, CP-20).
"""

from __future__ import annotations

import datetime as dt

from crm.workdays import Calendar

EVENING, MORNING = dt.time(17), dt.time(10)
WORKING_DAYS = 2
# Nobody promises what is due before the call is written down.
AHEAD = dt.timedelta(minutes=30)


def quick_dates(now: dt.datetime, calendar: Calendar) -> list[dt.datetime]:
    """Today 17:00, the next working day 10:00, 17:00 in two working days; what lies ahead."""
    today = calendar.local_day(now)
    wanted = [
        *([(today, EVENING)] if calendar.is_working_day(today) else []),
        (calendar.add_working_days(today, 1), MORNING),
        (calendar.add_working_days(today, WORKING_DAYS), EVENING),
    ]
    found = (_inside(day, at, calendar) for day, at in wanted)
    return list(dict.fromkeys(at for at in found if at >= now + AHEAD))


def _inside(day: dt.date, at: dt.time, calendar: Calendar) -> dt.datetime:
    """That time of the day, moved into the hours in which the store is open then."""
    slots = calendar.working_slots(day)
    if slots and not any(one.opens <= at < one.closes for one in slots):
        after = [one.opens for one in slots if one.opens > at]
        at = after[0] if after else slots[-1].closes
    return dt.datetime.combine(day, at, tzinfo=calendar.zone)
