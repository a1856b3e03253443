"""Rules over several rows of a workbook: early contacts, strange plans, second live plans."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm.exchange.sheets.choices import LIVE_PLAN
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.lookup import Lookup, Stored
from crm.exchange.sheets.rows import Book
from crm.exchange.sheets.saying import said as _

BEFORE_OPENING = timedelta(days=1)


def refuse_early_contacts(book: Book, stored: Stored, lookup: Lookup) -> None:
    """No contact lies more than a day before its card's opening."""
    why = _("it lies more than a day before the card was opened")
    for row in book.rows.get("Contacts", []):
        opened = lookup.values("Customers", row.values.get("card_no")).get("opened_at")
        if too_early(row.values.get("occurred_at"), opened):
            row.refuse("occurred_at", why)
    moved = {
        row.key: row
        for row in book.rows.get("Customers", [])
        if row.stored is not None and "opened_at" in row.changed
    }
    for card, contacts in stored.first_contacts(moved).items():
        for number, moment in contacts.items():
            if number not in lookup.in_file["Contacts"] and too_early(
                moment, moved[card].values["opened_at"]
            ):
                facts = {"contact": number}
                moved[card].refuse(
                    "opened_at", _("contact %(contact)s lies more than a day before") % facts
                )
                break


def too_early(moment: Value, opened: Value) -> bool:
    """Whether a contact lies more than a day before an opening."""
    both = isinstance(moment, datetime) and isinstance(opened, datetime)
    return both and moment < opened - BEFORE_OPENING  # type: ignore[operator]


def refuse_strange_plans(book: Book, lookup: Lookup) -> None:
    """A contact carries out a planned contact of its own card."""
    for row in book.rows.get("Contacts", []):
        planned = row.values.get("planned_no")
        if not planned or not lookup.exists("PlannedContacts", planned):
            continue
        plan = lookup.values("PlannedContacts", planned).get("plan_no")
        card = lookup.values("Plans", plan).get("card_no")
        if card != row.values.get("card_no"):
            row.refuse("planned_no", _("it belongs to card %(card)s") % {"card": card})


def refuse_second_live_plans(book: Book, stored: Stored) -> None:
    """A card has at most one plan that is being worked on."""
    rows = book.rows.get("Plans", [])
    in_file = {row.key for row in rows}
    live = [row for row in rows if row.good and row.values.get("status") in LIVE_PLAN]
    first = {
        card: plan
        for card, plans in stored.live_plans({str(row.values["card_no"]) for row in live}).items()
        for plan in plans
        if plan not in in_file
    }
    for row in live:
        other = first.setdefault(str(row.values["card_no"]), row.key)
        if other != row.key:
            facts = {"card": row.values["card_no"], "plan": other}
            row.refuse("status", _("card %(card)s has the live plan %(plan)s already") % facts)


def refuse_what_refers_to_refused(book: Book, lookup: Lookup) -> None:
    """A row cannot be saved without the new row it names."""
    while True:
        found = False
        for row in book.all_rows():
            for column in row.sheet.references if row.good else ():
                other = lookup.in_file[column.refers_to].get(str(row.values.get(column.key)))
                if other is not None and not other.good and other.is_new:
                    facts = {"row": other.number, "sheet": other.sheet_name}
                    row.refuse(
                        column.key,
                        _("row %(row)d of %(sheet)s, which it names, is refused") % facts,
                    )
                    found = True
                    break
        if not found:
            return
