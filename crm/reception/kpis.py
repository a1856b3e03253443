"""The reception log's figure (kpi.md, follow-up)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.reception.models import ReceptionEntry
from crm.records.kpis import Belongs, Part, Question, Rate, Tally

# An entry keeps the store it happened in; it counts for the store of who received them, and for
# the source of the card it led to.
RECEIVED_BY = Belongs("staff", "team", "receiver_store", "product", source="visitor_source")


def capture_rate(ask: Question) -> Rate:
    """First-time entries that arrived in the period, and those of them linked to a card."""
    return Rate((Part(_first_times(ask), hit=Q(card__isnull=False)),))


def first_receptions(ask: Question) -> Tally:
    """First-time entries that arrived in the period: where the sales funnel begins."""
    return Tally(_first_times(ask))


def test_drives(ask: Question) -> Tally:
    """Visits to the showroom in the period on which the customer drove (KP-09)."""
    return Tally(_within(ask, ReceptionEntry.objects.filter(test_drive=True)))


def _first_times(ask: Question) -> QuerySet[Any]:
    return _within(ask, ReceptionEntry.objects.filter(first_time=True))


def _within(ask: Question, entries: QuerySet[Any]) -> QuerySet[Any]:
    placed = entries.filter(ask.known()).annotate(
        receiver_store=Coalesce("team__store_id", "store_id"),
        visitor_source=Coalesce("card__source", Value("")),
    )
    return ask.within(placed, "arrived_at", RECEIVED_BY)
