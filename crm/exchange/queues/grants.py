"""What a person may import, from the posts they hold today."""

from __future__ import annotations

from django.utils import timezone

from crm.customers.models import Card
from crm.exchange.sheets.grants import (
    OF_MANAGER,
    OF_MARKETER,
    OF_RECEPTION,
    OF_SUPERVISOR,
    Grant,
)
from crm.people import roles
from crm.people.models import Membership, Store, User
from crm.people.queues import second_person_has_signed_in


def is_first_import() -> bool:
    """Whether an administrator may begin with a file: no card, nobody to second them yet."""
    return not Card.objects.exists() and not second_person_has_signed_in()


def grants_of(user: User) -> list[Grant]:
    """One grant for each post that may import (matrix row 18: create).

    An administrator's is the first import of an empty installation, of which nobody else knows yet.
    """
    reach = user.reach
    codes = dict(Store.objects.values_list("pk", "code"))

    def stores(role: str) -> frozenset[str]:
        return frozenset(codes[pk] for pk in reach.stores_as(role) if pk in codes)

    found: list[Grant] = []
    if reach.has(roles.ADMIN) and is_first_import():
        found.append(Grant(frozenset(), frozenset(codes.values()), everything=True))
    if managed := stores(roles.MANAGER):
        found.append(Grant(OF_MANAGER, managed, decides=True))
    if teams := reach.teams_as(roles.SALES_SUPERVISOR):
        members = Membership.objects.valid_on(timezone.localdate()).filter(team__in=teams)
        people = frozenset(members.values_list("user__username", flat=True)) | {user.username}
        found.append(Grant(OF_SUPERVISOR, stores(roles.SALES_SUPERVISOR), people))
    if received := stores(roles.RECEPTION):
        found.append(Grant(OF_RECEPTION, received))
    if marketed := stores(roles.MARKETER):
        found.append(Grant(OF_MARKETER, marketed, frozenset({user.username})))
    return found
