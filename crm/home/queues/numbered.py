"""What bears a number of its own and is found by it from the search box."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from complaints.models import Ticket
from crm.customers.models import Card
from crm.orders.models import Order
from crm.people.models import User
from crm.vehicles.vins import plain_vin
from followups.models import Plan
from visits.models import Visit

# Letters, digits and strokes with a digit among them; a phone number has no letter.
A_NUMBER = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9/_-]{4,40}")
VIN_LONG = 17

Rows = Callable[[User], QuerySet[Any]]
# Whose rows, the column of the number, the column of the page's row, the page.
NUMBERED: tuple[tuple[Rows, str, str, str], ...] = (
    (Ticket.objects.visible_to, "ticket_no", "public_id", "complaints:ticket"),
    (Ticket.objects.visible_to, "ledger_no", "public_id", "complaints:ticket"),
    (Card.objects.visible_to, "card_no", "public_id", "home:card"),
    (Visit.objects.visible_to, "visit_no", "public_id", "visits:visit"),
    (Plan.objects.visible_to, "plan_no", "public_id", "followups:plan"),
    (Order.objects.visible_to, "order_no", "card__public_id", "home:card"),
    (Order.objects.visible_to, "vin", "card__public_id", "home:card"),
    # Service sees no order: what was last said of this car.
    (Ticket.objects.visible_to, "card__orders__vin", "public_id", "complaints:ticket"),
)


def page_of_number(user: User, words: str) -> str:
    """The address of the ticket, card, visit, plan or order in scope with this number, or "".

    Numbers are compared whole, as printed or in capitals; a VIN as it is kept, however it is typed.
    """
    vin = plain_vin(words)
    is_vin = len(vin) == VIN_LONG and vin.isascii()
    if not is_vin and not A_NUMBER.fullmatch(words):
        return ""
    spellings = {words, words.upper(), vin}
    for rows, column, page_row, page in NUMBERED:
        found = rows(user).filter(**{f"{column}__in": spellings}).order_by("-pk")
        public_id = found.values_list(page_row, flat=True).first()
        if public_id:
            return reverse(page, args=[public_id])
    return ""
