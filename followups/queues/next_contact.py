"""What the contact form of a card stands on."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from crm.customers.models import Card, CaseAccess, row_scope
from crm.people.models import User
from followups.models import CONTACT_READERS, PlannedContact
from followups.queues.plans import Rulebooks
from followups.suggestions import Slot, Suggestions


def suggestions_for(
    card: Card,
    planned: PlannedContact | None,
    *,
    now: dt.datetime,
    rulebooks: Rulebooks | None = None,
) -> Suggestions:
    """The dates to offer after a contact that carries out `planned`: one statement of its own.

    The plan's own next step is the first one ahead, whatever is overdue.
    """
    rows = PlannedContact.objects.open().filter(card=card, due_at__gt=now)
    if planned is not None:
        rows = rows.exclude(pk=planned.pk)
    ahead = rows.order_by("due_at", "pk").values_list("due_at", "untimed").first()
    numbers, calendar = (rulebooks or Rulebooks()).of(card.store_id)
    return Suggestions(
        now=now,
        level=card.level,
        numbers=numbers,
        calendar=calendar,
        like=planned.due_at if planned and not planned.untimed else None,
        own_next=Slot(*ahead) if ahead else None,
    )


def next_planned(card: Card) -> PlannedContact | None:
    """The earliest open planned contact of a card: what a contact logged now carries out."""
    rows = PlannedContact.objects.open().filter(card=card).select_related("plan")
    return rows.order_by("due_at", "pk").first()


def planned_to_log(user: User, public_id: str) -> PlannedContact | None:
    """The planned contact this person may carry out: service helps on any card it sees (4.2)."""
    reach = user.reach
    scope = row_scope(reach, "card__", CONTACT_READERS) | Q(assignee__in=reach.own_ids)
    cases = CaseAccess.objects.open_for(reach).filter(card=OuterRef("card"))
    rows = PlannedContact.objects.filter(scope).annotate(has_case=Exists(cases))
    related = ("plan", "card__customer", "card__owner", "card__product")
    planned = rows.select_related(*related).filter(public_id=public_id).first()
    if planned is not None:
        planned.card.has_case = planned.has_case  # type: ignore[attr-defined]
    return planned
