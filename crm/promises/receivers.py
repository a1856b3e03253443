"""News from customers that moves promises."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from crm.customers.models import Card
from crm.customers.signals import customer_handed_over
from crm.people.models import User
from crm.promises import actions


@receiver(customer_handed_over, dispatch_uid="promises.customer_handed_over")
def follow_owner(
    card: Card, new_owner: User | None, by: User | None, now: dt.datetime, **_rest: Any
) -> None:
    """Whoever takes a customer over also keeps what sales promised."""
    if new_owner is not None:
        actions.hand_over_promises(card, to=new_owner, by=by, now=now)
