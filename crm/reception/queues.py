"""The walk-in and call log as pages show it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.reception.models import ReceptionEntry
from crm.ui.lists import Chip, ListSpec, Sort
from crm.workdays import ONE_DAY


def first_visit(card: Any) -> Subquery:
    """When the outer card's customer first came to the showroom, beside the card's own row."""
    visits = ReceptionEntry.objects.filter(card=card, kind=ReceptionEntry.Kind.WALK_IN)
    return Subquery(visits.order_by("arrived_at").values("arrived_at")[:1])


def reception_log(user: User) -> QuerySet[ReceptionEntry]:
    """The entries in scope with what a row shows; one statement."""
    return ReceptionEntry.objects.visible_to(user).select_related(
        "staff", "product", "card__customer", "card__owner"
    )


def log_list(now: dt.datetime) -> ListSpec:
    """What the log may be filtered and sorted by; the newest arrival stands on top."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return ListSpec(
        sorts=(Sort("arrived", _("Arrived"), ("-arrived_at", "-pk")),),
        chips=(
            Chip("today", _("Today"), Q(arrived_at__gte=today)),
            Chip("week", _("Last 7 days"), Q(arrived_at__gte=today - 6 * ONE_DAY)),
            Chip("no_card", _("No card"), Q(card=None)),
            Chip("all", _("All")),
        ),
    )
