"""What those who look for events need to know: rule, numbers, calendar, moment (RV-10..14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from complaints.models import Ticket
from crm.orders.models import Order
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book
from crm.workdays import Calendar
from visits.models import VisitRule


@dataclass(frozen=True)
class Asked:
    """What a finder needs: the rule, the numbers and calendar of its store, and the moment.

    With `only` the events of that order or ticket alone are wanted. `counted` wants those that
    made their visit already as well, `until` looks for regular visits as far as that day.
    """

    rule: VisitRule
    numbers: Numbers
    calendar: Calendar
    now: dt.datetime
    only: Order | Ticket | None = None
    counted: bool = False
    until: dt.date | None = None

    def rows(self, moment: str = "") -> Q:
        """The rows a rule looks at: of its store, and of the one that is news.

        A store's own rule takes what is its from the rule for all: whatever happened at `moment`
        from its first day on, without one whatever there is once that day has come.
        """
        rows = Q() if self.rule.store_id is None else Q(store=self.rule.store_id)
        for store_id, since in self._taken():
            if moment:
                rows &= ~Q(Q((f"{moment}__gte", self._start(since))), store=store_id)
            elif since <= self.calendar.local_day(self.now):
                rows &= ~Q(store=store_id)
        return rows if self.only is None else rows & Q(pk=self.only.pk)

    def places(self, store: str) -> Iterator[tuple[Q, Numbers]]:
        """The rows of each store that has numbers of its own, and of all others, with theirs.

        `store` is the column that names the store.
        """
        if self.rule.store_id is not None:
            yield Q(), self.numbers
            return
        whole = book()
        own = sorted(whole.stores_with_numbers())
        for store_id in own:
            yield Q((store, store_id)), whole.numbers(store_id)
        yield ~Q((f"{store}__in", own)) if own else Q(), self.numbers

    @property
    def since(self) -> dt.datetime:
        """The first moment that counts."""
        return self._start(self.rule.since)

    def _start(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, tzinfo=self.calendar.zone)

    def _taken(self) -> Iterable[tuple[int | None, dt.date]]:
        if self.rule.pk is None:
            return ()
        own = self.rule.own_rules.filter(active=True)
        return own.order_by("pk").values_list("store_id", "since")
