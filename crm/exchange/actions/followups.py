"""Saving plans, planned contacts and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from crm.exchange.actions.saving import (
    Saving,
    chunks,
    create,
    held_by,
    new_state,
    save_rows,
    text,
)
from crm.exchange.sheets.choices import LIVE_PLAN
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Row
from followups import states
from followups.due import LAST_SECOND
from followups.models import Contact, Plan, PlanDecision, PlannedContact

DECISION = {
    "approved": PlanDecision.Kind.APPROVED,
    "completed": PlanDecision.Kind.APPROVED,
    "rejected": PlanDecision.Kind.RETURNED,
}


def save_plans(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update plans; those that end go first, since a card has one live plan."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        found = {
            "plan_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "author_id": saving.pk("Staff", values["author"]),
            "created_at": values["created_at"],
            "reviewer_id": saving.pk("Staff", values["reviewer"]),
            "reviewed_at": values["reviewed_at"],
            "review_comment": text(values["review_comment"]),
            "interval_days": values["interval_days"],
            **new_state(row, states.PLAN_STATUS_STATES),
        }
        if row.is_new and values["status"] != "draft":
            found["submitted_at"] = values["created_at"]
        if store := held_by(saving, row, "author"):
            found["store_id"] = store["store_id"]
        return found

    over = [row for row in rows if row.values["status"] not in LIVE_PLAN]
    live = [row for row in rows if row.values["status"] in LIVE_PLAN]
    # A plan that leaves its card makes room before another takes it.
    live.sort(key=lambda row: (row.is_new, "card_no" not in row.changed))
    for part in (over, live):
        save_rows(saving, part, Plan, fields)
    moved = [row for row in rows if not row.is_new and "card_no" in row.changed]
    saving.later(lambda: move_steps(saving, moved))
    write_decisions(saving, [row for row in rows if row.is_new])


def move_steps(saving: Saving, rows: Sequence[Row]) -> None:
    """Planned contacts stay with their plan's card."""
    for row in rows:
        steps = PlannedContact.objects.filter(plan=saving.pks["Plans"][row.key])
        saving.ledger.remember(PlannedContact, steps.values_list("pk", flat=True))
        steps.update(card=saving.pk("Customers", row.values["card_no"]))


def write_decisions(saving: Saving, rows: Sequence[Row]) -> None:
    """A decision is a row beside the plan's state, where the file says who and when."""
    decided = [
        PlanDecision(
            plan_id=saving.pks["Plans"][row.key],
            kind=DECISION[str(row.values["status"])],
            by_id=saving.pks["Staff"][row.values["reviewer"]],
            at=row.values["reviewed_at"],
            comment=text(row.values["review_comment"]),
            plan_version=1,
        )
        for row in rows
        if row.values["reviewer"] and row.values["reviewed_at"] and row.values["status"] in DECISION
    ]
    create(saving, PlanDecision, decided)


def save_planned_contacts(saving: Saving, rows: Sequence[Row], lookup: Lookup) -> None:
    """Create and update planned contacts; one at the last second of its day has no time."""
    cards = cards_of_plans(saving, lookup, {str(row.values["plan_no"]) for row in rows})

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        plan = saving.pks["Plans"][str(values["plan_no"])]
        due_at = values["due_at"]
        return {
            "planned_no": row.key,
            "plan_id": plan,
            "card_id": cards[plan],
            "due_at": due_at,
            "untimed": isinstance(due_at, datetime) and due_at.time() == LAST_SECOND,
            "method": values["method"],
            "content": text(values["content"]),
            "assignee_id": saving.pk("Staff", values["assignee"]),
            **new_state(row, states.PLANNED_STATUS_STATES),
            **held_by(saving, row, "assignee"),
        }

    save_rows(saving, rows, PlannedContact, fields)


def cards_of_plans(saving: Saving, lookup: Lookup, plans: Iterable[str]) -> dict[int, int]:
    """Plan to card: as stored, or as the file says of a plan that is new or moves."""
    found: dict[int, int] = {}
    stored: list[int] = []
    for plan in plans:
        row = lookup.in_file["Plans"].get(plan)
        if row is not None and row.good and "card_no" in row.changed:
            found[saving.pks["Plans"][plan]] = saving.pks["Customers"][str(row.values["card_no"])]
        else:
            stored.append(saving.pks["Plans"][plan])
    for part in chunks(sorted(stored)):
        found.update(Plan.objects.filter(pk__in=part).values_list("pk", "card_id"))
    return found


def save_contacts(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update the contact log."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        found: dict[str, Any] = {
            key: text(values[key]) for key in ("feedback", "problem", "next_step", "level_after")
        }
        found |= {
            key: values[key] for key in ("occurred_at", "method", "direction", "outcome", "purpose")
        }
        return {
            **found,
            "contact_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "staff_id": saving.pk("Staff", values["staff"]),
            "planned_id": saving.pk("PlannedContacts", values["planned_no"]),
            **attempt_of(saving, row),
            **held_by(saving, row, "staff"),
        }

    save_rows(saving, rows, Contact, fields)


def attempt_of(saving: Saving, row: Row) -> dict[str, int]:
    """Which try this contact was (CL-02), where the file alone tells."""
    attempt = saving.new_cards.attempts.get(row.key)
    return {} if attempt is None or not row.is_new else {"attempt": attempt}
