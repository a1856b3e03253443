"""The floor with marks on everybody."""

from __future__ import annotations

import pytest

from complaints.models import Intake, Ticket
from crm.customers.models import Card, Customer
from crm.people.models import User
from tests.harness.canaries import Canary, Own
from tests.people import NOW
from tests.permissions.floor import Floor


@pytest.fixture
def canaries(permission_floor: Floor) -> dict[int, Canary]:
    """Customer id → marks, all over the floor."""
    marks = {c.pk: Canary(c, n) for n, c in enumerate(Customer.objects.order_by("pk"))}
    for card in Card.objects.select_related("customer"):
        Card.objects.filter(pk=card.pk).update(search=card.searchable())
    return marks


@pytest.fixture
def complainants(canaries: dict[int, Canary]) -> dict[int, Own]:
    """Complaint id → the number and plate its complainant left, beside the customer's own."""
    found = {}
    for number, ticket in enumerate(Ticket.objects.order_by("pk")):
        found[ticket.pk] = Own(number, "1381")
        left = {"phone": f"+86{found[ticket.pk].digits}", "plate": found[ticket.pk].plate}
        taken = {"channel": "phone", "store": ticket.store, "created_at": NOW}
        told = {"calmed": False, "confirmed": True}
        Intake.objects.update_or_create(
            ticket=ticket, defaults=left, create_defaults={**taken, **told, **left}
        )
    return found


@pytest.fixture
def colleagues() -> dict[int, Own]:
    """User id → the number the house reaches them by."""
    found = {user.pk: Own(n, "1361") for n, user in enumerate(User.objects.order_by("pk"))}
    for pk, mark in found.items():
        User.objects.filter(pk=pk).update(phone=f"+86{mark.digits}")
    return found
