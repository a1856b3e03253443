"""A dealer group of sixty people with a given number of cards, three contacts on each."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from crm.customers.models import Card, Customer, Ownership
from crm.customers.names import search_text
from crm.customers.phones import national_digits
from crm.home.demo import words
from crm.home.demo.staff import person_name
from crm.notices.models import Heartbeat
from crm.notices.queues import TICKER
from crm.people import roles
from crm.people.models import Membership, Store, Team, User
from crm.vehicles.models import Product
from followups.models import Contact, Plan, PlannedContact
from tests.bench.loader import Table, moment, write

BACKEND = "django.contrib.auth.backends.ModelBackend"
HIRED = dt.date(2020, 1, 1)
DAYS = 540
BUSY_EVERY = 1_000  # one card in so many has thirty contacts
SOURCES = ("walk_in", "walk_in", "phone", "internet", "event", "referral")
LEVELS = "HAABBBCC"


@dataclass(frozen=True)
class Seller:
    """A salesperson and the post every row of hers carries."""

    pk: int
    team: int
    store: int


def make_big_floor(cards: int, *, now: dt.datetime, seed: int = 1, contacts: int = 3) -> None:
    """Fill an empty, migrated database: 4 stores, 60 people, `cards` cards with so many contacts.

    Every card has one open planned contact; a fifth of them are due.
    """
    rng = random.Random(seed)
    with transaction.atomic():
        sellers = hire()
        products = [
            Product.objects.create(code=code, name=name, line=line, price=price).pk
            for code, name, line, price in words.PRODUCTS
        ]
        names = [(name, search_text([name])) for name in {person_name(rng) for _n in range(4000)}]
        lives = [life(number, cards, now, rng, contacts) for number in range(1, cards + 1)]
        write(Table(Customer), customers(sellers, names, cards))
        write(Table(Card), card_rows(sellers, names, products, lives))
        write(Table(Ownership), ownerships(sellers, lives))
        write(Table(Plan), plans(sellers, lives))
        write(Table(PlannedContact), planned(sellers, lives))
        write(Table(Contact), contact_rows(sellers, lives))
    Heartbeat.objects.create(name=TICKER, host="bench", beat_at=now + dt.timedelta(days=365))
    if connection.vendor == "postgresql":  # a SQLite installation gathers no statistics
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def hire() -> list[Seller]:
    """Four stores of two teams: six salespeople and a supervisor each, a manager per store."""
    sellers = []
    for number in range(1, 5):
        store = Store.objects.create(code=f"S{number}", name=f"{number} 店")
        _employ(f"manager{number}", roles.MANAGER, store)
        for part in (1, 2):
            team = Team.objects.create(store=store, name=f"{part} 组")
            _employ(f"boss{number}{part}", roles.SALES_SUPERVISOR, store, team)
            for seat in range(1, 7):
                person = _employ(f"seller{number}{part}{seat}", roles.SALESPERSON, store, team)
                sellers.append(Seller(person.pk, team.pk, store.pk))
    return sellers


def _employ(username: str, role: str, store: Store, team: Team | None = None) -> User:
    person = User.objects.create(username=username, name=f"员工 {username}")
    Membership.objects.create(user=person, role=role, store=store, team=team, valid_from=HIRED)
    return person


@dataclass(frozen=True)
class Life:
    """What happened to one card: opened, contacted, and its next contact."""

    number: int
    opened: dt.datetime
    contacted: tuple[dt.datetime, ...]
    due: dt.datetime


def life(number: int, cards: int, now: dt.datetime, rng: random.Random, usual: int = 3) -> Life:
    opened = now - dt.timedelta(days=DAYS * (1 - number / cards), minutes=rng.randint(5, 600))
    times = 30 if number % BUSY_EVERY == 0 else usual
    gap = (now - opened) / (times + 1)
    contacted = tuple(opened + gap * (turn + rng.random()) for turn in range(times))
    # One in five is overdue, a few of them by long.
    minutes = -rng.randint(1, 20_000) if number % 5 == 0 else rng.randint(1, 20_000)
    return Life(number, opened, contacted, now + dt.timedelta(minutes=minutes))


def phone(number: int) -> str:
    return f"+8613{number:09d}"


def post(sellers: list[Seller], number: int) -> dict[str, Any]:
    """Owner's team and store of the card with this number."""
    seller = sellers[number % len(sellers)]
    return {"team_id": seller.team, "store_id": seller.store}


def customers(
    sellers: list[Seller], names: list[tuple[str, str]], cards: int
) -> Iterator[list[Any]]:
    table = Table(Customer)
    for number in range(1, cards + 1):
        yield table.row(
            id=number,
            public_id=f"c{number:013}",
            name=names[number % len(names)][0],
            phone=phone(number),
            region="浦东新区",
            store_id=sellers[number % len(sellers)].store,
        )


def card_rows(
    sellers: list[Seller], names: list[tuple[str, str]], products: list[int], lives: list[Life]
) -> Iterator[list[Any]]:
    table = Table(Card)
    for one in lives:
        number, owner = one.number, sellers[one.number % len(sellers)]
        opened = moment(one.opened)
        card_no = f"KH-{one.opened.year}-{number:07}"
        digits = national_digits(phone(number))
        turn = number // len(sellers)  # everybody has cards of every level, source and model
        yield table.row(
            id=number,
            public_id=f"k{number:013}",
            card_no=card_no,
            customer_id=number,
            owner_id=owner.pk,
            first_owner_id=owner.pk,
            first_team_id=owner.team,
            first_store_id=owner.store,
            state="prospect",
            level=LEVELS[turn % len(LEVELS)],
            opened_at=opened,
            created_at=opened,
            source=SOURCES[turn % len(SOURCES)],
            channel="朋友介绍",
            reason="第二次到店，带家人",
            product_id=products[turn % len(products)],
            next_contact_at=moment(one.due),
            last_contact_at=moment(one.contacted[-1]),
            tries=len(one.contacted),
            search=names[number % len(names)][1] + search_text([], [digits], [], [card_no])[1:],
            **post(sellers, number),
        )


def ownerships(sellers: list[Seller], lives: list[Life]) -> Iterator[list[Any]]:
    table = Table(Ownership)
    for one in lives:
        yield table.row(
            id=one.number,
            card_id=one.number,
            user_id=sellers[one.number % len(sellers)].pk,
            since=moment(one.opened),
            **post(sellers, one.number),
        )


def plans(sellers: list[Seller], lives: list[Life]) -> Iterator[list[Any]]:
    table = Table(Plan)
    for one in lives:
        owner = sellers[one.number % len(sellers)]
        yield table.row(
            id=one.number,
            public_id=f"p{one.number:013}",
            plan_no=f"JH-{one.number:08}",
            card_id=one.number,
            author_id=owner.pk,
            state="submitted" if one.number % 500 == 1 else "approved",
            submitted_at=moment(one.opened),
            created_at=moment(one.opened),
            store_id=owner.store,
        )


def planned(sellers: list[Seller], lives: list[Life]) -> Iterator[list[Any]]:
    table = Table(PlannedContact)
    for one in lives:
        yield table.row(
            id=one.number,
            public_id=f"s{one.number:013}",
            planned_no=f"HF-{one.number:08}",
            plan_id=one.number,
            card_id=one.number,
            due_at=moment(one.due),
            method="phone",
            content="请客户周末来试驾",
            reason="夫人未看车",
            assignee_id=sellers[one.number % len(sellers)].pk,
            created_at=moment(one.contacted[-1]),
            **post(sellers, one.number),
        )


def contact_rows(sellers: list[Seller], lives: list[Life]) -> Iterator[list[Any]]:
    table = Table(Contact)
    number = 0
    for one in lives:
        owner = sellers[one.number % len(sellers)]
        for attempt, at in enumerate(one.contacted, start=1):
            number += 1
            yield table.row(
                id=number,
                public_id=f"t{number:013}",
                contact_no=f"LX-{number:08}",
                card_id=one.number,
                staff_id=owner.pk,
                occurred_at=moment(at),
                created_at=moment(at),
                method="phone",
                outcome="no_answer" if number % 3 == 0 else "reached",
                result="no_answer" if number % 3 == 0 else "progress",
                feedback="周六带家人来看车",
                level_after="A",
                attempt=attempt,
                **post(sellers, one.number),
            )
