"""What an empty cell takes from another column or row, and one way to write models and options."""

from __future__ import annotations

from collections import defaultdict

from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.lookup import Lookup, Stored
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.rows import Book, Row

OPTION_COLUMNS = (
    ("Customers", "channel", "channel"),
    ("Customers", "lost_reason", "lost_reason"),
    ("Payments", "method", "payment_method"),
)


def name_models_and_options(book: Book, stored: Stored, lookup: Lookup) -> None:
    """One way to write a model (its product's code) and an option, however it was written."""
    codes = dict(stored.products())
    codes.update({key: str(row.values["name"]) for key, row in lookup.in_file["Products"].items()})
    named: dict[str, list[str]] = defaultdict(list)
    for code, name in codes.items():
        named[loose(name)].append(code)
    for sheet, column in (("Customers", "model"), ("Reception", "model")):
        for row in book.rows.get(sheet, []):
            text = row.values.get(column)
            if isinstance(text, str) and text not in codes:
                same = named.get(loose(text), [])
                row.values[column] = same[0] if len(same) == 1 else text
    for sheet, column, kind in OPTION_COLUMNS:
        known = stored.options(kind)
        for row in book.rows.get(sheet, []):
            if value := row.values.get(column):
                row.values[column] = known.get(loose(str(value)), value)


def fill_from_others(row: Row, lookup: Lookup) -> None:
    """Defaults that come from another column or row, where the cell is still empty.

    An update keeps what is stored, so only columns that may never be empty are filled again.
    """
    values = row.values
    sheet = row.sheet.key
    if sheet == "Contacts" and values["direction"] == "in":
        values["outcome"] = values["outcome"] or "reached"
    elif sheet == "PlannedContacts" and not values["assignee"]:
        values["assignee"] = lookup.values("Plans", values["plan_no"]).get("author")
    if not row.is_new:
        return
    if sheet == "Customers":
        values["first_owner"] = values["first_owner"] or values["owner"]
        values["store"] = values["store"] or store_of(values["owner"], lookup)
    elif sheet == "Reception":
        values["store"] = values["store"] or store_of(values["staff"], lookup)
    elif sheet == "Visits":
        card = lookup.values("Customers", values["card_no"])
        values["owner"] = values["owner"] or card.get("owner")
    elif sheet == "Tickets":
        values["responsible"] = values["responsible"] or values["reporter"]


def store_of(person: Value, lookup: Lookup) -> Value:
    """The store of somebody on the staff list."""
    return lookup.values("Staff", person).get("store") if person else None
