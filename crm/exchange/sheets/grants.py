"""What an importer may write: sheets, stores and people. What lies beyond is refused by row.

A file from the browser comes from a person with a scope; the command line has none. Nothing
of a stored row that lies beyond the scope is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.exchange.sheets.definitions import Value, Values
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Book, Row
from crm.exchange.sheets.saying import said as _

SERVICE = frozenset({"Tickets", "Visits"})
OF_MANAGER = frozenset(
    {
        *("Products", "Customers", "Reception", "Plans", "PlannedContacts", "Contacts"),
        *("Orders", "Payments", "Tickets", "Visits", "Recoveries"),
    }
)
OF_SUPERVISOR = frozenset({"Customers", "Reception", "Plans", "PlannedContacts", "Contacts"})
OF_RECEPTION = frozenset({"Customers", "Reception"})
OF_MARKETER = frozenset({"Customers"})
# A file of these alone carries nobody's decision.
WITHOUT_DECISIONS = frozenset({"Customers", "Reception"})
ROWS_WITHOUT_SECOND = 500


@dataclass(frozen=True)
class Grant:
    """One post's right to import: which sheets, for which stores, for whose rows.

    `people` are usernames; None means everybody of the stores.
    """

    sheets: frozenset[str]
    stores: frozenset[str]
    people: frozenset[str] | None = None
    decides: bool = False
    # The first file of an installation: everything, stores and people too.
    everything: bool = False


def refuse_beyond(book: Book, lookup: Lookup, grants: Sequence[Grant]) -> None:
    """Refuse every row that would write what none of the grants reaches."""
    if any(grant.everything for grant in grants):
        refuse_known_people(book)
        return
    for row in book.all_rows():
        if not row.good or not (row.is_new or row.changed):
            continue
        fit = [grant for grant in grants if row.sheet.key in grant.sheets]
        if not fit:
            why = _("your role may not bring rows of this sheet in")
        elif any(reaches(grant, row, lookup) for grant in fit):
            continue
        else:
            why = _("it belongs to another store or to somebody outside your scope")
        row.refuse(row.sheet.key_column.key, why)
        row.stored = None if row.stored is None else {}


def refuse_known_people(book: Book) -> None:
    """Accounts that exist are changed by their form, one's own by somebody else (row 20)."""
    for row in book.rows.get("Staff", []):
        if row.good and not row.is_new and row.changed:
            why = _("this account exists: it is changed under Users")
            row.refuse(row.sheet.key_column.key, why)


def reaches(grant: Grant, row: Row, lookup: Lookup) -> bool:
    """Whether the row, its card and everybody it newly names lie within the grant."""
    if not all(named_within(grant, person, lookup) for person in named(row)):
        return False
    if row.sheet.key == "Products":
        return True
    if row.sheet.key == "Customers":
        sides: list[Values] = [row.values, *([row.stored] if row.stored else [])]
        return all(card_within(grant, side) for side in sides)
    sides = [row.values, *([row.stored] if row.stored else [])]
    return all(of_card_within(grant, row, side, lookup) for side in sides)


def named(row: Row) -> Iterable[Value]:
    """The people a row names where it did not before."""
    for column in row.sheet.references:
        if column.refers_to == "Staff" and column.key in row.changed:
            yield row.values.get(column.key)


def named_within(grant: Grant, person: Value, lookup: Lookup) -> bool:
    """Whether somebody works in one of the grant's stores, or for the whole group."""
    if not person:
        return True
    stored = lookup.stored("Staff", str(person))
    return stored is not None and stored.get("store") in {None, *grant.stores}


def card_within(grant: Grant, card: Values) -> bool:
    """Whether a card counts for one of the stores and belongs to one of the people."""
    if card.get("store") not in grant.stores:
        return False
    return grant.people is None or card.get("owner") in grant.people


def of_card_within(grant: Grant, row: Row, values: Values, lookup: Lookup) -> bool:
    """Whether a row about a card lies within the grant; one without a card by its own store."""
    number = card_of(row.sheet.key, values, lookup)
    if number:
        stored = lookup.stored("Customers", str(number))
        after = lookup.values("Customers", number)
        return card_within(grant, after) and (stored is None or card_within(grant, stored))
    if row.sheet.key == "Reception":
        mine = grant.people is None or values.get("staff") in {None, *grant.people}
        return values.get("store") in grant.stores and mine
    person = values.get("responsible") or values.get("reporter")
    stored = lookup.stored("Staff", str(person)) if person else None
    return stored is not None and stored.get("store") in grant.stores


def card_of(sheet: str, values: Values, lookup: Lookup) -> Value:
    """The number of the card a row is about."""
    if sheet == "PlannedContacts":
        return lookup.values("Plans", values.get("plan_no")).get("card_no")
    if sheet == "Payments":
        return lookup.values("Orders", values.get("order_no")).get("card_no")
    return values.get("card_no")


def needs_second(book: Book, grants: Sequence[Grant]) -> bool:
    """Whether a manager must confirm: many rows, any changed one, or somebody's decisions."""
    if any(grant.everything for grant in grants):
        return False  # nobody else is there yet
    written = [row for row in book.all_rows() if row.good and row.changed]
    if len(written) > ROWS_WITHOUT_SECOND or any(not row.is_new for row in written):
        return True
    decided = any(row.sheet.key not in WITHOUT_DECISIONS for row in written)
    return decided and not any(grant.decides for grant in grants)
