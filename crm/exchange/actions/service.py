"""Saving tickets and return visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from complaints import states as ticket_states
from complaints.models import Ticket
from crm.exchange.actions.saving import Saving, held_by, new_state, save_rows, text
from crm.exchange.actions.staff import ensure_departments
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Row
from visits import states as visit_states
from visits.models import Visit


def store_of_card(lookup: Lookup, row: Row) -> Value:
    """The store of the row's card: where a row that belongs to nobody counts."""
    return lookup.values("Customers", row.values["card_no"]).get("store")


def save_tickets(saving: Saving, rows: Sequence[Row], lookup: Lookup) -> None:
    """Create and update complaints, visit problems and help requests."""
    departments = ensure_departments(row.values["lead_department"] for row in rows)

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        columns = (
            *("kind", "category", "reported_at", "deadline", "needs_onsite", "onsite_at"),
            *("resolved_at", "closed_at", "reopened_at"),
        )
        return {
            **{key: values[key] for key in columns},
            **new_state(row, ticket_states.STATUS_STATES),
            **held_by(saving, row, "responsible", fallback=store_of_card(lookup, row)),
            "ticket_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "reporter_id": saving.pk("Staff", values["reporter"]),
            "responsible_id": saving.pk("Staff", values["responsible"]),
            "lead_department_id": departments.get(text(values["lead_department"])),
            "description": text(values["description"]),
        }

    save_rows(saving, rows, Ticket, fields)


def save_visits(saving: Saving, rows: Sequence[Row], lookup: Lookup) -> None:
    """Create and update return visits, with the card's owner whose work they rate."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        store = store_of_card(lookup, row)
        columns = (
            *("kind", "due_on", "completed_at", "satisfaction", "declined", "repurchase"),
            "recommend",
        )
        return {
            **{key: values[key] for key in columns},
            **{key: text(values[key]) for key in ("method", "audit", "notes")},
            **new_state(row, visit_states.STATUS_STATES),
            **held_by(saving, row, "assignee", fallback=store),
            **held_by(saving, row, "owner", fallback=store, prefix="owner_"),
            "visit_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "assignee_id": saving.pk("Staff", values["assignee"]),
            "owner_id": saving.pk("Staff", values["owner"]),
            "ticket_id": saving.pk("Tickets", values["ticket_no"]),
        }

    save_rows(saving, rows, Visit, fields)
