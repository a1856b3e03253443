"""What nobody of customer service has taken yet, and what a person works on next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from complaints import access, states
from complaints.models import Ticket, TicketQuerySet
from crm.people.models import Membership, User
from crm.ui.statements import rows_of

# So many of one's next tickets are stepped through before it begins anew.
STEPS = 50


def unclaimed(user: User, now: dt.datetime) -> TicketQuerySet:
    """Unsettled tickets of the stores this person serves that nobody of their service has.

    Whoever wrote one down answers for it till then (PR-21), be it sales or the front desk.
    """
    stores = user.reach.stores_as(*access.SERVICE)
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        role__in=access.SERVICE, store__in=stores
    )
    nobody = Q(responsible__isnull=True) | ~Q(responsible__in=posts.values("user"))
    rows = Ticket.objects.visible_to(user).filter(nobody, store__in=stores)
    return rows.exclude(state__in=states.SETTLED)


def claimable(user: User, tickets: list[Ticket], now: dt.datetime) -> set[int]:
    """Which of the tickets on a page this person may take; one statement."""
    if not access.can_work_queue(user):
        return set()
    wanted = tuple(one.pk for one in tickets)
    if not wanted:
        return set()

    def build(tickets: Sequence[int]) -> QuerySet[Ticket, tuple[int]]:
        rows = unclaimed(user, now).exclude(responsible=user.pk)
        return rows.filter(pk__in=tickets).values_list("pk")

    where = ("tickets", "claimable", user.pk, user.reach, timezone.localdate(now))
    return {pk for (pk,) in rows_of(where, build, tickets=wanted)}


def tickable(user: User, tickets: list[Ticket], claimable: set[int]) -> set[int]:
    """Which may be ticked to be taken, handed over or passed on together."""
    own = {
        one.pk for one in tickets if one.state not in states.ENDED and access.answers_for(user, one)
    }
    return claimable | own if access.can_work_queue(user) else set()


def next_for(user: User, now: dt.datetime, *, after: str = "") -> str | None:
    """The public id of what expires first and is this person's or nobody's; None where none is.

    `after` is the ticket they have open: the one behind it comes next, the first after the last.
    """
    own = Q(responsible__in=user.reach.own_ids) & ~Q(state__in=states.SETTLED)
    mine = Ticket.objects.visible_to(user).filter(own | Q(pk__in=unclaimed(user, now).values("pk")))
    order = (F("expires_at").asc(nulls_last=True), "pk")
    keys = list(mine.with_expiry().order_by(*order).values_list("public_id", flat=True)[:STEPS])
    if after in keys:
        at = keys.index(after) + 1
        keys = keys[at:] + keys[: at - 1]
    return keys[0] if keys else None
