"""What follows from saved rows: the card's own columns, search, flags and reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, QuerySet, Subquery

from crm.customers import states as card_states
from crm.customers.models import Card
from crm.exchange.actions.saving import Saving, chunks, good_rows, know
from crm.exchange.sheets.history import History, is_to_complete
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.rows import Book
from crm.notices import actions as notices
from crm.notices.models import About
from crm.orders.models import Order
from crm.people.models import User
from followups import outcomes, states
from followups.actions import arm_reminders
from followups.models import Contact, Plan, PlannedContact
from visits.actions import move_care
from visits.models import CareTask, Visit


def touched_cards(saving: Saving, book: Book, lookup: Lookup) -> list[int]:
    """Every card that a saved row is about."""
    numbers: set[str] = set()
    for row in book.all_rows():
        if not row.good or not row.changed:
            continue
        values = row.values
        if row.sheet.key == "PlannedContacts":
            values = dict(lookup.values("Plans", values["plan_no"]))
        numbers.add(str(values.get("card_no") or ""))
    numbers.discard("")
    know(saving, "Customers", Card, "card_no", numbers)
    return [saving.pks["Customers"][number] for number in sorted(numbers)]


def refresh_cards(cards: Sequence[int], step: Callable[[int], None] | None = None) -> None:
    """Write what each card shows of its contacts, orders and plans, and its search column."""
    for chunk in chunks(cards):
        if step:
            step(len(chunk))
        cards_now = Card.objects.filter(pk__in=chunk)
        cards_now.update(
            next_contact_at=Subquery(_of_card(PlannedContact.objects.open(), Min("due_at"))),
            last_contact_at=Subquery(_of_card(Contact.objects.all(), Max("occurred_at"))),
        )
        rows = list(_with_facts(cards_now).select_related("customer"))
        tries = count_tries(chunk)
        _write("tries", {card.pk: tries[card.pk] for card in rows})
        _write("to_complete", {card.pk: is_to_complete(_history(card)) for card in rows})
        _refresh_search(rows, _plates(chunk))


def _write(column: str, values: Mapping[int, Any]) -> None:
    """Write a column of few values: one statement for each of them."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for pk, value in values.items():
        groups[value].append(pk)
    for value, pks in groups.items():
        Card.objects.filter(pk__in=pks).update(**{column: value})


def _refresh_search(cards: Iterable[Card], plates: Mapping[int, list[str]]) -> None:
    """Write plates and search words where they are not what they should be."""
    stale = []
    for card in cards:
        before = (card.plates, card.search)
        card.plates = " ".join(dict.fromkeys(plates.get(card.pk, [])))[-60:].strip()
        card.search = card.searchable()
        if (card.plates, card.search) != before:
            stale.append(card)
    Card.objects.bulk_update(stale, ["plates", "search"], batch_size=200)


def _of_card(rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
    """An aggregate over a card's rows, for a subquery."""
    grouped = rows.filter(card=OuterRef("pk")).order_by().values("card")
    found: QuerySet[Any] = grouped.annotate(found=value).values("found")
    return found


def _with_facts(cards: QuerySet[Card]) -> QuerySet[Any]:
    found: QuerySet[Any] = cards.annotate(
        first_plan=_of_card(Plan.objects.all(), Min("created_at")),
        first_visit=_of_card(Visit.objects.all(), Min("completed_at")),
        has_live_order=Exists(Order.objects.signed().filter(card=OuterRef("pk"))),
    )
    return found


def _history(card: Any) -> History:
    state = card.state
    groups = card_states.STATUS_STATES.items()
    return History(
        status=next((status for status, group in groups if state in group), ""),
        opened_at=card.opened_at,
        has_source=bool(card.source),
        has_channel=bool(card.channel),
        has_owner=card.owner_id is not None,
        has_lost_reason=bool(card.lost_reason),
        has_next_step=card.next_contact_at is not None,
        has_live_order=card.has_live_order,
        first_plan_at=card.first_plan,
        first_visit_at=card.first_visit,
    )


def _plates(cards: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    orders = Order.objects.filter(card__in=cards).exclude(plate="").order_by("pk")
    for card, plate in orders.values_list("card_id", "plate"):
        found[card].append("".join(plate.split()))
    return found


def count_tries(cards: Sequence[int]) -> dict[int, int]:
    """Tries since the customer last responded; numbers the tries of each card's log (CL-02)."""
    tries: dict[int, int] = defaultdict(int)
    numbered: dict[int, list[int]] = defaultdict(list)
    contacts = Contact.objects.filter(card__in=cards).order_by("occurred_at", "pk")
    for pk, card, outcome, attempt in contacts.values_list("pk", "card_id", "outcome", "attempt"):
        tries[card] = outcomes.tries_after(outcome, tries[card])
        if tries[card] != attempt:
            numbered[tries[card]].append(pk)
    for attempt, pks in numbered.items():
        for chunk in chunks(pks):
            Contact.objects.filter(pk__in=chunk).update(attempt=attempt)
    return tries


def follow_owners(saving: Saving, book: Book) -> None:
    """What lies ahead on a card that changed hands goes to its new owner, reminders too.

    A planned contact whose assignee the file names stays with that person.
    """
    named = {row.key for row in good_rows(book, "PlannedContacts") if row.given.get("assignee")}
    for row in good_rows(book, "Customers"):
        owner = row.values["owner"]
        if row.stored is None or not owner or "owner" not in row.changed:
            continue
        card = Card.objects.get(pk=saving.pks["Customers"][row.key])
        post, user = saving.post(owner), saving.pks["Staff"][owner]
        steps = card.planned_contacts.filter(
            state=states.PLANNED, assignee__username=row.stored["owner"]
        )
        moved = [pk for pk, number in steps.values_list("pk", "planned_no") if number not in named]
        saving.ledger.remember(PlannedContact, moved)
        PlannedContact.objects.filter(pk__in=moved).update(
            assignee=user, team=post.team_id, store=post.store_id
        )
        _care_follows(saving, card, User.objects.get(pk=user))
        notices.hand_over(
            subject=f"card:{card.public_id}",
            to=User.objects.get(pk=user),
            store_id=post.store_id,
            team_id=post.team_id,
            now=saving.now,
        )


def _care_follows(saving: Saving, card: Card, owner: User) -> None:
    """What the salesperson before owed the customer is the new one's."""
    tasks = CareTask.objects.waiting().filter(card=card, rule__by_service=False)
    rows = list(tasks.select_related("card__customer", "assignee", "rule").order_by("pk"))
    saving.ledger.remember(CareTask, [task.pk for task in rows])
    for task in rows:
        move_care(task, owner, now=saving.now, version=None)


def arm(saving: Saving, book: Book) -> int:
    """Reminders of planned contacts that lie ahead; those of changed ones are written anew.

    Returns how many were armed. What is past is in the overdue lists and rings no more.
    """
    steps = saving.pks["PlannedContacts"]
    plans = saving.pks["Plans"]
    new: set[int] = set()
    changed: set[int] = set()
    for row in good_rows(book, "PlannedContacts"):
        if row.changed:
            (new if row.is_new else changed).add(steps[row.key])
    moved = {
        plans[row.key]
        for row in good_rows(book, "Plans")
        if not row.is_new and row.changed & {"status", "card_no"}
    }
    for chunk in chunks(sorted(moved)):
        kept = PlannedContact.objects.filter(plan__in=chunk, state=states.PLANNED)
        others = sorted(set(kept.values_list("pk", flat=True)) - new - changed)
        for part in chunks(others):
            PlannedContact.objects.filter(pk__in=part).update(version=F("version") + 1)
        changed.update(others)
    void(saving.now, changed)
    armed = 0
    for chunk in chunks(sorted(new | changed)):
        armed += arm_reminders(_ahead(chunk, saving.now), now=saving.now)
    return armed


def void(now: datetime, pks: Iterable[int]) -> None:
    """Take back the reminders of changed planned contacts."""
    for chunk in chunks(sorted(pks)):
        about = [About.of(step) for step in PlannedContact.objects.filter(pk__in=chunk)]
        notices.cancel(about=about, reason="imported", now=now)


def _ahead(pks: Sequence[int], now: datetime) -> QuerySet[PlannedContact]:
    rows = PlannedContact.objects.open().filter(pk__in=pks, due_at__gt=now)
    return rows.select_related("card__customer", "assignee", "plan")
