"""Puts the rows of a workbook into the database without the import's checks and its time.

What a row keeps of its person's team and store follows kpi.md (scope, imported rows).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

import complaints.states
import crm.customers.states
import crm.orders.states
import followups.states
import visits.states
from complaints.models import Ticket
from crm.customers.models import Card, Customer, Ownership, Recovery
from crm.orders.models import Order
from crm.people.models import Membership, Store, Team, User
from crm.reception.models import ReceptionEntry
from crm.vehicles.models import Product
from followups.models import Contact, Plan, PlannedContact
from tests.reports.plain_kpis import Row, get, is_yes, moment
from visits.models import Visit

ZONE = ZoneInfo(settings.TIME_ZONE)
Sheets = dict[str, list[Row]]


def load_floor(sheets: Sheets) -> None:
    """Every sheet that a figure reads, into empty tables."""
    Loader(sheets).load()


class Loader:
    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.users: dict[str, User] = {}
        self.places: dict[str, dict[str, Any]] = {}
        self.cards: dict[str, Card] = {}

    def load(self) -> None:
        self.load_people()
        self.load_cards()
        self.load_plans()
        self.load_contacts()
        self.load_orders()
        self.load_service()

    def rows(self, sheet: str) -> list[Row]:
        return self.sheets.get(sheet, [])

    def by_number(
        self, model: Any, key: str, sheet: str, make: Callable[[Row], Any]
    ) -> dict[str, Any]:
        made = model.objects.bulk_create([make(row) for row in self.rows(sheet)])
        return {getattr(obj, key): obj for obj in made}

    def person(self, username: str) -> User | None:
        return self.users[username] if username else None

    def place(self, username: str, card_no: str = "", prefix: str = "") -> dict[str, Any]:
        """Team and store of a person on today's staff list, else the card's store."""
        if username:
            team, store = self.places[username].values()
        else:
            team, store = None, self.cards[card_no].store if card_no else None
        return {f"{prefix}team": team, f"{prefix}store": store}

    def load_people(self) -> None:
        stores = self.by_number(
            Store, "code", "Stores", lambda row: Store(code=row["code"], name=row["name"])
        )
        teams: dict[tuple[str, str], Team] = {}
        members = []
        for row in self.rows("Staff"):
            user = User.objects.create(
                username=row["username"],
                name=row["name"],
                is_active=is_yes(row, "active", default=True),
            )
            store, name = stores.get(get(row, "store")), get(row, "team")
            if name and (row["store"], name) not in teams:
                teams[row["store"], name] = Team.objects.create(
                    store=stores[row["store"]], name=name
                )
            team = teams.get((row["store"], name))
            members.append(Membership(user=user, role=row["role"], store=store, team=team))
            self.users[user.username] = user
            self.places[user.username] = {"team": team, "store": store}
        Membership.objects.bulk_create(members)

    def load_cards(self) -> None:
        stores = {store.code: store for store in Store.objects.all()}

        def make(row: Row) -> Card:
            owner, first = get(row, "owner"), get(row, "first_owner") or get(row, "owner")
            at_home = stores[row["store"]] if get(row, "store") else self.places[owner]["store"]
            state = crm.customers.states.STATUS_STATES[row["status"]][0]
            lost = moment(row, "lost_at") or (moment(row, "opened_at") if state == "lost" else None)
            started = self.place(first, prefix="first_")
            if not first:
                started["first_store"] = at_home
            return Card(
                card_no=row["card_no"],
                customer=Customer.objects.create(name=row["name"], store=at_home),
                owner=self.person(owner),
                team=self.places[owner]["team"] if owner else None,
                store=at_home,
                first_owner=self.person(first),
                **started,
                state=state,
                opened_at=aware(moment(row, "opened_at")),
                lost_at=aware(lost),
            )

        self.cards = self.by_number(Card, "card_no", "Customers", make)
        Ownership.objects.bulk_create(
            Ownership(
                card=card,
                user=card.owner,
                since=card.opened_at,
                **self.place(card.owner.username),
            )
            for card in self.cards.values()
            if card.owner
        )

    def load_plans(self) -> None:
        plans = self.by_number(
            Plan,
            "plan_no",
            "Plans",
            lambda row: Plan(
                plan_no=row["plan_no"],
                card=self.cards[row["card_no"]],
                author=self.users[row["author"]],
                created_at=aware(moment(row, "created_at")),
                state=followups.states.PLAN_STATUS_STATES[row["status"]][0],
                store=self.place(row["author"])["store"],
            ),
        )

        def make(row: Row) -> PlannedContact:
            plan = plans[row["plan_no"]]
            person = get(row, "assignee") or plan.author.username
            return PlannedContact(
                planned_no=row["planned_no"],
                plan=plan,
                card=plan.card,
                due_at=aware(moment(row, "due_at")),
                method=row["method"],
                state=followups.states.PLANNED_STATUS_STATES[row["status"]][0],
                assignee=self.users[person],
                **self.place(person),
            )

        self.planned = self.by_number(PlannedContact, "planned_no", "PlannedContacts", make)

    def load_contacts(self) -> None:
        Contact.objects.bulk_create(
            Contact(
                contact_no=row["contact_no"],
                card=self.cards[row["card_no"]],
                staff=self.users[row["staff"]],
                occurred_at=aware(moment(row, "occurred_at")),
                method=row["method"],
                direction=get(row, "direction") or "out",
                outcome=row["outcome"],
                purpose=get(row, "purpose") or "sales",
                planned=self.planned.get(get(row, "planned_no")),
                **self.place(row["staff"]),
            )
            for row in self.rows("Contacts")
        )

    def load_orders(self) -> None:
        car = Product.objects.create(code="ANY", name="Any")
        Order.objects.bulk_create(
            Order(
                order_no=row["order_no"],
                card=self.cards[row["card_no"]],
                staff=self.users[row["staff"]],
                product=car,
                state=crm.orders.states.STATUS_STATES[row["status"]][0],
                signed_at=aware(moment(row, "signed_at")),
                **self.place(row["staff"]),
            )
            for row in self.rows("Orders")
        )
        Recovery.objects.bulk_create(
            Recovery(
                recovery_no=row["recovery_no"],
                card=self.cards[row["card_no"]],
                stage=int(row["stage"]),
                handler=self.users[row["handler"]],
                opened_at=aware(moment(row, "opened_at")),
                closed_at=aware(moment(row, "closed_at")),
                order_no=get(row, "order_no"),
                **self.place(row["handler"]),
            )
            for row in self.rows("Recoveries")
        )

    def load_service(self) -> None:
        stores = {store.code: store for store in Store.objects.all()}
        entries = []
        for row in self.rows("Reception"):
            place = self.place(get(row, "staff"))
            place["store"] = place["store"] or stores[row["store"]]
            entries.append(
                ReceptionEntry(
                    entry_no=row["entry_no"],
                    kind=row["kind"],
                    arrived_at=aware(moment(row, "arrived_at")),
                    staff=self.person(get(row, "staff")),
                    first_time=is_yes(row, "first_time", default=True),
                    card=self.cards.get(get(row, "card_no")),
                    **place,
                )
            )
        ReceptionEntry.objects.bulk_create(entries)
        Ticket.objects.bulk_create(map(self.ticket, self.rows("Tickets")))
        Visit.objects.bulk_create(map(self.visit, self.rows("Visits")))

    def ticket(self, row: Row) -> Ticket:
        person = get(row, "responsible") or get(row, "reporter")
        times = ("reported_at", "deadline", "onsite_at", "resolved_at", "closed_at", "reopened_at")
        return Ticket(
            ticket_no=row["ticket_no"],
            card=self.cards.get(get(row, "card_no")),
            kind=row["kind"],
            category="other",
            state=complaints.states.STATUS_STATES[row["status"]][0],
            responsible=self.person(person),
            needs_onsite=is_yes(row, "needs_onsite"),
            **{name: aware(moment(row, name)) for name in times},
            **self.place(person, get(row, "card_no")),
        )

    def visit(self, row: Row) -> Visit:
        card = self.cards[row["card_no"]]
        owner = get(row, "owner") or (card.owner.username if card.owner else "")
        return Visit(
            visit_no=row["visit_no"],
            card=card,
            kind=row["kind"],
            state=visits.states.STATUS_STATES[row["status"]][0],
            due_on=date.fromisoformat(row["due_on"]),
            assignee=self.person(get(row, "assignee")),
            **self.place(get(row, "assignee"), card.card_no),
            owner=self.person(owner),
            **self.place(owner, card.card_no, prefix="owner_"),
            completed_at=aware(moment(row, "completed_at")),
            satisfaction=number(row, "satisfaction"),
            repurchase={"yes": True, "no": False}.get(get(row, "repurchase")),
            recommend=number(row, "recommend"),
            audit=get(row, "audit"),
        )


def aware(at: datetime | None) -> Any:
    """A local time as an aware moment; Any, since each column knows whether it may be empty."""
    return at.replace(tzinfo=ZONE) if at else None


def number(row: Row, column: str) -> int | None:
    return int(row[column]) if get(row, column) else None
