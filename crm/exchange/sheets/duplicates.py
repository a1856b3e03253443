"""Cards that share a phone under different names: kept apart, and said so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from crm.exchange.sheets.definitions import Values
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.problems import Findings
from crm.exchange.sheets.rows import Book


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
