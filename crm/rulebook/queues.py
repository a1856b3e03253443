"""What the rulebook says for a store."""

from __future__ import annotations

from django.db.models import Q

from crm.rulebook.models import Number
from crm.rulebook.numbers import Numbers, numbers_from


def numbers_for(store_id: int | None) -> Numbers:
    """The numbers in force in a store: its own rows over those for all, over the defaults."""
    rows = Number.objects.filter(Q(store__isnull=True) | Q(store_id=store_id))
    found = sorted(rows, key=lambda row: row.store_id is not None)
    return numbers_from({row.key: row.value for row in found})
