"""A card with what every room knows of it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from crm.customers.models import Card, PhoneView
from crm.customers.queues import card_for_page, leads_given
from crm.people.models import User
from crm.promises.models import Promise
from crm.reception.queues import first_visit
from crm.records.models import Draft
from crm.rulebook.models import OptionKind
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import label_beside
from crm.ui.statements import objects_of
from followups.queues import contact_count
from followups.queues.next_contact import FORM as DRAFT

BESIDE = (
    *("first_visit", "contact_count", "channel_words", "noted", "draft_body", "draft_at"),
    *("owed_id", "owed_at", "leads_given"),
)


def whole_card(
    user: User, public_id: str, numbers: Numbers, *, now: dt.datetime
) -> tuple[Card, dict[str, Any]]:
    """A card in scope and what stands beside it; one statement. Raises `Card.DoesNotExist`.

    `noted`: it is kept that this person was shown the numbers today. `owed_id` and `owed_at`: the
    answer the customer was promised and waits for still, the nearest of them (HP-01).
    `leads_given`: how many leads the customer gave of late, None for none (RB-05).
    """
    day = timezone.localdate(now)
    key = ("whole card", user.pk, user.reach, get_language(), day, numbers.vip_days)
    found = objects_of(key, partial(_whole_card, user, day, numbers), public_id=public_id)
    if not found:
        raise Card.DoesNotExist
    card: Card = found[0]
    return card, {name: card.__dict__[name] for name in BESIDE}


def _whole_card(user: User, day: dt.date, numbers: Numbers, *, public_id: str) -> QuerySet[Card]:
    drafts = Draft.objects.filter(user=user, form=DRAFT, subject_id=public_id)
    shown = PhoneView.objects.filter(
        user=user, card=OuterRef("pk"), day=day, kind=PhoneView.Kind.SHOWN
    )
    owed = Promise.objects.visible_to(user).waiting().filter(card=OuterRef("pk"))
    nearest = owed.order_by("due_at", "pk")
    return (
        card_for_page(user)
        .annotate(
            first_visit=first_visit(OuterRef("pk")),
            contact_count=contact_count(user.reach, OuterRef("pk")),
            channel_words=label_beside(OptionKind.CHANNEL, OuterRef("channel")),
            noted=Exists(shown),
            leads_given=leads_given(numbers, day, OuterRef("customer")),
            draft_body=Subquery(drafts.values("body")[:1]),
            draft_at=Subquery(drafts.values("saved_at")[:1]),
            owed_id=Subquery(nearest.values("public_id")[:1]),
            owed_at=Subquery(nearest.values("due_at")[:1]),
        )
        .filter(public_id=public_id)
    )


def draft_from(user: User, beside: dict[str, Any]) -> Draft | None:
    """What was typed into the card's contact form before, as `whole_card` read it."""
    if beside["draft_at"] is None:
        return None
    return Draft(user=user, form=DRAFT, body=beside["draft_body"], saved_at=beside["draft_at"])
