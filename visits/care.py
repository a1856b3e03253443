"""When a base customer is greeted, thanked or told of something due (RB-08, N-56, N-57). Pure.

Days are local dates of the store; lunar birthdays are "MM-DD", a leap month's "RMM-DD".
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from borax.calendars.lunardate import LunarDate

from crm.workdays import Calendar
from visits import due

ONE_DAY = dt.timedelta(days=1)
FEBRUARY, LEAP_DAY = 2, 29
# Lunar month and day of each festival; a solar one stands without.
LUNAR_FESTIVALS = {
    "spring": (1, 1),
    "lantern": (1, 15),
    "dragon_boat": (5, 5),
    "mid_autumn": (8, 15),
}
SHORT_MONTH = 29


class Times(NamedTuple):
    """A day that is kept, and the day by which somebody is to act."""

    day: dt.date
    due_on: dt.date


def greeting(day: dt.date, today: dt.date, *, ahead: int, late: int) -> Times | None:
    """A day to be greeted on shows so many days ahead; missed, it is made good for a few days."""
    if not today - late * ONE_DAY <= day <= today + ahead * ONE_DAY:
        return None
    return Times(day, max(day, today))


def expiry(
    day: dt.date, today: dt.date, *, before: int, ahead: int, calendar: Calendar
) -> Times | None:
    """Something that runs out is spoken of so many days before, and no more once it is over."""
    act = due.on_working_day(day - before * ONE_DAY, calendar)
    if today > day or act > today + ahead * ONE_DAY:
        return None
    return Times(day, due.not_before_today(act, today, calendar))


def afterwards(
    after: dt.date, wait: due.Wait, today: dt.date, *, ahead: int, calendar: Calendar
) -> Times | None:
    """What is due some time after an event, however late it is planned."""
    day = due.due_day(after, wait, calendar)
    if day > today + ahead * ONE_DAY:
        return None
    return Times(day, due.not_before_today(day, today, calendar))


def days_around(today: dt.date, *, ahead: int, late: int) -> list[dt.date]:
    """The days a greeting may be made for today."""
    return [today + step * ONE_DAY for step in range(-late, ahead + 1)]


def birthdays_on(day: dt.date) -> list[tuple[int, int]]:
    """Month and day of those born on a day: 28 February also greets the 29th in common years."""
    found = [(day.month, day.day)]
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY - 1) and not months.isleap(day.year):
        found.append((FEBRUARY, LEAP_DAY))
    return found


def lunar_birthdays_on(day: dt.date) -> list[str]:
    """How those born on a day by the lunar calendar have it on their card.

    Who was born in a leap month is greeted in the regular month; who was born on the 30th, in a
    month of 29 days, on the last one.
    """
    lunar = LunarDate.from_solar(day)
    if lunar.leap:
        return []
    numbers = [lunar.day]
    if lunar.day == SHORT_MONTH and lunar.after(1).day == 1:
        numbers.append(SHORT_MONTH + 1)
    plain = [f"{lunar.month:02d}-{number:02d}" for number in numbers]
    return [*plain, *(f"R{text}" for text in plain)]


def festival_day(festival: str, year: int) -> dt.date:
    """The day of a festival in a year; raises `KeyError` for one that is not known."""
    if festival == "new_year":
        return dt.date(year, 1, 1)
    month, day = LUNAR_FESTIVALS[festival]
    found: dt.date = LunarDate(year, month, day).to_solar_date()
    return found


def anniversaries(day: dt.date, until: dt.date) -> Iterator[tuple[int, dt.date]]:
    """Each year a day comes round again, up to a last day: how many years, and when."""
    years = 1
    while (again := due.add_months(day, years * due.MONTHS_A_YEAR)) <= until:
        yield years, again
        years += 1
