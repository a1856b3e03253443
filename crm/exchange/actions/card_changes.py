"""What follows from changed cards: owners from now on, levels, and the state a level gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from crm.customers import states
from crm.customers.models import Card, LevelChange, Ownership
from crm.exchange.actions.saving import Saving, chunks, create, text
from crm.exchange.sheets.rows import Row


def ownership(
    saving: Saving, card: int, person: str, since: Any, until: datetime | None = None
) -> dict[str, Any]:
    """The fields of a row saying that this person owned the card, with today's team and store."""
    post = saving.post(person)
    return {
        "card_id": card,
        "user_id": saving.pks["Staff"][person],
        "team_id": post.team_id,
        "store_id": post.store_id,
        "since": since,
        "until": until,
        "reason": "import",
    }


def write_changes(saving: Saving, rows: Sequence[Row]) -> None:
    """New owners from now on, and changed levels."""
    pks = saving.pks["Customers"]
    moved = [row for row in rows if "owner" in row.changed]
    cards = [pks[row.key] for row in moved]
    for chunk in chunks(cards):
        active = Ownership.objects.filter(card__in=chunk, until__isnull=True)
        saving.ledger.remember(Ownership, active.values_list("pk", flat=True))
        active.update(until=Greatest(F("since"), saving.now))
    owners = [
        ownership(saving, pks[row.key], str(row.values["owner"]), saving.now)
        for row in moved
        if row.values["owner"]
    ]
    create(saving, Ownership, owners)
    levels = [
        LevelChange(
            card_id=pks[row.key],
            before=text((row.stored or {}).get("level")),
            after=text(row.values["level"]),
            # A level first written down by an import is one the card has had since its opening.
            at=saving.now if (row.stored or {}).get("level") else row.values["opened_at"],
            by=saving.by,
        )
        for row in rows
        if "level" in row.changed
    ]
    create(saving, LevelChange, levels)
    follow_level(saving, rows)


def follow_level(saving: Saving, rows: Sequence[Row]) -> None:
    """An open card whose level or owner changed is a prospect with a level, else potential."""
    cards = [
        saving.pks["Customers"][row.key]
        for row in rows
        if row.values["status"] == "open" and row.changed & {"level", "owner"}
    ]
    for chunk in chunks(cards):
        open_cards = Card.objects.filter(pk__in=chunk)
        early = open_cards.filter(state__in=[states.LEAD, states.POTENTIAL])
        early.exclude(level="").update(state=states.PROSPECT)
        open_cards.filter(state=states.LEAD, owner__isnull=False).update(state=states.POTENTIAL)
        open_cards.filter(state=states.PROSPECT, level="").update(state=states.POTENTIAL)
