"""Customers who gave so many leads lately that they count as VIPs (RB-05, N-43).

Derived from who introduced whom and kept nowhere: it falls away by itself as leads grow old.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from crm.customers import states
from crm.customers.models import Card
from crm.rulebook.numbers import Numbers


def vips(numbers: Numbers, *, now: dt.datetime) -> frozenset[int]:
    """The customers who are VIPs at this moment, of all stores: few, whatever the house."""
    rows = _leads(numbers, timezone.localdate(now)).values("referrer__customer")
    many = rows.annotate(many=Count("pk")).filter(many__gte=numbers.vip_leads)
    return frozenset(many.values_list("referrer__customer", flat=True))


def leads_given(numbers: Numbers, day: dt.date, customer: OuterRef) -> Subquery:
    """How many leads a customer gave in the time that counts on a local date; None for none."""
    rows = _leads(numbers, day).filter(referrer__customer=customer).values("referrer__customer")
    return Subquery(rows.annotate(many=Count("pk")).values("many"))


def is_vip(customer_id: int, numbers: Numbers, *, now: dt.datetime) -> bool:
    """Whether this customer is one at this moment."""
    rows = _leads(numbers, timezone.localdate(now)).filter(referrer__customer=customer_id)
    return rows.count() >= numbers.vip_leads


def _leads(numbers: Numbers, day: dt.date) -> QuerySet[Card]:
    """The cards of those whom somebody introduced since the window began, a merged one once."""
    first = day - dt.timedelta(days=numbers.vip_days)
    since = dt.datetime.combine(first, dt.time.min, tzinfo=timezone.get_default_timezone())
    rows = Card.objects.filter(referrer__isnull=False, opened_at__gte=since)
    return rows.exclude(state=states.MERGED).order_by()
