"""Opening a card with its plan and first planned contact (CC-27, FP-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers.models import Card
from crm.people.models import User
from crm.records.actions import claim_request, drop_draft, keep_result
from crm.records.queues import earlier_result
from followups.actions.planning import (
    new_draft,
    plan_contact,
    refresh_next,
    refuse_unwished,
)
from followups.steps import Step

FORM = "open_card"


def open_card(
    *,
    by: User,
    owner: User,
    customer: Mapping[str, Any],
    card: Mapping[str, Any],
    first: Step,
    now: dt.datetime,
    request_id: str = "",
) -> Card:
    """Open a card with its draft plan and first planned contact, reminders armed (CC-27, FP-12).

    `customer` and `card` are the fields of `customers.create_card`. A form sent twice returns
    the card it made. Raises `PermissionDenied`, `ValidationError`, `customers.PhoneTaken`.
    """
    if first.due_at <= now:
        raise ValidationError({"first_at": _("Choose a time still to come.")})
    with transaction.atomic():
        if not claim_request(by, FORM, request_id):
            return Card.objects.get(public_id=earlier_result(by, FORM, request_id))
        made = customers.create_card(by=by, owner=owner, customer=customer, card=card, now=now)
        refuse_unwished(made, "first_at")
        plan = new_draft(made, by=owner, now=now)
        plan_contact(plan, first, by=by, now=now)
        refresh_next(made)
        keep_result(by, FORM, request_id, made.public_id)
        drop_draft(by, FORM, "")
    return made
