"""What a new card shows of the rows that come with it: known from the file, nothing is asked.

A card whose rows are not all new is left to `consequences.refresh_cards`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.exchange.sheets.choices import LIVE_PLAN
from crm.exchange.sheets.history import History, is_to_complete
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Book, Row
from followups import outcomes

LONGEST_PLATES = 60
SIGNED = frozenset({"signed", "delivered"})


@dataclass(slots=True)
class Facts:
    """The columns of a new card that follow from its other rows."""

    next_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    tries: int = 0
    plates: str = ""
    to_complete: bool = False

    def columns(self) -> dict[str, Any]:
        """As the card keeps them."""
        return {
            "next_contact_at": self.next_contact_at,
            "last_contact_at": self.last_contact_at,
            "tries": self.tries,
            "plates": self.plates,
            "to_complete": self.to_complete,
        }


@dataclass
class NewCards:
    """Facts by card number, and the number of each contact's try by contact number."""

    facts: dict[str, Facts] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)


def new_cards(book: Book, lookup: Lookup) -> NewCards:
    """Walk the file once; cards that a stored row refers to are left out."""
    found = NewCards()
    rows: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    mixed: set[str] = set()
    for row, number in with_cards(book, lookup):
        if row.is_new:
            rows[number][row.sheet.key].append(row)
        else:
            mixed.add(number)
    for card in book.rows.get("Customers", []):
        if card.good and card.is_new and card.key not in mixed:
            found.facts[card.key] = facts_of(card, rows.pop(card.key, {}), lookup, found.attempts)
    return found


def with_cards(book: Book, lookup: Lookup) -> Iterator[tuple[Row, str]]:
    """Every good row about a card, with the card's number."""
    for sheet in ("Plans", "PlannedContacts", "Contacts", "Orders", "Visits"):
        for row in book.rows.get(sheet, []):
            if not row.good:
                continue
            values = row.values
            if sheet == "PlannedContacts":
                values = dict(lookup.values("Plans", values["plan_no"]))
            yield row, str(values.get("card_no") or "")


def facts_of(
    card: Row, rows: dict[str, list[Row]], lookup: Lookup, attempts: dict[str, int]
) -> Facts:
    """What one new card shows."""
    facts = Facts()
    contacts = sorted(rows.get("Contacts", ()), key=lambda row: row.values["occurred_at"])
    for row in contacts:
        facts.tries = outcomes.tries_after(str(row.values["outcome"] or ""), facts.tries)
        attempts[row.key] = facts.tries
        facts.last_contact_at = row.values["occurred_at"]
    facts.next_contact_at = min(
        (
            row.values["due_at"]
            for row in rows.get("PlannedContacts", ())
            if row.values["status"] == "planned"
            and lookup.values("Plans", row.values["plan_no"]).get("status") in LIVE_PLAN
        ),
        default=None,
    )
    orders = rows.get("Orders", ())
    plates = ["".join(str(row.values["plate"]).split()) for row in orders if row.values["plate"]]
    facts.plates = " ".join(dict.fromkeys(plates))[-LONGEST_PLATES:].strip()
    facts.to_complete = is_to_complete(history_of(card, rows, facts))
    return facts


def history_of(card: Row, rows: dict[str, list[Row]], facts: Facts) -> History:
    """What is known of the card, as `is_to_complete` asks it."""
    values = card.values
    signed = [row.values for row in rows.get("Orders", ()) if row.values["status"] in SIGNED]
    visits = [row.values["completed_at"] for row in rows.get("Visits", ())]
    plans = [row.values["created_at"] for row in rows.get("Plans", ())]
    return History(
        status=str(values["status"]),
        opened_at=values["opened_at"],
        has_source=bool(values["source"]),
        has_channel=bool(values["channel"]),
        has_owner=bool(values["owner"]),
        has_lost_reason=bool(values["lost_reason"]),
        has_next_step=facts.next_contact_at is not None,
        has_live_order=any(order["signed_at"] for order in signed),
        first_plan_at=min((at for at in plans if at), default=None),
        first_visit_at=min((at for at in visits if at), default=None),
    )
