"""The reception log's figure (kpi.md, follow-up)."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Coalesce

from crm.reception.models import ReceptionEntry
from crm.records.kpis import Belongs, Part, Question, Rate

# An entry keeps the store it happened in; it counts for the store of who received them.
RECEIVED_BY = Belongs("staff", "team", "receiver_store")


def capture_rate(ask: Question) -> Rate:
    """First-time entries that arrived in the period, and those of them linked to a card."""
    entries = ReceptionEntry.objects.filter(first_time=True).annotate(
        receiver_store=Coalesce("team__store_id", "store_id")
    )
    rows = ask.within(entries, "arrived_at", RECEIVED_BY)
    return Rate((Part(rows, hit=Q(card__isnull=False)),))
