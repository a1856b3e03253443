"""Importing a workbook: read, check everything, then save all of it or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from complaints.models import Ticket
from crm.customers.models import Card, Recovery
from crm.exchange.actions import (
    cases,
    consequences,
    customers,
    followups,
    sales,
    service,
    settling,
    staff,
    timeline,
)
from crm.exchange.actions.newcards import new_cards
from crm.exchange.actions.options import add_options
from crm.exchange.actions.pending import Pending
from crm.exchange.actions.saving import Counts, Saving, good_rows, know, learn_posts, referred
from crm.exchange.models import ImportJob
from crm.exchange.queues.stored import StoredRows
from crm.exchange.sheets.checking import check_book
from crm.exchange.sheets.defaults import OPTION_COLUMNS
from crm.exchange.sheets.duplicates import likely_duplicates, phones_of, shortened_phones
from crm.exchange.sheets.files import sheets_of_workbook
from crm.exchange.sheets.grants import Grant
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.problems import Findings
from crm.exchange.sheets.raw import COMMAND_LINE, Limits, RawSheet
from crm.exchange.sheets.registry import BY_KEY, SHEETS
from crm.exchange.sheets.rows import Book, Row, read_book
from crm.orders.models import Order, Payment
from crm.people.models import Department, Store, User
from crm.reception.models import ReceptionEntry
from crm.records import audit
from crm.records.states import Stale
from crm.vehicles.models import Product
from followups.models import Contact, Plan, PlannedContact
from visits.models import Visit


@dataclass
class Outcome:
    """What an import found and did; `saved` is False where nothing was written."""

    findings: Findings
    counts: dict[str, Counts] = field(default_factory=dict)
    saved: bool = False
    armed: int = 0

    @property
    def exit_status(self) -> int:
        """0 when nothing was refused, else 1."""
        return 1 if self.findings.refused else 0


REFERRED = {
    "Staff": (User, "username"),
    "Products": (Product, "code"),
    "Customers": (Card, "card_no"),
    "Plans": (Plan, "plan_no"),
    "PlannedContacts": (PlannedContact, "planned_no"),
    "Orders": (Order, "order_no"),
    "Tickets": (Ticket, "ticket_no"),
}
ALSO_UPDATED = {
    "Reception": ReceptionEntry,
    "Contacts": Contact,
    "Payments": Payment,
    "Visits": Visit,
    "Recoveries": Recovery,
}


def import_workbook(
    path: Path,
    *,
    by: User | None,
    now: dt.datetime,
    dry_run: bool = False,
    skip_invalid: bool = False,
    limits: Limits = COMMAND_LINE,
) -> Outcome:
    """Bring a workbook in: everything in one transaction, or nothing (workbook.md).

    With `skip_invalid` the good rows are saved and the others listed. `by` None is whoever
    sits at the machine. Times in the file are local to `TIME_ZONE`. Raises `Unreadable`,
    and `Stale` when somebody changed a row of the file meanwhile.
    """
    sheets = sheets_of_workbook(path, limits)
    book, lookup = examine(sheets, cascade=skip_invalid, refusals=limits.refusals)
    saving = Saving(by, now)
    outcome = Outcome(book.findings)
    if not dry_run and (skip_invalid or not book.findings.refused):
        source = {"file": path.name, "sha256": fingerprint(path)}
        outcome.armed = save_book(saving, book, lookup, source)
        outcome.saved = True
        refresh_statistics()
    outcome.counts = counted(saving, book, saved=outcome.saved)
    return outcome


def examine(
    sheets: Iterable[RawSheet],
    *,
    cascade: bool,
    grants: Sequence[Grant] | None = None,
    refusals: int | None = None,
) -> tuple[Book, Lookup]:
    """Read and check everything, holding no lock and saving nothing.

    Raises `Unreadable` where more than `refusals` cells are refused.
    """
    book = read_book(sheets, ZoneInfo(settings.TIME_ZONE), refusals=refusals)
    stored = StoredRows()
    lookup = check_book(book, stored, cascade=cascade, grants=grants)
    numbers = {n for row in book.rows.get("Customers", []) for n in phones_of(row.values)}
    mine = None if grants is None else {code for grant in grants for code in grant.stores}
    likely_duplicates(book, stored.phones(numbers, mine), book.findings)
    shortened_phones(book, book.findings)
    return book, lookup


def refresh_statistics() -> None:
    """Let PostgreSQL look at the new rows: it plans by what it knows, and knows nothing yet.

    Without it the first dashboard after a large import can take minutes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def counted(saving: Saving, book: Book, *, saved: bool) -> dict[str, Counts]:
    """What was done sheet by sheet, or would have been."""
    found: dict[str, Counts] = {}
    for sheet in SHEETS:
        rows = book.rows.get(sheet.key)
        if rows is None:
            continue
        counts = saving.counts[sheet.key] if saved else would_be(rows)
        counts.refused = sum(not row.good for row in rows)
        found[sheet.key] = counts
    return found


def would_be(rows: Sequence[Row]) -> Counts:
    """The counts of a sheet that was checked only."""
    good = [row for row in rows if row.good]
    new = sum(row.is_new for row in good)
    changed = sum(not row.is_new and bool(row.changed) for row in good)
    return Counts(created=new, updated=changed, unchanged=len(good) - new - changed)


def verbs(saving: Saving, lookup: Lookup) -> dict[str, Callable[[Sequence[Row]], None]]:
    """The bulk verb of each sheet."""
    return {
        "Stores": lambda rows: staff.save_stores(saving, rows),
        "Staff": lambda rows: staff.save_staff(saving, rows),
        "Products": lambda rows: staff.save_products(saving, rows),
        "Customers": lambda rows: customers.save_customers(saving, rows),
        "Reception": lambda rows: sales.save_reception(saving, rows),
        "Plans": lambda rows: followups.save_plans(saving, rows),
        "PlannedContacts": lambda rows: followups.save_planned_contacts(saving, rows, lookup),
        "Contacts": lambda rows: followups.save_contacts(saving, rows),
        "Orders": lambda rows: sales.save_orders(saving, rows),
        "Payments": lambda rows: sales.save_payments(saving, rows),
        "Tickets": lambda rows: service.save_tickets(saving, rows, lookup),
        "Visits": lambda rows: service.save_visits(saving, rows, lookup),
        "Recoveries": lambda rows: sales.save_recoveries(saving, rows),
    }


def save_book(
    saving: Saving,
    book: Book,
    lookup: Lookup,
    source: Mapping[str, Any],
    job: ImportJob | None = None,
    also: Callable[[], object] | None = None,
) -> int:
    """Write every good row and what follows from it; returns how many reminders were armed.

    One transaction, kept short: new rows are made ready before it begins. `source` names the
    file on the trail, `job` the import it was brought in by, `also` what commits with it.
    """
    for row in book.all_rows():
        if row.good:
            row.slim()
    learn(saving, book)
    saving.new_cards = new_cards(book, lookup)
    saving.pending = None if must_be_at_once(book) else Pending()
    try:
        if saving.pending is not None:
            save_sheets(saving, book, lookup)
        with transaction.atomic():
            refuse_stale(saving, book)
            for sheet, column, kind in OPTION_COLUMNS:
                words = {str(row.values[column] or "") for row in good_rows(book, sheet)}
                add_options(kind, words - {""})
            if saving.pending is None:
                save_sheets(saving, book, lookup)
            else:
                ready, saving.pending = saving.pending, None
                ready.run()
                ready.close()
            armed = follow_up(saving, book, lookup)
            record(saving, book, armed, source, job)
            if also is not None:
                also()
            cases.pass_numbers(book)
    finally:
        if saving.pending is not None:
            saving.pending.close()
    return armed


def must_be_at_once(book: Book) -> bool:
    """Whether rows need stores, people, products or departments that are new themselves."""
    changed = [row for key in ("Stores", "Staff", "Products") for row in good_rows(book, key)]
    if any(row.changed for row in changed):
        return True
    named = {str(row.values["lead_department"] or "") for row in good_rows(book, "Tickets")}
    known = set(Department.objects.values_list("name", flat=True))
    return bool(named - {""} - known)


def learn(saving: Saving, book: Book) -> None:
    """Look up every stored row that will be changed or referred to."""
    saving.pks["Stores"] = dict(Store.objects.values_list("code", "pk"))
    named = referred(book)
    for sheet, (model, key) in REFERRED.items():
        know(saving, sheet, model, key, named[sheet])
    know_rows(saving, book)


def save_sheets(saving: Saving, book: Book, lookup: Lookup) -> None:
    """The verb of each sheet, then what the rows tell on timelines."""
    for key, save in verbs(saving, lookup).items():
        save(good_rows(book, key))
        if key == "Staff":
            learn_posts(saving)
    timeline.write_timeline(saving, book, lookup)


def follow_up(saving: Saving, book: Book, lookup: Lookup) -> int:
    """What follows from the saved rows; returns how many reminders were armed."""
    consequences.follow_owners(saving, book)
    settling.end_work_of_settled(saving, book)
    cards = consequences.touched_cards(saving, book, lookup)
    known = {saving.pks["Customers"][key] for key in saving.new_cards.facts}
    consequences.refresh_cards(sorted(set(cards) - known), saving.step)
    cases.refresh_access(saving, cases.cases_of(saving, book))
    return consequences.arm(saving, book)


def record(
    saving: Saving, book: Book, armed: int, source: Mapping[str, Any], job: ImportJob | None
) -> None:
    """One event for the whole import, with the file's hash and counts."""
    audit.record(
        "exchange.import_workbook",
        by=saving.by,
        obj=job,
        at=saving.now,
        after={
            **source,
            "rows": {key: vars(counts) for key, counts in saving.counts.items()},
            "refused": len(book.findings.refused),
            "reminders": armed,
        },
    )


def know_rows(saving: Saving, book: Book) -> None:
    """Learn the primary keys of the stored rows that will be updated."""
    for key, model in ALSO_UPDATED.items():
        changed = [row.key for row in good_rows(book, key) if not row.is_new]
        know(saving, key, model, BY_KEY[key].key_column.key, changed)


def refuse_stale(saving: Saving, book: Book) -> None:
    """Somebody may have changed a row since it was checked; raises `Stale` (D32)."""
    stored = StoredRows()
    for sheet in SHEETS:
        rows = [row for row in good_rows(book, sheet.key) if row.stored is not None and row.changed]
        now = stored.rows(sheet.key, (row.key for row in rows))
        for row in rows:
            if now.get(row.key) != row.stored:
                raise Stale(sheet.key, saving.pks[sheet.key].get(row.key, 0))


def fingerprint(path: Path) -> str:
    """The SHA-256 of the file, or of the names and contents of a folder's files."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if file.is_file())
    for file in files:
        if file is not path:
            digest.update(file.name.encode())
        with file.open("rb") as content:
            while data := content.read(io.DEFAULT_BUFFER_SIZE * 16):
                digest.update(data)
    return digest.hexdigest()
