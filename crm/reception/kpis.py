"""The reception log's figure (kpi.md, follow-up)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.reception.models import ReceptionEntry
from crm.records.kpis import Belongs, Part, Question, Rate, Tally

# An entry keeps the store it happened in; it counts for the store of who received them, and for
# the source of the card it led to.
RECEIVED_BY = Belongs("staff", "team", "receiver_store", source="visitor_source")


def capture_rate(ask: Question) -> Rate:
    """First-time entries that arrived in the period, and those of them linked to a card."""
    return Rate((Part(_first_times(ask), hit=Q(card__isnull=False)),))


def first_receptions(ask: Question) -> Tally:
    """First-time entries that arrived in the period: where the sales funnel begins."""
    return Tally(_first_times(ask))


def _first_times(ask: Question) -> QuerySet[Any]:
    entries = ReceptionEntry.objects.filter(first_time=True).annotate(
        receiver_store=Coalesce("team__store_id", "store_id"),
        visitor_source=Coalesce("card__source", Value("")),
    )
    return ask.within(entries, "arrived_at", RECEIVED_BY)
