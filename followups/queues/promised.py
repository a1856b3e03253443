"""Contacts that may have kept a promise (HP-01)."""

from __future__ import annotations

from django.urls import reverse

from crm.people.models import User
from crm.promises.deeds import Deed
from crm.promises.models import Promise
from crm.ui import moments
from followups.models import Contact, Outcome
from followups.queues.wording import method_words, result_words

# A message that was sent says it too.
TOLD = (Outcome.REACHED, Outcome.REPLIED, Outcome.SENT)
AT_MOST = 20


def contacts_since(promise: Promise, user: User) -> list[Deed]:
    """Contacts of the customer since it was promised, as far as this person reads them."""
    rows = Contact.objects.visible_to(user).filter(
        card__customer=promise.card.customer_id,
        occurred_at__gte=promise.made_at,
        outcome__in=TOLD,
    )
    return [_deed(one) for one in rows.select_related("card", "staff")[:AT_MOST]]


def _deed(contact: Contact) -> Deed:
    parts = (
        moments.local(contact.occurred_at).strftime("%Y-%m-%d %H:%M"),
        method_words(contact.method),
        result_words(contact.result, contact.outcome),
        contact.staff.name,
    )
    return Deed(
        room="followups",
        model="contact",
        public_id=contact.public_id,
        at=contact.occurred_at,
        words=" · ".join(parts),
        link=reverse("home:card", args=[contact.card.public_id]),
    )
