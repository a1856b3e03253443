"""Open tickets that may be about the same matter: same customer, phone or plate (CP-32)."""

from __future__ import annotations

import unicodedata

from django.db.models import Q

from complaints import states
from complaints.models import Intake, Ticket, TicketQuerySet
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User

SHOWN = 10


def similar_tickets(
    user: User, *, card: Card | None = None, phone: str = "", plate: str = ""
) -> TicketQuerySet:
    """What this person may see of the open complaints and opinions of one complainant."""
    same, plate = Q(pk__in=[]), plain_plate(plate)
    if card is not None:
        same |= Q(card__customer=card.customer_id)
        phone = phone or card.customer.phone
    if phone:
        same |= Q(card__customer__phone=phone) | Q(card__customer__phone2=phone)
        same |= Q(intake__phone=phone)
    if plate:
        same |= Q(intake__plate=plate)
    rows = Ticket.objects.visible_to(user).exclude(state__in=states.SETTLED)
    return rows.filter(same, kind__in=states.BY_SERVICE).select_related("responsible")


def similar_to(user: User, ticket: Ticket) -> TicketQuerySet:
    """The others a ticket may be merged into: of a complaint, complaints alone (CP-32)."""
    intake: Intake | None = getattr(ticket, "intake", None)
    rows = similar_tickets(
        user,
        card=ticket.card,
        phone=intake.phone if intake else "",
        plate=intake.plate if intake else "",
    )
    kinds = (states.COMPLAINT,) if ticket.kind == states.COMPLAINT else states.BY_SERVICE
    return rows.filter(kind__in=kinds).exclude(pk=ticket.pk)


def plain_plate(text: str) -> str:
    """A plate as it is kept: one width, capitals, no spaces or dots."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in wide if char.isalnum())[:20]


def card_of_phone(user: User, phone: str) -> Card | None:
    """The customer's newest card by a number somebody gave at the desk.

    Within scope; service, which answers for the whole store, also finds the store's.
    """
    if not phone:
        return None
    rows = Card.objects.of_phones([phone]).select_related("customer").order_by("-opened_at", "-pk")
    within = Q(pk__in=Card.objects.visible_to(user).values("pk"))
    stores = user.reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    return rows.filter(within | Q(store__in=stores)).first()
