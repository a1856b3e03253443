"""Checking a whole workbook against itself and what is stored. Saves nothing, queries nothing.

References are resolved over the file first, then over what is stored, so that the order of
sheets and rows does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from crm.exchange.sheets.choices import LIVE_PLAN
from crm.exchange.sheets.customers import anonymised
from crm.exchange.sheets.definitions import Value, Values
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.problems import Findings
from crm.exchange.sheets.registry import BY_KEY, SHEETS
from crm.exchange.sheets.rows import Book, Row

BEFORE_OPENING = timedelta(days=1)


class Stored(Protocol):
    """What the check asks about rows that are already there."""

    def rows(self, sheet: str, keys: Iterable[str]) -> Mapping[str, Values]:
        """The stored rows with these keys, in the workbook's terms."""

    def live_plans(self, cards: Iterable[str]) -> Mapping[str, list[str]]:
        """Card number to the numbers of its live plans."""

    def first_contacts(self, cards: Iterable[str]) -> Mapping[str, Mapping[str, datetime]]:
        """Card number to its contacts' numbers and times."""

    def products(self) -> Mapping[str, str]:
        """Code to name of every product."""

    def options(self, kind: str) -> Mapping[str, str]:
        """Every way to write an option of a list to the one way it is exported."""

    def merged(self, cards: Iterable[str]) -> Mapping[str, str]:
        """Merged card to the card that survived it."""


class Lookup:
    """Rows by sheet and key: those of the file first, then the stored ones."""

    def __init__(self, book: Book, stored: Stored) -> None:
        self.in_file = {
            sheet.key: {row.key: row for row in reversed(book.rows.get(sheet.key, []))}
            for sheet in SHEETS
        }
        self._stored = stored
        self._found: dict[str, dict[str, Values]] = {sheet.key: {} for sheet in SHEETS}

    def load(self, sheet: str, keys: Iterable[str]) -> None:
        """Fetch stored rows in one go."""
        missing = set(keys) - self._found[sheet].keys()
        if missing:
            self._found[sheet].update(self._stored.rows(sheet, missing))

    def stored(self, sheet: str, key: str) -> Values | None:
        """The stored row, once loaded."""
        return self._found[sheet].get(key)

    def values(self, sheet: str, key: Value) -> Values:
        """The row as it will be after the import; empty for none."""
        row = self.in_file[sheet].get(str(key))
        if row is not None and row.values:
            return row.values
        return self._found[sheet].get(str(key), {})

    def exists(self, sheet: str, key: Value) -> bool:
        """Whether the key names a row of the file or a stored one."""
        return str(key) in self.in_file[sheet] or str(key) in self._found[sheet]


def check_book(book: Book, stored: Stored, *, cascade: bool) -> Lookup:
    """Fill `values` and `stored` of every row and refuse those that may not come in.

    With `cascade`, rows that refer to a refused new row are refused as well: the others are
    going to be saved without it.
    """
    lookup = Lookup(book, stored)
    follow_merged(book, stored)
    for sheet in SHEETS:
        lookup.load(sheet.key, (row.key for row in book.rows.get(sheet.key, [])))
    keep_anonymised(book, lookup)
    for row in book.all_rows():
        merge(row, lookup)
    load_references(book, lookup)
    name_models_and_options(book, stored, lookup)
    for sheet in SHEETS:
        for row in book.rows.get(sheet.key, []):
            fill_from_others(row, lookup)
            check_row(row, lookup)
    refuse_early_contacts(book, stored, lookup)
    refuse_strange_plans(book, lookup)
    refuse_second_live_plans(book, stored)
    if cascade:
        refuse_what_refers_to_refused(book, lookup)
    book.findings.refused += [problem for row in book.all_rows() for problem in row.problems]
    return lookup


def follow_merged(book: Book, stored: Stored) -> None:
    """A reference to a merged card means the one that survived; its own row is refused."""
    cards = {str(row.given.get("card_no") or "") for row in book.all_rows()}
    cards |= {str(row.given.get("referrer") or "") for row in book.rows.get("Customers", [])}
    survivors = stored.merged(cards - {""})
    if not survivors:
        return
    for row in book.all_rows():
        for column in ("card_no", "referrer"):
            survivor = survivors.get(str(row.given.get(column)))
            if survivor is None:
                continue
            if row.sheet.key == "Customers" and column == "card_no":
                row.refuse(column, _("this card was merged into %(card)s") % {"card": survivor})
            else:
                row.given[column] = survivor


def keep_anonymised(book: Book, lookup: Lookup) -> None:
    """A workbook from before an erasure does not bring the person back; it is said so."""
    for row in book.rows.get("Customers", []):
        found = lookup.stored("Customers", row.key)
        given = [column.key for column in row.sheet.columns if column.personal]
        given = [key for key in given if row.given.get(key)]
        if found is None or not anonymised(found) or not given:
            continue
        for key in given:
            del row.given[key]
        why = _("this card was anonymised; its personal data was not taken in")
        book.findings.warnings.append(row.problem(given[0], why))


def merge(row: Row, lookup: Lookup) -> None:
    """The whole row: what is given over what is stored, or over the defaults of a new row."""
    found = lookup.stored(row.sheet.key, row.key)
    row.stored = dict(found) if found is not None else None
    for column in row.sheet.columns:
        if column.key in row.given:
            value = row.given[column.key]
            row.values[column.key] = column.default if value is None else value
        elif row.stored is not None:
            row.values[column.key] = row.stored.get(column.key)
        else:
            row.values[column.key] = column.default


def load_references(book: Book, lookup: Lookup) -> None:
    """Fetch every stored row that rows of the file name, then those these name in turn."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in book.all_rows():
        for column in row.sheet.references:
            if value := row.values.get(column.key):
                wanted[column.refers_to].add(str(value))
    for sheet in reversed(SHEETS):
        lookup.load(sheet.key, wanted[sheet.key])
        for key in wanted[sheet.key]:
            values = lookup.values(sheet.key, key)
            for column in BY_KEY[sheet.key].references:
                if value := values.get(column.key):
                    wanted[column.refers_to].add(str(value))


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


OPTION_COLUMNS = (
    ("Customers", "channel", "channel"),
    ("Customers", "lost_reason", "lost_reason"),
    ("Payments", "method", "payment_method"),
)


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


def check_row(row: Row, lookup: Lookup) -> None:
    """Columns that must be filled, references that must lead somewhere, the sheet's rules."""
    named = not already(row, row.sheet.key_column.key)
    for column in row.sheet.columns:
        value = row.values.get(column.key)
        if column.required and named and value is None and not already(row, column.key):
            row.refuse(column.key, _("this must be filled"))
        if column.refers_to and value is not None and not lookup.exists(column.refers_to, value):
            where = {"sheet": column.refers_to, "key": value}
            row.refuse(column.key, _("there is no %(key)s in %(sheet)s") % where)
    if row.good:
        for flaw in row.sheet.check(row.values):
            row.refuse(flaw.column, flaw.why)


def already(row: Row, column: str) -> bool:
    """Whether this column of the row was refused before."""
    name = row.header.names.get(column, column)
    return any(problem.column == name for problem in row.problems)


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


def likely_duplicates(
    book: Book, stored_phones: Mapping[str, Mapping[str, str]], findings: Findings
) -> None:
    """Warn of new or changed cards that share a phone under different names.

    `stored_phones` maps a phone to the stored cards that have it, card number to name.
    """
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    rows = [row for row in book.rows.get("Customers", []) if row.good]
    for phone, cards in stored_phones.items():
        seen[phone].update(cards)
    for row in rows:
        for number in phones_of(row.values):
            seen[number][row.key] = loose(str(row.values.get("name") or ""))
    for row in rows:
        if not {"name", "phone", "phone2"} & row.changed:
            continue
        own = loose(str(row.values.get("name") or ""))
        for column in ("phone", "phone2"):
            others = seen.get(str(row.values.get(column)), {})
            if card := next((card for card, name in others.items() if name != own), None):
                why = _("likely duplicate: card %(card)s has this phone under another name")
                findings.warnings.append(row.problem(column, why % {"card": card}))


def phones_of(values: Values) -> set[str]:
    """The phone numbers of a customer row."""
    return {str(values[key]) for key in ("phone", "phone2") if values.get(key)}
