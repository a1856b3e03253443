"""Verbs of the walk-in and call log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.actions import note
from crm.customers.models import Card
from crm.notices.actions import tell
from crm.notices.models import About
from crm.people.models import User
from crm.reception import access
from crm.reception.models import ReceptionEntry
from crm.records import audit
from crm.records.actions import claim_request, free_number, written
from crm.vehicles.models import Product
from crm.workdays import is_to_come


@transaction.atomic
def log_reception(
    card: Card | None,
    *,
    by: User,
    kind: str,
    arrived_at: dt.datetime,
    now: dt.datetime,
    party_size: int | None = None,
    product: Product | None = None,
    test_drive: bool = False,
    first_time: bool = True,
    notes: str = "",
    request_id: str = "",
) -> ReceptionEntry | None:
    """Write down a walk-in or call that `by` received (RL-01, RL-02).

    A card's owner who was not there is told at once (RL-06); its customer has been here before.
    None for a form sent twice. Raises PermissionDenied, and ValidationError for an arrival still
    to come.
    """
    if not access.can_log_reception(by):
        raise PermissionDenied
    if is_to_come(arrived_at, now):
        raise ValidationError({"arrived_at": _("This moment is still to come.")})
    if not claim_request(by, "log_reception", request_id):
        return None
    entry = ReceptionEntry(
        **_place(by, arrived_at),
        kind=kind,
        arrived_at=arrived_at,
        party_size=party_size,
        product=product,
        card=card,
        first_time=first_time and card is None,
        test_drive=test_drive,
        notes=notes,
        **written(now),
    )
    entry.clean_fields(exclude={"staff", "team", "store", "product", "card"})
    entry.save()
    if card is not None:
        note(card, "reception_logged", by=by, now=now, kind=kind, test_drive=test_drive)
        if card.owner is not None and card.owner_id != by.pk:
            _tell_owner(entry, card, card.owner, now=now)
    audit.record("reception.log_reception", by=by, obj=entry, after={"kind": kind}, at=now)
    return entry


def _place(by: User, arrived_at: dt.datetime) -> dict[str, Any]:
    """The next number, and who received where."""
    post, year = by.reach.main, timezone.localtime(arrived_at).year
    return {
        "entry_no": free_number(
            ReceptionEntry, "entry_no", kind="reception", prefix="R", year=year
        ),
        "staff": by,
        "team_id": post.team_id if post else None,
        "store_id": post.store_id if post else None,
    }


def _tell_owner(entry: ReceptionEntry, card: Card, owner: User, *, now: dt.datetime) -> None:
    tell(
        to=owner,
        kind="reception_logged",
        occasion=f"reception:{entry.public_id}",
        about=About.of(entry),
        now=now,
        subject=f"card:{card.public_id}",
        link=("home:card", card.public_id),
        data={"who": entry.staff.name if entry.staff else "", "card_no": card.card_no},
    )
