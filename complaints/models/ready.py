"""What is made ready for the desk: texts to the customer, and steps carried out in one press."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.tickets import Ticket
from crm.people import roles
from crm.people.models import User
from crm.records.models import Record

KEEPERS = (roles.SERVICE_SUPERVISOR, roles.MANAGER)
USERS = (roles.SERVICE_AGENT, *KEEPERS)
NAME_AT_MOST = 60
TEXT_AT_MOST = 2000
ReadyT = TypeVar("ReadyT", bound="Ready")


class ReadyQuerySet(models.QuerySet[ReadyT]):
    def visible_to(self, user: User) -> ReadyQuerySet[ReadyT]:
        """Those of one's stores and those for all; the general manager's are all of them."""
        reach = user.reach
        if reach.has(roles.GENERAL_MANAGER):
            return self
        if not reach.has(*USERS):
            return self.none()
        return self.filter(Q(store__isnull=True) | Q(store__in=reach.stores_as(*USERS)))

    def in_use_for(self, ticket: Ticket) -> ReadyQuerySet[ReadyT]:
        """Those to be picked on a ticket of this store."""
        return self.filter(Q(store__isnull=True) | Q(store=ticket.store_id), is_active=True)


class Ready(Record):
    """Made ready by the service supervisor or the manager for a store, or for all (no `store`)."""

    name = models.CharField(_("name"), max_length=NAME_AT_MOST)
    is_active = models.BooleanField(_("in use"), default=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class ReplyTemplate(Ready):
    """What the customer is told, in the three languages, with the blanks of `complaints.blanks`.

    One that `tells_outcome` is offered only once the answer is approved (CP-12, CP-20).
    """

    zh_hans = models.TextField(_("Simplified Chinese"), max_length=TEXT_AT_MOST)
    zh_hant = models.TextField(_("Traditional Chinese"), max_length=TEXT_AT_MOST)
    en = models.TextField(_("English"), max_length=TEXT_AT_MOST)
    tells_outcome = models.BooleanField(_("tells an outcome"), default=False)

    objects = ReadyQuerySet["ReplyTemplate"].as_manager()


class Macro(Ready):
    """Steps on a ticket, carried out together in the order of these columns or not at all."""

    takes = models.BooleanField(_("take the ticket"), default=False)
    category = models.CharField(
        _("class"), max_length=16, choices=Ticket.Category.choices, blank=True
    )
    lead = models.ForeignKey(
        "people.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead department"),
    )
    lead_task = models.CharField(_("task of the lead"), max_length=500, blank=True)
    assisting = models.ForeignKey(
        "people.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assisting department"),
    )
    assisting_task = models.CharField(_("task of the assisting"), max_length=500, blank=True)
    note = models.TextField(_("internal note"), max_length=TEXT_AT_MOST, blank=True)
    waits_for = models.CharField(_("wait for the customer"), max_length=300, blank=True)

    objects = ReadyQuerySet["Macro"].as_manager()
