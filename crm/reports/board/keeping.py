"""Which figures are kept, by which rules, and what has changed since (issue of speed)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from crm.records.periods import ONE_DAY
from crm.reports.models import Keeping, TouchedCard, TouchedHour
from followups.kpis import REPLY_TIME

# Raised with every change of what a kept row holds: all are made anew then.
RULES = 1
ONE_HOUR = timedelta(hours=1)
A_WEEK = 7
# More cards than this that changed since are not looked up beside the kept ones.
MOST_TOUCHED = 5000
# Figures kept by the day or the week, with what touches them.
SPAN_DAYS = {"on_time_rate": 1, "response_rate": A_WEEK, "conversion_rate": A_WEEK}
What = TouchedHour.What
TOUCHED_BY = {
    "on_time_rate": (What.PLANNED,),
    "response_rate": (What.CONTACT,),
    "conversion_rate": (What.CONTACT, What.ORDER),
}


def version() -> str:
    """What kept rows depend on beside the rows they follow from."""
    return f"{RULES} {timezone.get_default_timezone_name()} {REPLY_TIME}"


def state() -> Keeping | None:
    """How far keeping has come, by the rules of today; None where it has not begun."""
    return Keeping.objects.filter(version=version()).first()


@contextmanager
def one_snapshot() -> Iterator[bool]:
    """Everything inside is read as of one moment; False where that cannot be had.

    Inside a transaction it can be had only where that began so.
    """
    if connection.vendor != "postgresql":
        yield False
    elif connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            yield cursor.fetchone()[0] == "repeatable read"
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield True


@dataclass(frozen=True)
class Touched:
    """What has changed since it was kept: cards, and hours by what lies in them.

    `cards` is None where they are too many to look up.
    """

    cards: frozenset[int] | None
    hours: frozenset[tuple[str, datetime]]

    def firsts(self, key: str) -> set[date]:
        """The first days of the days or weeks of a figure that have changed."""
        moments = [at for what, at in self.hours if what in TOUCHED_BY[key]]
        back = REPLY_TIME if key == "response_rate" else timedelta(0)
        days = SPAN_DAYS[key]
        return {first for at in moments for first in _firsts(at - back, at + ONE_HOUR, days)}


def touched() -> Touched:
    """What the database has marked as changed."""
    cards = TouchedCard.objects.values_list("card", flat=True).distinct()[: MOST_TOUCHED + 1]
    found, hours = frozenset(cards), TouchedHour.objects.values_list("what", "at").distinct()
    return Touched(found if len(found) <= MOST_TOUCHED else None, frozenset(hours))


def first_of(day: date, days: int) -> date:
    """The day a kept span of so many days begins on, of those that hold this day."""
    return day if days == 1 else day - timedelta(days=day.weekday())


def _firsts(begin: datetime, end: datetime, days: int) -> Iterator[date]:
    """The first days of all spans that hold a moment from `begin` to `end`."""
    zone = timezone.get_default_timezone()
    first = first_of(timezone.localdate(begin, zone), days)
    while first <= timezone.localdate(end, zone):
        yield first
        first += days * ONE_DAY
