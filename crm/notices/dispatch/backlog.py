"""What waited too long outside: a digest a person, or a supervisor's click."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count, Min, Q

from crm.notices import due, states
from crm.notices.dispatch.enclosures import ENCLOSED_BY
from crm.notices.models import Delivery, DeliveryQuerySet, Notice

IN_A_DIGEST = "in a digest"


def hold_old(now: dt.datetime) -> int:
    """Keep back what should have gone more than 24 hours ago; returns how many.

    A restored backup would else send again what went out after it was made. A digest that
    has taken up something younger meanwhile goes after all.
    """
    limit = now - due.HELD_AFTER
    young = Delivery.objects.in_trouble().filter(state=states.HELD, wanted_at__gte=limit)
    young.update(state=states.PENDING)
    return Delivery.objects.waiting().filter(wanted_at__lt=limit).update(state=states.HELD)


def fold_waiting(channel: str, now: dt.datetime, *, over: int = due.DIGEST_OVER) -> int:
    """Fold what waits for one person on this channel into one digest; returns how many folded.

    From more than `over` messages on, or where the oldest is more than four hours late. What
    has something enclosed goes by itself.
    """
    waiting = _plain().filter(channel=channel, not_before__lte=now)
    crowds = (
        waiting.order_by()
        .values("recipient")
        .annotate(n=Count("pk"), oldest=Min("wanted_at"))
        .filter(n__gt=1)
        .filter(Q(n__gt=over) | Q(oldest__lt=now - due.DIGEST_AFTER))
    )
    return sum(_fold_one(channel, row["recipient"], now) for row in crowds)


def _plain() -> DeliveryQuerySet:
    """What waits and is no more than its words."""
    return Delivery.objects.waiting().exclude(reminder__kind__in=ENCLOSED_BY)


def _fold_one(channel: str, recipient_id: int, now: dt.datetime) -> int:
    with transaction.atomic():
        waiting = _plain().filter(channel=channel, recipient_id=recipient_id, not_before__lte=now)
        locked = waiting.select_related("recipient").order_by("pk")
        rows = list(locked.select_for_update(no_key=True, skip_locked=True, of=("self",)))
        if len(rows) < 2:
            return 0
        first = rows[0]
        digest = Delivery.objects.create(
            key=f"digest/{first.recipient.public_id}/{channel}/{first.public_id}",
            reminder_id=first.reminder_id,
            recipient_id=recipient_id,
            store_id=first.store_id,
            channel=channel,
            wanted_at=max(row.wanted_at or now for row in rows),
            not_before=now,
            created_at=now,
        )
        pks = [row.pk for row in rows]
        Delivery.objects.filter(folded_into__in=pks).update(folded_into=digest)
        Delivery.objects.filter(pk__in=pks).update(
            state=states.CANCELLED, ended_because=IN_A_DIGEST, folded_into=digest
        )
    return len(rows)


def size_of(delivery: Delivery) -> int:
    """How many lines a digest stands for that are still open; 0 when all are done."""
    own = Q(deliveries__folded_into=delivery)
    if delivery.notice_id is not None:
        own |= Q(folded_into=delivery.notice_id)
    own |= Q(folded_into__deliveries__folded_into=delivery)
    lines = Notice.objects.still_open().filter(own).exclude(kind="digest")
    return lines.distinct().count()
