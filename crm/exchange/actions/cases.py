"""Who may see a card because of an open visit or ticket, and numbers already given out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from complaints import states as ticket_states
from complaints.models import DepartmentTask, Ticket
from crm.customers.models import CaseAccess
from crm.exchange.actions.saving import Saving, chunks, create, good_rows
from crm.exchange.sheets.rows import Book
from crm.records.models import Counter
from visits import states as visit_states
from visits.models import CareTask, Visit

# Numbers the product itself gives out, by the kind of its counter.
GIVEN_OUT = {
    "card": ("Customers", re.compile(r"KH-(\d{4})-(\d{1,9})")),
    "reception": ("Reception", re.compile(r"R-(\d{4})-(\d{1,9})")),
    "order": ("Orders", re.compile(r"DD-(\d{4})-(\d{1,9})")),
}


class Case(NamedTuple):
    """A card and who may see it."""

    card_id: int
    user_id: int | None
    department_id: int | None


def cases_of(saving: Saving, book: Book) -> list[int]:
    """The cards that tickets and visits of the file are about."""
    rows = [*good_rows(book, "Tickets"), *good_rows(book, "Visits")]
    numbers = {str(row.values["card_no"]) for row in rows if row.changed and row.values["card_no"]}
    return sorted(saving.pks["Customers"][number] for number in numbers)


def refresh_access(saving: Saving, cards: Sequence[int]) -> None:
    """Give access where a visit is due or a ticket open, and end it where none is any more."""
    for chunk in chunks(cards):
        wanted, ended = _cases(chunk)
        rows = CaseAccess.objects.filter(card__in=chunk).filter(
            Q(until__isnull=True) | Q(until__gt=saving.now)
        )
        have = {Case(row.card_id, row.user_id, row.department_id): row.pk for row in rows}
        new = [CaseAccess(**case._asdict()) for case in sorted(wanted - have.keys(), key=str)]
        create(saving, CaseAccess, new)
        over = [pk for case, pk in have.items() if case in ended - wanted]
        saving.ledger.remember(CaseAccess, over)
        CaseAccess.objects.filter(pk__in=over).update(until=saving.now)


def _cases(cards: Sequence[int]) -> tuple[set[Case], set[Case]]:
    """Cases that are open, and those that some settled row was about."""
    wanted: set[Case] = set()
    ended: set[Case] = set()
    tickets = Ticket.objects.filter(card__in=cards).values_list(
        "card_id", "responsible_id", "lead_department_id", "state"
    )
    for card, person, department, state in tickets:
        group = ended if state in ticket_states.SETTLED else wanted
        if card and person:
            group.add(Case(card, person, None))
        if card and department:
            group.add(Case(card, None, department))
    tasks = DepartmentTask.objects.filter(
        ticket__card__in=cards, state__in=ticket_states.TASK_COUNTS
    ).exclude(ticket__state__in=ticket_states.SETTLED)
    for card, department in tasks.values_list("ticket__card_id", "department_id"):
        if card:
            wanted.add(Case(card, None, department))
    visits = Visit.objects.filter(card__in=cards, assignee__isnull=False)
    for card, person, state in visits.values_list("card_id", "assignee_id", "state"):
        (wanted if state in visit_states.DUE else ended).add(Case(card, person, None))
    care = CareTask.objects.waiting().filter(card__in=cards, assignee__isnull=False)
    wanted |= {Case(card, person, None) for card, person in care.values_list("card", "assignee")}
    return wanted, ended


def pass_numbers(book: Book) -> None:
    """Let the product's own numbering go on behind the numbers that came in.

    The last thing before the end: from here on whoever needs a new number waits for it.
    """
    found: dict[tuple[str, int], int] = defaultdict(int)
    for kind, (sheet, pattern) in GIVEN_OUT.items():
        for row in good_rows(book, sheet):
            if number := pattern.fullmatch(row.key):
                key = kind, int(number[1])
                found[key] = max(found[key], int(number[2]))
    if found and connection.vendor == "postgresql":
        # Rows are held against each other at the end, which takes seconds: let it be now.
        connection.check_constraints()
    for (kind, year), last in found.items():
        counter, _made = Counter.objects.get_or_create(kind=kind, year=year)
        Counter.objects.filter(pk=counter.pk, last__lt=last).update(last=last)
