"""What today's rules miss on a card that an import brought (architecture.md, habit 13). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class History:
    """What is known of an imported card after its import."""

    status: str
    opened_at: datetime
    has_source: bool
    has_channel: bool
    has_owner: bool
    has_lost_reason: bool
    has_next_step: bool
    has_live_order: bool
    first_plan_at: datetime | None = None
    first_visit_at: datetime | None = None


def is_to_complete(card: History) -> bool:
    """Whether the card breaks a rule that a new card obeys, so that somebody should look."""
    return any(
        (
            not card.has_source,
            not card.has_channel,
            card.status == "open" and not (card.has_owner and card.has_next_step),
            card.status == "pool" and card.has_owner,
            card.status == "lost" and (card.has_live_order or not card.has_lost_reason),
            card.first_plan_at is not None and card.first_plan_at < card.opened_at,
            card.first_visit_at is not None and card.first_visit_at < card.opened_at,
        )
    )
