"""What a customer allows or no longer wishes; taken back as easily as given (PS-01)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from crm.customers.actions.timeline import note
from crm.customers.models import Card, CardQuerySet, Consent
from crm.customers.signals import customer_closed
from crm.people.models import User
from crm.records import audit


def note_consent(
    card: Card,
    *,
    by: User | None,
    purpose: str,
    allowed: bool,
    words: str,
    now: dt.datetime,
    channel: str = "",
    heard: str = "",
) -> Consent:
    """Write down what the customer said; the latest word counts.

    `by` is None where the customer did it through a link, `heard` says where it was said. Who
    may record it is decided by the verb that heard it. Where no contact at all is wished any
    more, the rooms above end their work on each of the customer's cards (RM-09).
    """
    with transaction.atomic():
        unwished = not allowed and purpose == Consent.Purpose.CONTACT and not channel
        # Held first, so that nobody plans a contact meanwhile.
        cards = list(_held_cards(card)) if unwished else []
        consent, _made = Consent.objects.update_or_create(
            customer_id=card.customer_id,
            purpose=purpose,
            channel=channel,
            defaults={
                "said_at": now,
                "withdrawn_at": None if allowed else now,
                "words": words,
                "heard": heard,
                "by": by,
            },
        )
        said = {"purpose": purpose, "channel": channel, "allowed": allowed}
        note(card, "consent", by=by, now=now, words=words, heard=heard, **said)
        kept = {**said, **({"heard": heard} if heard else {})}
        audit.record("customers.note_consent", by=by, obj=card, after=kept, at=now)
        for one in cards:
            customer_closed.send(
                Card, card=one, reason="do_not_contact", survivor=None, by=by, now=now
            )
    return consent


def _held_cards(card: Card) -> CardQuerySet:
    rows = Card.objects.standing().filter(customer=card.customer_id)
    return rows.select_for_update(no_key=True).order_by("pk")
