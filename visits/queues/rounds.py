"""A visitor's day at the phone: what is to be made today, in which order, and what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from crm.customers.access import shown_name
from crm.people.models import User
from visits import states
from visits.models import Visit, VisitQuerySet
from visits.queues.lists import visit_queue

SHOWN = 6


@dataclass(frozen=True)
class Round:
    """A visitor's day: all that is to be made up to today, of which some rows, and what is done."""

    order: list[int]
    rows: list[tuple[Visit, str]]
    done: int

    @property
    def total(self) -> int:
        """All of the day."""
        return self.done + len(self.order)

    @property
    def more(self) -> int:
        """How many there are beside the rows."""
        return len(self.order) - len(self.rows)

    def place_of(self, visit: Visit) -> int:
        """Which one of the day this is, counted from 1; the last where it is not among them."""
        mine = self.order.index(visit.pk) + 1 if visit.pk in self.order else len(self.order)
        return self.done + mine


def round_of(user: User, today: dt.date, *, at: Visit | None = None) -> Round:
    """One's own round of a local day, and the next rows of it, from the visit `at` on."""
    waiting = _waiting(user, today)
    order = list(waiting.values_list("pk", flat=True))
    here = order.index(at.pk) if at is not None and at.pk in order else 0
    first = max(0, min(here, len(order) - SHOWN))
    rows = waiting.filter(pk__in=order[first : first + SHOWN])
    start = timezone.make_aware(dt.datetime.combine(today, dt.time.min))
    done = Visit.objects.filter(
        assignee__in=user.reach.own_ids, state=states.COMPLETED, completed_at__gte=start
    )
    return Round(order, [(row, shown_name(user, row.card)) for row in rows], done.count())


def next_visit(user: User, now: dt.datetime, *, but: Visit) -> Visit | None:
    """What to make next: the first whose time has come, else the first; None after the last."""
    waiting = _waiting(user, timezone.localdate(now)).exclude(pk=but.pk)
    later = Q(appointed_at__gt=now) | Q(next_try_at__gt=now)
    return waiting.exclude(later).first() or waiting.first()


def _waiting(user: User, today: dt.date) -> VisitQuerySet:
    """One's own visits up to today: those with a time first, then the longest due.

    Who agreed another day, or is to be tried again on one, is in the round from it on and not
    before (RV-18, RV-30).
    """
    return (
        visit_queue(user)
        .filter(assignee__in=user.reach.own_ids, state__in=states.IN_HAND)
        .filter(
            Q(due_on__lte=today)
            | Q(appointed_at__date__lte=today)
            | Q(next_try_at__date__lte=today)
        )
        .exclude(appointed_at__date__gt=today)
        .exclude(next_try_at__date__gt=today)
        .order_by(Coalesce("appointed_at", "next_try_at").asc(nulls_last=True), "due_on", "pk")
    )
