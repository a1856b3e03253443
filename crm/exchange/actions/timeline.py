"""Timeline rows in bulk: the same lines the single verbs write, at the times the file says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from crm.customers.models import TimelineEntry
from crm.exchange.actions.saving import Saving, create, good_rows, text
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Book, Row

ORDER_LINES = (
    ("signed_at", "order_signed", ("signed", "delivered", "cancelled")),
    ("delivered_at", "order_delivered", ("delivered",)),
    ("cancelled_at", "order_cancelled", ("cancelled",)),
)
NEEDS = frozenset({"model", "budget_min", "budget_max", "current_vehicle", "notes"})
PROFILE = frozenset(
    {
        *("name", "gender", "phone", "phone2", "wechat", "email", "address", "region"),
        *("birthday", "lunar_birthday", "occupation"),
    }
)


def write_timeline(saving: Saving, book: Book, lookup: Lookup) -> None:
    """Put what the saved rows tell on the timelines of their cards."""
    entries = chain(
        opened_and_changed(saving, good_rows(book, "Customers"), lookup),
        receptions(saving, good_rows(book, "Reception")),
        decisions(saving, good_rows(book, "Plans")),
        orders(saving, good_rows(book, "Orders"), lookup),
    )
    create(saving, TimelineEntry, entries)


def opened_and_changed(
    saving: Saving, rows: Sequence[Row], lookup: Lookup
) -> Iterator[dict[str, Any]]:
    """The opening of new cards; level, owner, needs and profile of changed ones."""
    for row in rows:
        card = saving.pks["Customers"].get(row.key)
        if row.is_new:
            by = saving.pk("Staff", row.values["first_owner"])
            data = {"source": text(row.values["source"]), "channel": text(row.values["channel"])}
            yield entry(card, "card_opened", row.values["opened_at"], by, **data)
        elif row.stored is not None and row.changed:
            for kind, facts in _changes(row, row.stored, lookup):
                by = saving.by.pk if saving.by else None
                yield entry(card, kind, saving.now, by, **facts)


def _changes(row: Row, before: Any, lookup: Lookup) -> Iterator[tuple[str, dict[str, Any]]]:
    changed = row.changed
    if "level" in changed:
        yield "level_changed", _before_after(before["level"], row.values["level"])
    if "owner" in changed:
        names = [
            lookup.values("Staff", key).get("name")
            for key in (before["owner"], row.values["owner"])
        ]
        yield "owner_changed", {"reason": "import", **_before_after(*names)}
    if fields := sorted(changed & NEEDS):
        yield "needs_changed", {"fields": fields}
    if fields := sorted(changed & PROFILE):
        yield "profile_changed", {"fields": fields}


def _before_after(before: Any, after: Any) -> dict[str, str]:
    return {"before": text(before), "after": text(after)}


def receptions(saving: Saving, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Walk-ins and calls that are linked to a card."""
    for row in rows:
        card = saving.pk("Customers", row.values["card_no"])
        if card and (row.is_new or "card_no" in row.changed):
            by = saving.pk("Staff", row.values["staff"])
            facts = {"kind": row.values["kind"], "test_drive": row.values["test_drive"]}
            yield entry(card, "reception_logged", row.values["arrived_at"], by, **facts)


def decisions(saving: Saving, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Approvals and returns, where the file says who and when."""
    for row in rows:
        values = row.values
        decided = values["reviewer"] and values["reviewed_at"] and row.is_new
        kind = {"approved": "plan_approved", "rejected": "plan_returned"}.get(values["status"])
        if decided and kind:
            card = saving.pk("Customers", values["card_no"])
            yield entry(card, kind, values["reviewed_at"], saving.pk("Staff", values["reviewer"]))


def orders(saving: Saving, rows: Sequence[Row], lookup: Lookup) -> Iterator[dict[str, Any]]:
    """Signing, handover and cancellation, each once."""
    for row in rows:
        values, before = row.values, row.stored or {}
        card = saving.pk("Customers", values["card_no"])
        by = saving.pk("Staff", values["staff"])
        facts = {
            "order_no": row.key,
            "amount": None if values["amount"] is None else str(values["amount"]),
            "model": text(lookup.values("Products", values["product"]).get("name")),
            "reason": "",
        }
        for column, kind, statuses in ORDER_LINES:
            if values[column] and not before.get(column) and values["status"] in statuses:
                yield entry(card, kind, values[column], by, **facts)


def entry(card: int | None, kind: str, at: Any, by: int | None, /, **data: Any) -> dict[str, Any]:
    """The fields of one line."""
    return {"card_id": card or 0, "kind": kind, "at": at, "by_id": by, "data": data}
