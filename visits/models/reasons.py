"""Why a return visit ends uncounted, and why a bad grade leads to nothing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CancelReason(models.TextChoices):
    """Why a supervisor calls a visit off: it leaves every figure, so not for just any words (4.6).

    Kept in `end_reason`, or the words themselves where it is another reason; the audit trail and
    the card's timeline word the same codes (`crm.records.audit.field_words`).
    """

    MOVED = "customer_moved", _("Customer moved away")
    SOLD = "car_sold", _("Car sold on")
    TWICE = "planned_twice", _("Planned twice")
    MISTAKEN = "planned_by_mistake", _("Planned by mistake")
    DECEASED = "customer_deceased", _("Customer deceased")
    GONE = "no_way_left", _("No way left to reach the customer")
    OTHER = "other_words", _("Another reason")


class NothingBecause(models.TextChoices):
    """Why nothing is passed on after a bad grade (RV-39)."""

    UNWISHED = "unwished", _("The customer wishes none")
    SETTLED = "settled", _("Settled on the spot")
    KNOWN = "known", _("A ticket runs already")
