"""Checking a whole workbook against itself and what is stored. Saves nothing, queries nothing.

References are resolved over the file first, then over what is stored, so that the order of
sheets and rows does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crm.exchange.sheets.customers import anonymised
from crm.exchange.sheets.defaults import fill_from_others, name_models_and_options
from crm.exchange.sheets.definitions import spelled
from crm.exchange.sheets.grants import Grant, refuse_beyond
from crm.exchange.sheets.lookup import Lookup, Stored
from crm.exchange.sheets.reading import cells_of
from crm.exchange.sheets.registry import BY_KEY, SHEETS
from crm.exchange.sheets.rows import NO_VALUES, Book, Row
from crm.exchange.sheets.rules import (
    refuse_early_contacts,
    refuse_second_live_plans,
    refuse_strange_plans,
    refuse_what_refers_to_refused,
)
from crm.exchange.sheets.saying import said as _


def check_book(
    book: Book, stored: Stored, *, cascade: bool, grants: Sequence[Grant] | None = None
) -> Lookup:
    """Fill `values` and `stored` of every row and refuse those that may not come in.

    With `cascade`, rows that refer to a refused new row are refused as well: the others are
    going to be saved without it. With `grants`, rows beyond them are refused.
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
            known = len(row.problems)
            fill_from_others(row, lookup)
            check_row(row, lookup)
            book.findings.count(row.problems[known:])
    refuse_early_contacts(book, stored, lookup)
    refuse_strange_plans(book, lookup)
    refuse_second_live_plans(book, stored)
    if grants is not None:
        refuse_beyond(book, lookup, grants)
    if cascade:
        refuse_what_refers_to_refused(book, lookup)
    book.findings.refused += [problem for row in book.all_rows() for problem in row.problems]
    book.findings.count_anew()
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
    row.values = cells_of(row.sheet, "values")
    for column in row.sheet.columns:
        if column.key in row.given:
            value = row.given[column.key]
            row.values[column.key] = column.default if value is None else value
        elif row.stored is not None:
            row.values[column.key] = row.stored.get(column.key)
        else:
            row.values[column.key] = column.default
    row.given = {"assignee": row.given["assignee"]} if "assignee" in row.given else NO_VALUES


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


def check_row(row: Row, lookup: Lookup) -> None:
    """Columns that must be filled, references that must lead somewhere, the sheet's rules."""
    named = not already(row, row.sheet.key_column.key)
    for column in row.sheet.columns:
        value = row.values.get(column.key)
        if column.required and named and value is None and not already(row, column.key):
            row.refuse(column.key, _("this must be filled"))
        if column.refers_to and value is not None and not lookup.exists(column.refers_to, value):
            sheet = BY_KEY[column.refers_to]
            where = {"sheet": spelled(sheet.key, sheet.chinese), "key": value}
            row.refuse(column.key, _("there is no %(key)s in %(sheet)s") % where)
    if row.good:
        for flaw in row.sheet.check(row.values):
            row.refuse(flaw.column, flaw.why)


def already(row: Row, column: str) -> bool:
    """Whether this column of the row was refused before."""
    name = row.header.names.get(column, column)
    return any(problem.column == name for problem in row.problems)
