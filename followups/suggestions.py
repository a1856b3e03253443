"""Which dates a contact form offers for the next contact. Pure (FP-08, CL-22)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from crm.rulebook.numbers import Numbers
from crm.workdays import Calendar
from followups import due, outcomes

PLAN, CYCLE, TOMORROW, AFTER, PICK = "plan", "cycle", "tomorrow", "after", "pick"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Slot:
    """When something is due: a UTC moment, or the end of a day without a time."""

    due_at: dt.datetime
    untimed: bool


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The ground a form stands on: the card's level, what is planned already, the rulebook.

    `like` is the appointment being carried out, if it had a time; `own_next` the plan's next
    step after it. `unwished` where the customer wishes no contact at all: nothing is offered.
    """

    now: dt.datetime
    level: str
    numbers: Numbers
    calendar: Calendar
    like: dt.datetime | None = None
    own_next: Slot | None = None
    unwished: bool = False

    def of_today(self) -> Suggestions:
        """The ground of every card today: all that the cycles' dates depend on and no more."""
        today, zone = self.calendar.local_day(self.now), self.calendar.zone
        like = self.like and dt.datetime.combine(today, self.like.astimezone(zone).time(), zone)
        now = dt.datetime.combine(today, dt.time(), zone)
        return Suggestions(now, "", self.numbers, self.calendar, like)

    @property
    def default(self) -> str:
        """What is chosen when the form opens: the plan's own next step, else by the cycle."""
        if self.unwished:
            return NOTHING
        return PLAN if self.own_next else CYCLE

    def chips(self) -> list[str]:
        """The chips, in order; a day the cycle names is not offered twice."""
        if self.unwished:
            return [NOTHING]
        taken = self.calendar.local_day(self.by_cycle(self.level).due_at)
        days = [key for key, ahead in ((TOMORROW, 1), (AFTER, 2)) if self._day(ahead) != taken]
        return [*([PLAN] if self.own_next else []), CYCLE, *days, PICK]

    def by_cycle(
        self, level: str, outcome: str = "reached", after: dt.datetime | None = None
    ) -> Slot:
        """The last open day of the level's cycle; the next open day after a try in vain.

        Never before tomorrow, at the time of day of the appointment carried out.
        """
        suggest = due.next_try_day if outcomes.is_tried_again(outcome) else due.next_day
        day = suggest(level, after or self.now, numbers=self.numbers, calendar=self.calendar)
        day = max(day, self._day(1))
        return self._slot(
            day, due.same_time(self.like, numbers=self.numbers, zone=self.calendar.zone)
        )

    def in_days(self, key: str) -> Slot:
        """Tomorrow or the day after, at any time."""
        return self._slot(self._day(1 if key == TOMORROW else 2), None)

    def slot(self, key: str, *, level: str, outcome: str, after: dt.datetime) -> Slot | None:
        """When the chosen chip means; None where the plan's own step stands or a date is typed."""
        if key == CYCLE:
            return self.by_cycle(level, outcome, after)
        return self.in_days(key) if key in (TOMORROW, AFTER) else None

    def _day(self, ahead: int) -> dt.date:
        return self.calendar.local_day(self.now) + dt.timedelta(days=ahead)

    def _slot(self, day: dt.date, at: dt.time | None) -> Slot:
        return Slot(due.due_at(day, at, self.calendar.zone), untimed=at is None)
