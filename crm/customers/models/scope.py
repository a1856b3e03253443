"""Who reaches a row through its card: the one place every room above builds its scope on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.customers import states
from crm.people import roles
from crm.people.roles import Reach

# Who reaches a row through its card, and how far (security.md 1.2). Rooms above narrow it to the
# roles of their own line of the matrix.
WHOLE_STORE = frozenset(
    {roles.MANAGER, roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR, roles.RECEPTION}
)
EVERY_STORE = frozenset({roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER})
BY_CASE = frozenset({roles.HANDLER, roles.AUDITOR})
CARD_READERS = (
    WHOLE_STORE
    | EVERY_STORE
    | BY_CASE
    | {roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MARKETER}
)
# Sales matters such as orders and recoveries: no service, audit or front desk.
SALES_READERS = frozenset(
    {roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER}
)


def row_scope(
    reach: Reach,
    card: str = "",
    readers: frozenset[str] = CARD_READERS,
    by_case: frozenset[str] = BY_CASE,
) -> Q:
    """Which rows of a card this reach covers, counting only the roles in `readers`.

    `card` is the path from the queried model to its card, with a trailing "__". Roles in
    `by_case` see only cards of an open case of theirs.
    """
    if reach.has(*(EVERY_STORE & readers)):
        return ~Q(pk__in=[])  # every row; an empty Q() would vanish beside an "or"
    scope = Q(pk__in=[])
    # Who no longer sells but stands in for somebody sees that person's cards, not former own ones.
    sold = reach.own_ids if reach.has(roles.SALESPERSON) else reach.stands_in_for
    if roles.SALESPERSON in readers and sold:
        scope |= Q(**{f"{card}owner__in": sold})
    if roles.SALES_SUPERVISOR in readers and (teams := reach.teams_as(roles.SALES_SUPERVISOR)):
        scope |= Q(**{f"{card}team__in": teams})
    if stores := reach.stores_as(*((WHOLE_STORE & readers) - by_case)):
        scope |= Q(**{f"{card}store__in": stores})
    if reach.has(*(by_case & readers)):
        cases = CaseAccess.objects.open_for(reach).values("card")
        scope |= Q(**{f"{card}pk__in": cases})
    if roles.MARKETER in readers and reach.has(roles.MARKETER):
        scope |= Q(**{f"{card}owner": reach.user_id, f"{card}state": states.LEAD})
    return scope


class CaseAccessQuerySet(models.QuerySet["CaseAccess"]):
    def open_for(self, reach: Reach) -> CaseAccessQuerySet:
        """Access still open that names this person or one of their departments."""
        departments = reach.departments_as(roles.HANDLER)
        return self.filter(
            Q(user_id=reach.user_id) | Q(department__in=departments),
            Q(until__isnull=True) | Q(until__gt=Now()),
        )


class CaseAccess(models.Model):
    """A handler or auditor may see this card while their case is open (security.md 1.1)."""

    card = models.ForeignKey(
        "customers.Card", on_delete=models.CASCADE, related_name="case_accesses"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    department = models.ForeignKey(
        "people.Department", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)

    objects = CaseAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(department__isnull=False),
                name="case_access_names_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.card_id}"
