"""Who a customer is over all rooms, what there is of them, and what stands in the way (D48)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, Model, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import erasure as of_complaints
from complaints import states as tickets
from complaints.models import Ticket
from crm.customers import erasure as of_customers
from crm.customers import phones
from crm.customers.models import Card, Customer, OwnershipConflict
from crm.exchange import erasure as of_exchange
from crm.exchange.actions.forgetting import is_at_work
from crm.home import erasure as of_home
from crm.home import states
from crm.home.models import Erasure, ErasureQuerySet
from crm.notices import erasure as of_notices
from crm.orders import erasure as of_orders
from crm.orders import states as orders
from crm.orders.models import Order
from crm.people.models import User
from crm.promises import erasure as of_promises
from crm.promises.models import Promise as PromiseOfReply
from crm.reception import erasure as of_reception
from crm.records import erasure as of_records
from crm.records.fates import NUMBER, Kind, Table
from crm.records.states import Saved
from crm.reports import erasure as of_reports
from crm.rulebook import erasure as of_rulebook
from crm.ui.lists import Chip, ListSpec, Sort
from crm.vehicles import erasure as of_vehicles
from followups import erasure as of_followups
from visits import erasure as of_visits
from visits import states as visits
from visits.models import VisitAudit

ROOMS = (
    *(of_customers, of_reception, of_promises, of_orders, of_complaints, of_followups, of_visits),
    *(of_reports, of_notices, of_records, of_exchange, of_rulebook, of_vehicles, of_home),
)
TABLES: tuple[Table, ...] = tuple(table for room in ROOMS for table in room.TABLES)
# What a page counts, by model.
SHOWN: dict[str, Promise] = {
    "customers.Card": pgettext_lazy("erasure", "Cards"),
    "followups.Contact": _("Contacts"),
    "followups.Plan": _("Plans"),
    "followups.PlannedContact": _("Planned contacts"),
    "reception.ReceptionEntry": _("Receptions"),
    "promises.Promise": _("Promises"),
    "orders.Order": _("Orders"),
    "visits.Visit": _("Return visits"),
    "visits.Answer": _("Answers"),
    "visits.VisitMail": _("Mails and messages"),
    "complaints.Ticket": _("Tickets"),
    "notices.Notice": _("Inbox lines"),
    "notices.Reminder": _("Reminders"),
    "records.AuditWords": _("Words on the audit trail"),
}
# An audit that is drawn and not settled: somebody is to call the customer, or disputes about it.
AUDITED = (visits.WAITING, *visits.AUDITS_OPEN, visits.APPEALED)


@dataclass
class Person:
    """One customer over all rooms: their cards, the ids of every row, and what names them."""

    customers: list[Customer]
    cards: list[Card]
    ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    pks: dict[str, list[int]] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Name, numbers, addresses, plates, VIN: to be looked for where no key leads."""
        found: set[str] = set()
        for one in self.customers:
            found |= {one.name, one.wechat, one.email, one.phone, one.phone2}
            found |= {phones.national_digits(phone) for phone in (one.phone, one.phone2) if phone}
        for card in self.cards:
            found |= set(card.plates.split())
        orders_of = Order.objects.filter(card__in=self.cards).values_list("vin", "plate")
        found |= {text for pair in orders_of for text in pair}
        return {text for text in found if len(text) > 1}


def person_of(customer: Customer) -> Person:
    """The customer, with whoever was merged into their cards, and every row they have."""
    known, found = {customer.pk}, [customer]
    while True:
        merged = Customer.objects.filter(cards__merged_into__customer__in=known)
        more = list(merged.exclude(pk__in=known).distinct())
        if not more:
            break
        known |= {one.pk for one in more}
        found += more
    rows = Card.objects.filter(customer__in=known).order_by("pk")
    person = Person(found, list(rows.select_related("customer")))
    named = [
        rows_of(table, person).order_by().values_list("public_id")
        for table in TABLES
        if table.card and not table.only and "public_id" in columns_of(table)
    ]
    person.ids |= {row[0] for row in named[0].union(*named[1:], all=True)}
    return person


def know_rows(person: Person) -> None:
    """Keys and running numbers of every row, for who erases them."""
    for table in TABLES:
        if not table.card or table.only:
            continue
        wanted = [name for name, fate in table.fates.items() if fate == NUMBER]
        for pk, *numbers in rows_of(table, person).values_list("pk", *wanted):
            person.pks.setdefault(table.model, []).append(pk)
            person.numbers |= {text for text in numbers if text}


def columns_of(table: Table) -> set[str]:
    """The names of a model's columns."""
    return {one.name for one in model_of(table)._meta.concrete_fields}


def model_of(table: Table) -> type[Model]:
    """The model a table is about."""
    return apps.get_model(table.model)


def rows_of(table: Table, person: Person) -> QuerySet[Any]:
    """The person's rows of one model; none where its rows belong to nobody."""
    rows = model_of(table)._default_manager.filter(**table.only)
    if table.card:
        cards_of = [card.pk for card in person.cards]
        found = model_of(table)._default_manager.filter(**{f"{table.card}__in": cards_of})
        return rows.filter(pk__in=found.order_by().values("pk"))
    if table.named_in:
        named = Q()
        for column in table.named_in:
            named |= Q(**{f"{column}__in": sorted(person.ids)})
        return rows.filter(named)
    return rows.none()


def counts_of(person: Person) -> dict[str, int]:
    """How many rows of each kind are the customer's; for the page and for the record."""
    arms = [
        rows_of(table, person)
        .order_by()
        .annotate(of=Value(table.model, CharField()))
        .values("of")
        .annotate(times=Count("pk"))
        .values_list("of", "times")
        for table in TABLES
        if table.model in SHOWN and not table.only
    ]
    return dict(arms[0].union(*arms[1:], all=True))


def shown(counts: dict[str, int]) -> list[tuple[Promise, int]]:
    """Counts as a page says them."""
    return [(label, counts[model]) for model, label in SHOWN.items() if counts.get(model)]


def obstacles(person: Person) -> list[tuple[Promise, int]]:
    """What must be settled first: a contract, a complaint, an answer owed, a dispute, a file.

    A customer with an open complaint or order is not erased (SoD 16).
    """
    return [(words, count) for words, count in _standing(person) if count]


def _standing(person: Person) -> Iterator[tuple[Promise, int]]:
    own = {"card__in": person.cards}
    over = (*orders.STATUS_STATES[orders.DELIVERED], *orders.STATUS_STATES[orders.CANCELLED])
    yield _("Orders neither delivered nor cancelled"), _but(Order, over, own)
    yield _("Tickets that are not closed"), _but(Ticket, tickets.ENDED, own)
    waiting = PromiseOfReply.objects.waiting().filter(**own)
    yield _("Replies promised and not given"), waiting.count()
    disputes = OwnershipConflict.objects.open().filter(**own)
    yield _("Ownership conflicts without a ruling"), disputes.count()
    audits = VisitAudit.objects.filter(state__in=AUDITED, visit__card__in=person.cards)
    yield _("Audits of a return visit under way"), audits.count()
    yield _("Imports or exports being written: wait for them"), int(is_at_work())


def _but(model: type[Model], over: tuple[str, ...], own: dict[str, Any]) -> int:
    return model._default_manager.filter(**own).exclude(state__in=over).count()


def fates_of(table: Table, kind: Kind) -> list[str]:
    """The columns of a table that go this way."""
    return [name for name, fate in table.fates.items() if fate.kind is kind]


def erasure_queue(user: User) -> ErasureQuerySet:
    """The wishes this person may see, with what a line says."""
    return Erasure.objects.visible_to(user).select_related("card", "asked_by", "store")


def erasure_list() -> ListSpec:
    """What is to be done first, by the day it is due."""
    return ListSpec(
        sorts=(Sort("due", _("Due first"), ("due_on", "id")),),
        chips=(
            Chip("open", pgettext_lazy("erasure", "Open"), Q(state__in=states.OPEN)),
            Chip("asked", pgettext_lazy("erasure", "To be decided"), Q(state=states.ASKED)),
            Chip(
                "approved", pgettext_lazy("erasure", "To be carried out"), Q(state=states.APPROVED)
            ),
            Chip("over", pgettext_lazy("erasure", "Settled"), ~Q(state__in=states.OPEN)),
        ),
    )


def saved_erasure(wish: Erasure) -> Saved:
    """What stands now where a wish was to be refused."""
    resend = {"version": wish.version} if wish.state in states.OPEN else None
    facts = ((str(_("State")), str(wish.get_state_display())),)
    return Saved({"comment": wish.comment}, facts=facts, resend=resend)
