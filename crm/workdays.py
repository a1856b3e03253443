"""Working days, make-up days, opening and quiet hours: pure, no clock, no database.

Days are local dates of the store's zone; moments are aware datetimes in any zone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

EARLIEST_DAY = date(2000, 1, 1)
LATEST_DAY = date(2100, 12, 31)
ONE_DAY = timedelta(days=1)

# Regions whose government moves working days to week-ends by a list printed each year.
# Elsewhere the statutory days alone are the calendar.
REGIONS_WITH_MAKE_UP_DAYS = frozenset({"CN"})

# A phone's clock may be ahead of ours by this much.
CLOCK_SLACK = timedelta(minutes=5)

# How far `next_opening` looks: longer than any closure a store can enter.
LOOK_AHEAD_DAYS = 400


def is_to_come(moment: datetime, now: datetime) -> bool:
    """Whether what is said to have happened then still lies ahead."""
    return moment > now + CLOCK_SLACK


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Opening hours without a break, local time, `closes` not included."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"A slot must close after it opens: {self.opens} to {self.closes}.")


WHOLE_WEEK = (Slot(time(8, 30), time(20, 0)),)


def _every_day(slots: tuple[Slot, ...]) -> tuple[tuple[Slot, ...], ...]:
    return (slots,) * 7


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a store is open and when nobody may be disturbed; dealerships work week-ends.

    `week` holds the slots of Monday to Sunday, `closed` single days off. Quiet hours run from
    `quiet_from` over midnight until `quiet_until` (N-27); equal times mean none.
    """

    week: tuple[tuple[Slot, ...], ...] = field(default_factory=lambda: _every_day(WHOLE_WEEK))
    closed: frozenset[date] = frozenset()
    quiet_from: time = time(22, 0)
    quiet_until: time = time(8, 0)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("Opening hours need seven days, Monday first.")
        for slots in self.week:
            if any(later.opens < earlier.closes for earlier, later in pairwise(slots)):
                raise ValueError("Slots of a day must follow each other without overlap.")

    def slots(self, day: date) -> tuple[Slot, ...]:
        """The slots of one local day, in order; empty when the store is shut."""
        return () if day in self.closed else self.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official working days of a region and one store's hours in its zone.

    `published` names the years whose list of make-up days is known. A year that is not among
    them counts Monday to Friday less statutory days and is provisional (`kpi.md`, ground rules).
    """

    region: str = "CN"
    zone: tzinfo = UTC
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    published: frozenset[int] = frozenset()
    hours: OpeningHours = field(default_factory=OpeningHours)

    def local_day(self, moment: datetime) -> date:
        """The store's date at a moment."""
        return moment.astimezone(self.zone).date()

    def is_provisional(self, day: date) -> bool:
        """Whether the list of the day's year has not been loaded yet."""
        return self.region in REGIONS_WITH_MAKE_UP_DAYS and day.year not in self.published

    def is_working_day(self, day: date) -> bool:
        """Whether the region works on that day; a make-up day wins over a week-end or holiday."""
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); 0 is the day itself.

        Raises ValueError when the search leaves the years 2000 to 2100.
        """
        step = ONE_DAY if count >= 0 else -ONE_DAY
        left = abs(count)
        while left:
            if not EARLIEST_DAY < day < LATEST_DAY:
                raise ValueError("No such working day between 2000 and 2100.")
            day += step
            left -= self.is_working_day(day)
        return day

    def nth_working_day_end(self, moment: datetime, count: int) -> datetime:
        """The first moment after the `count`-th working day that follows the moment's local day.

        "Within N working days" means strictly before it; the moment's own day does not count.
        """
        return self._start_of(self.add_working_days(self.local_day(moment), count) + ONE_DAY)

    def is_open(self, moment: datetime) -> bool:
        """Whether the store is open at that moment."""
        local = moment.astimezone(self.zone)
        return any(s.opens <= local.time() < s.closes for s in self.hours.slots(local.date()))

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the store is open, else the start of its next slot.

        A store without any opening within 400 days leaves the moment as it is.
        """
        for opens, closes in self._openings(self.local_day(moment)):
            if moment < closes:
                return max(moment, opens)
        return moment

    def add_opening_time(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment by which the store has been open for `amount`, counted from `moment`.

        A store without enough hours within 400 days is treated as always open.
        """
        left = amount
        for opens, closes in self._openings(self.local_day(moment)):
            start = max(moment, opens)
            if start < closes:
                if start + left <= closes:
                    return start + left
                left -= closes - start
        return moment + amount

    def working_slots(self, day: date) -> tuple[Slot, ...]:
        """The slots of a working day; none on a day off, even if the showroom is open then.

        A make-up day on which the store is usually shut is worked as the first day it opens.
        """
        if not self.is_working_day(day):
            return ()
        usual = self.hours.slots(day)
        if usual or day in self.hours.closed or day not in self.make_up_days:
            return usual
        return next((slots for slots in self.hours.week if slots), ())

    def working_spans(
        self, moment: datetime, *, every_day: bool = False
    ) -> Iterator[tuple[datetime, datetime]]:
        """Begin and end of each stretch of working time after a moment, as UTC, for 400 days.

        With `every_day` the days count on which the store is open, days off included.
        """
        slots_of = self.hours.slots if every_day else self.working_slots
        moment = moment.astimezone(UTC)
        for opens, closes in self._spans(self.local_day(moment), slots_of):
            if closes > moment:
                yield max(opens, moment), closes

    def in_quiet_hours(self, moment: datetime) -> bool:
        """Whether nobody may be disturbed at that moment (N-27: never 22:00 to 08:00)."""
        start, end = self.hours.quiet_from, self.hours.quiet_until
        at = moment.astimezone(self.zone).time()
        if start <= end:
            return start <= at < end
        return at >= start or at < end

    def after_quiet_hours(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into."""
        if not self.in_quiet_hours(moment):
            return moment
        local = moment.astimezone(self.zone)
        day = local.date()
        if local.time() >= self.hours.quiet_until:
            day += ONE_DAY
        return datetime.combine(day, self.hours.quiet_until, tzinfo=self.zone)

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)

    def _openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        return self._spans(day, self.hours.slots)

    def _spans(
        self, day: date, slots_of: Callable[[date], tuple[Slot, ...]]
    ) -> Iterator[tuple[datetime, datetime]]:
        for _ in range(LOOK_AHEAD_DAYS):
            for slot in slots_of(day):
                yield (
                    datetime.combine(day, slot.opens, tzinfo=self.zone).astimezone(UTC),
                    datetime.combine(day, slot.closes, tzinfo=self.zone).astimezone(UTC),
                )
            if day >= LATEST_DAY:
                return
            day += ONE_DAY
