"""The reception log's figure (kpi.md, follow-up)."""

from __future__ import annotations

from django.db.models import Q

from crm.reception.models import ReceptionEntry
from crm.records.kpis import Belongs, Part, Question, Rate

RECEIVED_BY = Belongs("staff", "team", "store")


def capture_rate(ask: Question) -> Rate:
    """First-time entries that arrived in the period, and those of them linked to a card."""
    entries = ReceptionEntry.objects.filter(first_time=True)
    rows = ask.within(entries, "arrived_at", RECEIVED_BY)
    return Rate((Part(rows, hit=Q(card__isnull=False)),))
