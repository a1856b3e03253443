"""Names of sheets and columns that a store has taught us."""

from __future__ import annotations

from crm.exchange.models import HeaderName


def known_names(store_id: int | None) -> dict[tuple[str, str], str]:
    """(our sheet or "", their name as compared) → what it means."""
    rows = HeaderName.objects.filter(store=store_id)
    return {
        (sheet, name): means for sheet, name, means in rows.values_list("sheet", "name", "means")
    }
