"""When the cars were handed over that a visit is about (RV-29)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from crm.orders.models import Order
from visits.models import Visit

OF_ORDER = "order:"


def delivered_first(visit: Visit) -> dt.datetime | None:
    """The first delivery among the orders that called for the visit; None where none did."""
    keys = visit.causes.filter(key__startswith=OF_ORDER).values_list("key", flat=True)
    named = [key.removeprefix(OF_ORDER).split("/")[0] for key in keys]
    found = Order.objects.filter(public_id__in=named).aggregate(first=Min("delivered_at"))
    first: dt.datetime | None = found["first"]
    return first
