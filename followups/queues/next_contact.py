"""What the contact form of a card stands on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Subquery

from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.customers.queues import contact_refused
from crm.people.models import User
from crm.records.models import Draft
from crm.rulebook.queues import book_beside, book_from
from crm.ui.statements import objects_of
from followups.models import PlannedContact, PlannedContactQuerySet
from followups.queues.day_rows import has_case
from followups.queues.plans import Rulebooks
from followups.suggestions import Slot, Suggestions

LONGEST_CHOICE = 30
FORM = "log_contact"


@dataclass(frozen=True)
class Known:
    """What a contact form needs to know, where it was read with the rest of the page."""

    # The customer as the reader may read it, the plan's own next step, what was typed before.
    name: str
    ahead: tuple[dt.datetime, bool] | None
    draft: Draft | None


def step_ahead(
    card: Card, planned: PlannedContact | None, *, now: dt.datetime
) -> tuple[dt.datetime, bool] | None:
    """When the plan goes on beside `planned`: the first step ahead, whatever is overdue."""
    rows = PlannedContact.objects.open().filter(card=card, due_at__gt=now)
    if planned is not None:
        rows = rows.exclude(pk=planned.pk)
    return rows.order_by("due_at", "pk").values_list("due_at", "untimed").first()


def suggestions_for(
    card: Card,
    planned: PlannedContact | None,
    *,
    ahead: tuple[dt.datetime, bool] | None,
    now: dt.datetime,
    rulebooks: Rulebooks | None = None,
) -> Suggestions:
    """The dates to offer after a contact that carries out `planned`; none where none is wished.

    Whoever refuses contact has nothing planned any more, so that an open one is not asked about.
    """
    numbers, calendar = (rulebooks or Rulebooks()).of(card.store_id)
    return Suggestions(
        now=now,
        level=card.level,
        numbers=numbers,
        calendar=calendar,
        like=planned.due_at if planned and not planned.untimed else None,
        own_next=Slot(*ahead) if ahead else None,
        unwished=planned is None and contact_refused(card),
    )


@dataclass(frozen=True)
class Sent:
    """What saving a contact on a card looks at; `known` None where it is still to be read."""

    card: Card
    planned: PlannedContact | None = None
    known: Known | None = None
    rulebooks: Rulebooks = field(default_factory=Rulebooks)
    # Whether the form may have a draft to forget.
    has_draft: bool = True


def sent_for(user: User, public_id: str, *, now: dt.datetime) -> Sent | None:
    """The planned contact a form carries out, with card, next step and rulebook: one statement.

    None where this person may not carry it out.
    """
    key = ("sent for", user.pk, user.reach)
    found = objects_of(key, partial(_sent_for, user), public_id=public_id, now=now)
    if not found:
        return None
    planned: PlannedContact = found[0]
    card = planned.card
    card.has_case = planned.has_case  # type: ignore[attr-defined]
    read: dict[str, Any] = planned.__dict__
    at = read["ahead_at"]
    known = Known(shown_name(user, card), (at, read["ahead_untimed"]) if at else None, None)
    return Sent(card, planned, known, Rulebooks(book_from(read["rules"])), read["has_draft"])


def _sent_for(user: User, *, public_id: str, now: dt.datetime) -> PlannedContactQuerySet:
    ahead = PlannedContact.objects.open().filter(card=OuterRef("card"), due_at__gt=now)
    others = ahead.exclude(pk=OuterRef("pk")).order_by("due_at", "pk")
    subject = OuterRef("card__public_id")
    return (
        PlannedContact.objects.visible_to(user)
        .filter(public_id=public_id)
        .select_related(
            "plan", "card__customer", "card__owner", "card__owner__preference", "card__product"
        )
        .annotate(
            has_case=has_case(user.reach),
            ahead_at=Subquery(others.values("due_at")[:1]),
            ahead_untimed=Subquery(others.values("untimed")[:1]),
            has_draft=Exists(Draft.objects.filter(user=user, form=FORM, subject_id=subject)),
            rules=book_beside(),
        )
        .order_by()
    )


def next_planned(user: User, card: Card) -> PlannedContact | None:
    """The earliest open planned contact of a card that this person may carry out."""
    return planned_to_log(user).open().filter(card=card).order_by("due_at", "pk").first()


def planned_to_log(user: User) -> PlannedContactQuerySet:
    """Planned contacts this person may carry out, with what the contact form shows.

    Each card knows `has_case`: an agent reads the name in full on an open case (security.md 1.3).
    """
    cards = Card.objects.with_case(user.reach).select_related("customer", "owner", "product")
    rows = PlannedContact.objects.visible_to(user).select_related("plan")
    return rows.prefetch_related(Prefetch("card", queryset=cards))


def to_choose(user: User, query: str) -> list[Card]:
    """Customers to log a contact with: those found, else those due first."""
    rows = Card.objects.visible_to(user).with_case(user.reach)
    rows = (
        rows.found_by(query) if query else rows.followed_up().filter(owner__in=user.reach.own_ids)
    )
    ordered = rows.select_related("customer", "product").order_by("next_contact_at", "pk")
    return list(ordered[:LONGEST_CHOICE])
