"""Cards that share a phone under different names: kept apart, and said so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from crm.exchange.sheets.definitions import Values
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.problems import Findings
from crm.exchange.sheets.rows import Book
from crm.exchange.sheets.saying import said as _

SHORTENED = re.compile(r"\d\.?(\d*)[eE]\+?(\d{1,2})")


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


def shortened_phones(book: Book, findings: Findings) -> None:
    """Warn of numbers that a spreadsheet wrote as 1.38E+10: their last digits may be lost."""
    for sheet in ("Customers", "Staff"):
        for row in book.rows.get(sheet, []):
            for column in ("phone", "phone2"):
                found = SHORTENED.fullmatch(row.shown.get(column, ""))
                if found and len(found[1]) < int(found[2]) and row.good:
                    why = _("a spreadsheet shortened this number; its last digits may be lost")
                    findings.warnings.append(row.problem(column, why))


def phones_of(values: Values) -> set[str]:
    """The phone numbers of a customer row."""
    return {str(values[key]) for key in ("phone", "phone2") if values.get(key)}
