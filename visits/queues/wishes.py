"""What lies ahead for a customer and is not wished (PS-01)."""

from __future__ import annotations

from crm.customers.models import Consent
from visits import states
from visits.models import Visit, VisitQuerySet

CLOSES_VISITS = (Consent.Purpose.VISIT, Consent.Purpose.CONTACT)


def unwished_visits(customer_id: int) -> VisitQuerySet:
    """The visits still to be made that a customer refused, as a whole or by their way.

    Not an answer owed after a complaint, nor a visit that was made and awaits its entry.
    """
    refusals = Consent.objects.withdrawn().filter(customer=customer_id, purpose__in=CLOSES_VISITS)
    closed = set(refusals.values_list("channel", flat=True))
    rows = Visit.objects.due().filter(card__customer=customer_id)
    rows = rows.exclude(kind=Visit.Kind.COMPLAINT).exclude(state=states.AWAITING_ENTRY)
    return rows if "" in closed else rows.filter(method__in=closed)
