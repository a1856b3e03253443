"""What a customer allows or no longer wishes; taken back as easily as given (PS-01)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from crm.customers.actions.timeline import note
from crm.customers.models import Card, Consent
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
) -> Consent:
    """Write down what the customer said; the latest word counts.

    `by` is None where the customer did it through a link. Who may record it is decided by the
    verb that heard it.
    """
    with transaction.atomic():
        consent, _made = Consent.objects.update_or_create(
            customer_id=card.customer_id,
            purpose=purpose,
            channel=channel,
            defaults={
                "said_at": now,
                "withdrawn_at": None if allowed else now,
                "words": words,
                "by": by,
            },
        )
        said = {"purpose": purpose, "channel": channel, "allowed": allowed}
        note(card, "consent", by=by, now=now, **said)
        audit.record("customers.note_consent", by=by, obj=card, after=said, at=now)
    return consent
