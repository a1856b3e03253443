"""Random organisations: who holds which post until when, who stands in, and whose rows are whose.

Everything is plain values, so that who may see what can be told without the product.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from crm.customers import states
from crm.customers.models import Card, CaseAccess, OwnershipConflict
from crm.exchange.models import ExportJob, ImportJob
from crm.orders.models import Payment
from crm.people import roles
from crm.people.models import Delegation, Department, Membership, Store, Team, User
from crm.reception.models import ReceptionEntry
from tests import people

STORES, TEAMS, DEPARTMENTS, PEOPLE, CARDS = 2, 4, 2, 5, 4


@dataclass(frozen=True)
class Post:
    """A role in a store, and where it has one a team and a department; days count from today."""

    role: str
    store: int | None
    team: int | None
    department: int | None
    begins: int
    ends: int | None

    @property
    def holds(self) -> bool:
        return self.begins <= 0 and (self.ends is None or self.ends >= 0)


@dataclass(frozen=True)
class Person:
    is_active: bool
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Absence:
    user: int
    deputy: int
    begins: int
    ends: int

    @property
    def holds(self) -> bool:
        return self.begins <= 0 <= self.ends


@dataclass(frozen=True)
class Case:
    """Somebody or a department works on a card, until so many hours from now."""

    card: int
    user: int | None
    department: int | None
    until: int | None

    @property
    def is_open(self) -> bool:
        return self.until is None or self.until > 0


@dataclass(frozen=True)
class Row:
    """Where a row lies by itself: people, places and what else its kind has."""

    card: int
    who: int | None
    other: int | None
    about: int | None
    store: int | None
    team: int | None
    department: int | None
    of_ticket: bool = False


@dataclass(frozen=True)
class CardPlace:
    owner: int | None
    team: int | None
    store: int | None
    state: str


@dataclass(frozen=True)
class Organisation:
    people: tuple[Person, ...]
    absences: tuple[Absence, ...]
    cases: tuple[Case, ...]
    cards: tuple[CardPlace, ...]
    rows: tuple[Row, ...]


def maybe(most: int) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(0, most - 1))


begins = st.sampled_from((-400, -1, 0, 1))
ends = st.sampled_from((None, -1, 0, 1, 400))


@st.composite
def posts(draw: Any) -> Post:
    """One the database takes: ended after it began, in a store where its role needs one."""
    role = draw(st.sampled_from(roles.ALL_ROLES))
    team = draw(maybe(TEAMS))
    store = team // 2 if team is not None else draw(maybe(STORES))
    if store is None and role not in roles.STORELESS:
        store = 0
    first, last = draw(begins), draw(ends)
    if last is not None and last < first:
        last = first
    department = draw(maybe(DEPARTMENTS))
    return Post(role, store, team, department, first, last)


persons = st.builds(
    Person,
    is_active=st.sampled_from((True, True, True, False)),
    posts=st.lists(posts(), max_size=3).map(tuple),
)
absences = st.builds(
    Absence,
    user=st.integers(0, PEOPLE - 1),
    deputy=st.integers(0, PEOPLE - 1),
    begins=st.sampled_from((-3, -1, 0, 1)),
    ends=st.sampled_from((-1, 0, 1, 3)),
).filter(lambda one: one.user != one.deputy and one.begins <= one.ends)
cases = st.builds(
    Case,
    card=st.integers(0, CARDS - 1),
    user=maybe(PEOPLE),
    department=maybe(DEPARTMENTS),
    until=st.sampled_from((None, -1, 1)),
).filter(lambda one: one.user is not None or one.department is not None)
card_places = st.builds(
    CardPlace,
    owner=maybe(PEOPLE),
    team=maybe(TEAMS),
    store=maybe(STORES),
    state=st.sampled_from((states.LEAD, states.PROSPECT, states.MERGED)),
)
rows = st.builds(
    Row,
    card=st.integers(0, CARDS - 1),
    who=maybe(PEOPLE),
    other=maybe(PEOPLE),
    about=maybe(PEOPLE),
    store=maybe(STORES),
    team=maybe(TEAMS),
    department=maybe(DEPARTMENTS),
    of_ticket=st.booleans(),
)


def exactly(values: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=count, max_size=count).map(tuple)


organisations = st.builds(
    Organisation,
    people=exactly(persons, PEOPLE),
    absences=st.lists(absences, max_size=3).map(tuple),
    cases=st.lists(cases, max_size=4).map(tuple),
    cards=exactly(card_places, CARDS),
    rows=exactly(rows, 4),
)


@dataclass
class Loaded:
    """The same in the database: people in their order, and (kind, number) → primary key."""

    users: list[User]
    pks: dict[tuple[str, int], int] = field(default_factory=dict)

    def keep(self, kind: str, number: int, row: Any) -> Any:
        self.pks[kind, number] = row.pk
        return row


class Writer:
    """Writes an organisation through the models; call `write` inside a transaction."""

    def __init__(self, floor: Organisation) -> None:
        self.floor = floor
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.stores = [Store.objects.create(code=f"R{n}", name=f"R{n}") for n in range(STORES)]
        self.teams = [
            Team.objects.create(store=self.stores[n // 2], name=f"R{n}") for n in range(TEAMS)
        ]
        self.departments = [Department.objects.create(name=f"R{n}") for n in range(DEPARTMENTS)]
        self.loaded = Loaded(
            [
                User.objects.create(username=f"r{n}", name=f"r{n}", is_active=one.is_active)
                for n, one in enumerate(floor.people)
            ]
        )

    def user(self, number: int | None) -> User | None:
        return None if number is None else self.loaded.users[number]

    def store(self, number: int | None) -> Store | None:
        return None if number is None else self.stores[number]

    def team(self, number: int | None) -> Team | None:
        return None if number is None else self.teams[number]

    def department(self, number: int | None) -> Department | None:
        return None if number is None else self.departments[number]

    def day(self, number: int) -> dt.date:
        return self.today + dt.timedelta(days=number)

    def write(self) -> Loaded:
        for user, person in zip(self.loaded.users, self.floor.people, strict=True):
            for post in person.posts:
                Membership.objects.create(
                    user=user,
                    role=post.role,
                    store=self.store(post.store),
                    team=self.team(post.team),
                    department=self.department(post.department),
                    valid_from=self.day(post.begins),
                    valid_to=None if post.ends is None else self.day(post.ends),
                )
        for one in self.floor.absences:
            Delegation.objects.create(
                user=self.user(one.user),
                deputy=self.user(one.deputy),
                starts_on=self.day(one.begins),
                ends_on=self.day(one.ends),
            )
        self.write_cards()
        for number, row in enumerate(self.floor.rows):
            self.write_rows(number, row)
            self.write_other_rows(number, row)
        return self.loaded

    def write_cards(self) -> None:
        self.cards = [
            self.loaded.keep(
                "card",
                number,
                people.make_card(
                    self.user(place.owner),
                    team_id=getattr(self.team(place.team), "pk", None),
                    store_id=getattr(self.store(place.store), "pk", None),
                    state=states.LEAD if place.state == states.MERGED else place.state,
                    level="",
                ),
            )
            for number, place in enumerate(self.floor.cards)
        ]
        for card, place in zip(self.cards, self.floor.cards, strict=True):
            if place.state == states.MERGED:
                survivor = self.cards[0] if card != self.cards[0] else self.cards[1]
                Card.objects.filter(pk=card.pk).update(state=states.MERGED, merged_into=survivor)
        for case in self.floor.cases:
            hours = None if case.until is None else dt.timedelta(hours=case.until)
            CaseAccess.objects.create(
                card=self.cards[case.card],
                user=self.user(case.user),
                department=self.department(case.department),
                until=hours and self.now + hours,
            )

    def write_rows(self, number: int, row: Row) -> None:
        """What hangs on a card."""
        card, keep, now = self.cards[row.card], self.loaded.keep, self.now
        someone = self.user(row.who) or self.loaded.users[0]
        places = {"store": self.store(row.store), "team": self.team(row.team)}
        plan = people.make_plan(card, author=someone, state="completed")
        keep("plan", number, plan)
        step = people.make_planned(plan, now, assignee=someone, state="done")
        keep("planned_contact", number, step)
        contact = keep("contact", number, people.make_contact(card, now, staff=someone))
        order = people.make_order(card, now, staff=someone)
        keep("order", number, order)
        paid = {"payment_no": f"R{number}", "order": order, "paid_at": now, "amount": 1}
        keep("payment", number, Payment.objects.create(**paid))
        visit = people.make_visit(card, self.today, assignee=self.user(row.who))
        keep("visit", number, visit)
        ticket = people.make_ticket(
            card if row.who != 0 else None,
            now,
            responsible=self.user(row.who),
            reporter=self.user(row.other),
            about=self.user(row.about),
            lead_department=self.department(row.department),
        )
        keep("ticket", number, ticket)
        promise = people.make_promise(
            card,
            now,
            responsible=someone,
            source_room="complaints" if row.of_ticket else "",
        )
        keep("promise", number, promise)
        # Only now: the makers put a row where its person works.
        for made in (step, contact, order, visit, ticket, promise):
            type(made).objects.filter(pk=made.pk).update(**places)

    def write_other_rows(self, number: int, row: Row) -> None:
        """What lies in a store, with a person, or between two."""
        keep = self.loaded.keep
        places = {"store": self.store(row.store), "team": self.team(row.team)}
        someone = self.user(row.who) or self.loaded.users[0]
        entry = ReceptionEntry.objects.create(
            entry_no=f"R{number}",
            kind="call",
            arrived_at=self.now,
            staff=self.user(row.who),
            **places,
        )
        keep("reception_entry", number, entry)
        rule = people.make_visit_rule(self.stores[0], name=f"R{number}")
        type(rule).objects.filter(pk=rule.pk).update(store=self.store(row.store))
        keep("visit_rule", number, rule)
        job = ImportJob.objects.create(
            uploaded_by=someone, file_name="x.xlsx", folder=f"R{number}", **places
        )
        keep("import_job", number, job)
        export = ExportJob.objects.create(
            number=f"R{number}",
            state="asked",
            requester=someone,
            list_key="cards",
            purpose="x",
            asked_at=self.now,
            **places,
        )
        keep("export_job", number, export)
        if row.who is not None and row.other is not None and row.who != row.other:
            conflict = OwnershipConflict.objects.create(
                card=self.cards[row.card],
                owner=self.user(row.who),
                claimant=self.user(row.other),
                claimant_team=self.team(row.team),
                state="ruled",
                ruled_by=someone,
                ruled_for=someone,
                ruled_at=self.now,
            )
            keep("ownership_dispute", number, conflict)
