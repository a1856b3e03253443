"""Whom a ticket is about, asked of the database (CP-15)."""

from __future__ import annotations

from django.db.models import Q


def is_about(person: int, of: str = "") -> Q:
    """Tickets about this person, alone or with others; `of` is the way to the ticket."""
    also = {f"{of}also_about__contains": f",{person},"}
    return Q(**{f"{of}about": person}) | Q(**also)
