"""What nobody of customer service has taken yet, and what a person works on next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints import access, states
from complaints.models import Ticket, TicketQuerySet
from complaints.queues.position import filtered
from crm.people.models import Membership, User
from crm.ui.statements import rows_of

# So many of one's next tickets are stepped through before it begins anew.
STEPS = 50
WHOLE: Mapping[str, str] = {}


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


def next_for(
    user: User, now: dt.datetime, *, after: str = "", query: Mapping[str, str] = WHOLE
) -> str | None:
    """The public id of what expires first and is this person's or nobody's; None where none is.

    `after` is the ticket they have open: the one behind it comes next, the first after the last.
    Of what the filters of `query` leave, in its order.
    """
    own = Q(responsible__in=user.reach.own_ids) & ~Q(state__in=states.SETTLED)
    rows, _chosen = filtered(user, query, now)
    mine = rows.filter(own | Q(pk__in=unclaimed(user, now).values("pk")))
    keys = list(mine.values_list("public_id", flat=True)[:STEPS])
    if after in keys:
        at = keys.index(after) + 1
        keys = keys[at:] + keys[: at - 1]
    return keys[0] if keys else None


def next_within(
    user: User, query: Mapping[str, str], public_id: str, now: dt.datetime
) -> tuple[bool, str | None]:
    """Whether a ticket is still among what the filters leave, and which one comes next there."""
    rows, _chosen = filtered(user, query, now)
    if rows.filter(public_id=public_id).exists():
        return True, None
    if access.can_work_queue(user):
        return False, next_for(user, now, query=query)
    return False, rows.values_list("public_id", flat=True).first()
