"""Who sent a customer (RB-04)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers import access
from crm.customers.actions.timeline import note
from crm.customers.models import Card
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request


@transaction.atomic
def name_referrer(
    card: Card,
    *,
    by: User,
    version: int,
    referrer: Card | None,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Name who sent this customer, somebody else, or nobody (RB-04).

    Whoever is named before the delivery is thanked after it. Raises PermissionDenied,
    ValidationError, Stale.
    """
    if not access.can_edit_card(by, card):
        raise PermissionDenied
    if referrer is not None and referrer.customer_id == card.customer_id:
        raise ValidationError({"referrer": _("This is the customer's own card.")})
    if not claim_request(by, "name_referrer", request_id):
        return
    before = {"referrer": card.referrer.card_no if card.referrer else ""}
    after = {"referrer": referrer.card_no if referrer else ""}
    change(card, version=version, referrer=referrer)
    if before != after:
        note(card, "referrer_named", by=by, now=now, card_no=after["referrer"])
        audit.record("customers.name_referrer", by=by, obj=card, before=before, after=after, at=now)
