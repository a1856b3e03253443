"""What lies ahead for a customer and is not wished (PS-01)."""

from __future__ import annotations

from collections.abc import Collection

from crm.customers.models import Consent
from visits import states
from visits.models import Visit, VisitQuerySet
from visits.queues.outcomes import parts

CLOSES_VISITS = (Consent.Purpose.VISIT, Consent.Purpose.CONTACT)


def refused_ways(card_ids: Collection[int]) -> dict[int, set[str]]:
    """The ways of contact each of these cards' customers refused, by card."""
    rows = Consent.objects.withdrawn().filter(purpose=Consent.Purpose.CONTACT).exclude(channel="")
    found: dict[int, set[str]] = {}
    for part in parts(sorted(card_ids)):
        said = rows.filter(customer__cards__in=part).values_list("customer__cards", "channel")
        for card_id, channel in said:
            found.setdefault(card_id, set()).add(channel)
    return found


def answers_by_refused_ways(customer_id: int) -> VisitQuerySet:
    """Visits still owed after a complaint that were to be made by a way refused meanwhile."""
    refusals = Consent.objects.withdrawn().filter(customer=customer_id)
    closed = refusals.filter(purpose=Consent.Purpose.CONTACT).exclude(channel="")
    rows = Visit.objects.due().filter(card__customer=customer_id, kind=Visit.Kind.COMPLAINT)
    rows = rows.exclude(state=states.AWAITING_ENTRY)
    return rows.filter(method__in=closed.values("channel"))


def unwished_visits(customer_id: int) -> VisitQuerySet:
    """The visits still to be made that a customer refused, as a whole or by their way.

    Not an answer owed after a complaint, nor a visit that was made and awaits its entry.
    """
    refusals = Consent.objects.withdrawn().filter(customer=customer_id, purpose__in=CLOSES_VISITS)
    closed = set(refusals.values_list("channel", flat=True))
    rows = Visit.objects.due().filter(card__customer=customer_id)
    rows = rows.exclude(kind=Visit.Kind.COMPLAINT).exclude(state=states.AWAITING_ENTRY)
    return rows if "" in closed else rows.filter(method__in=closed)
