"""A floor of a million cards on PostgreSQL: a tenth of it copied in, lived on, and multiplied.

Four stores, 48 salespeople and their leads become forty stores and 480 salespeople.
A card is bought on after three weeks (one in eight), lost after two to four months, or still open;
every contact but the first was planned; some customers call back, some are greeted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from crm.customers.models import Card, Customer, Ownership
from crm.orders.models import Order
from crm.people.models import Membership, Store, Team, User
from crm.reception.models import ReceptionEntry
from followups.models import Contact, Plan, PlannedContact
from tests.bench.big_floor import make_big_floor
from tests.bench.loader import Table, unindexed, write
from visits.models import Visit

AT_ONCE, CONTACTS, BUYS_EVERY = 100_000, 5, 8
COPIED: tuple[Any, ...] = (
    Store,
    Team,
    User,
    Membership,
    Customer,
    Card,
    Ownership,
    Plan,
    PlannedContact,
    Contact,
    Order,
    Visit,
    ReceptionEntry,
)
LOST = f"""UPDATE customers_card SET state = 'lost', lost_reason = '价格', next_contact_at = NULL,
    lost_at = opened_at + (60 + id % 60) * interval '1 day'
    WHERE id % {BUYS_EVERY} > 0 AND opened_at < now() - (60 + id % 60) * interval '1 day'"""
BOUGHT = f"""UPDATE customers_card SET state = 'ordered', next_contact_at = NULL
    WHERE id % {BUYS_EVERY} = 0 AND opened_at < now() - interval '20 days'"""
NOT_PLANNED_ANY_MORE = """UPDATE followups_plannedcontact p SET state = 'cancelled'
    FROM customers_card c WHERE c.id = p.card_id AND c.state <> 'prospect'"""
CALLED_IN = """UPDATE followups_contact SET direction = 'in', outcome = 'reached'
    WHERE id % 20 = 0"""
GREETED = "UPDATE followups_contact SET purpose = 'care' WHERE id % 33 = 0"
# Every contact but the first carries out one planned a day before it to a day after it.
PLANNED = {
    "id": "c.id + {last}",
    "public_id": "'d' || c.id",
    "planned_no": "'HC-' || c.id",
    "due_at": "c.occurred_at + (c.id % 49 - 12) * interval '1 hour'",
    "state": "'done'",
    "closed_at": "c.occurred_at",
}
NAMED = """UPDATE followups_contact SET planned_id = id + %s
    WHERE attempt > 1 AND direction = 'out' AND purpose <> 'care'"""


def make_great_floor(cards: int) -> None:
    """Fill an empty, migrated database; everything is dated back from now."""
    base = min(cards, AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    make_big_floor(base, now=timezone.now(), contacts=CONTACTS)
    with unindexed([model._meta.db_table for model in COPIED]):
        live()
        # Read before they are written: a connection cannot read while it copies.
        write(Table(Order), list(orders()))
        write(Table(Visit), list(return_visits()))
        write(Table(ReceptionEntry), list(receptions()))
        shifts = {model: model._default_manager.latest("pk").pk for model in COPIED}
        for model in COPIED:
            multiply(model, shifts, cards // base)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def live() -> None:
    """What became of the cards and which contacts had been planned."""
    last = PlannedContact.objects.latest("pk").pk
    fields = PlannedContact._meta.concrete_fields
    columns = [connection.ops.quote_name(field.column) for field in fields]
    values = [PLANNED.get(field.name, f"p.{field.column}").format(last=last) for field in fields]
    with connection.cursor() as cursor:
        for sql in (CALLED_IN, GREETED):
            cursor.execute(sql)
        cursor.execute(
            f"INSERT INTO followups_plannedcontact ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM followups_contact c "
            f"JOIN followups_plannedcontact p ON p.card_id = c.card_id AND p.id <= {last} "
            "WHERE c.attempt > 1 AND c.direction = 'out' AND c.purpose <> 'care'"
        )
        cursor.execute(NAMED, [last])
        for sql in (LOST, BOUGHT):
            cursor.execute(sql)
        cursor.execute(f"{NOT_PLANNED_ANY_MORE} AND p.id <= {last}")


def buyers() -> Iterator[dict[str, Any]]:
    """Every eighth card that is old enough, with what its order and its visit keep of it."""
    columns = ("id", "owner_id", "team_id", "store_id", "product_id", "opened_at")
    yield from Card.objects.filter(state="ordered").order_by("id").values(*columns)


def orders() -> Iterator[list[Any]]:
    table = Table(Order)
    for one in buyers():
        yield table.row(
            id=one["id"],
            public_id=f"o{one['id']:013}",
            order_no=f"DD-{one['id']:08}",
            card_id=one["id"],
            staff_id=one["owner_id"],
            team_id=one["team_id"],
            store_id=one["store_id"],
            product_id=one["product_id"],
            state="signed",
            signed_at=one["opened_at"] + timedelta(days=20),
        )


def return_visits() -> Iterator[list[Any]]:
    table = Table(Visit)
    for one in buyers():
        done = one["opened_at"] + timedelta(days=19)
        yield table.row(
            id=one["id"],
            public_id=f"v{one['id']:013}",
            visit_no=f"HF-{one['id']:08}",
            card_id=one["id"],
            kind="regular",
            state="completed",
            due_on=done.date(),
            completed_at=done,
            assignee_id=one["owner_id"],
            team_id=one["team_id"],
            store_id=one["store_id"],
            owner_id=one["owner_id"],
            owner_team_id=one["team_id"],
            owner_store_id=one["store_id"],
            satisfaction=1 + one["id"] // BUYS_EVERY % 5,
            recommend=one["id"] // BUYS_EVERY % 11,
            repurchase=one["id"] // BUYS_EVERY % 3 > 0,
            audit=("", "", "accurate", "inaccurate")[one["id"] // BUYS_EVERY % 4],
        )


def receptions() -> Iterator[list[Any]]:
    """Half of the cards began with an entry; as many again left nothing."""
    table = Table(ReceptionEntry)
    columns = ("id", "owner_id", "team_id", "store_id", "opened_at")
    for one in Card.objects.order_by("id").values(*columns, card_store=F("store_id")):
        yield table.row(
            id=one["id"],
            public_id=f"r{one['id']:013}",
            entry_no=f"JD-{one['id']:08}",
            kind="walk_in" if one["id"] % 3 else "call",
            arrived_at=one["opened_at"],
            staff_id=one["owner_id"],
            team_id=one["team_id"],
            store_id=one["card_store"],
            card_id=one["id"] if one["id"] % 2 else None,
            first_time=one["id"] % 5 > 0,
            test_drive=one["id"] % 7 == 0,
        )


def multiply(model: Any, shifts: dict[Any, int], times: int) -> None:
    """Every row of a table so many times: keys shifted, what must be unique marked."""
    quote, columns, values = connection.ops.quote_name, [], []
    for field in model._meta.concrete_fields:
        column = quote(field.column)
        columns.append(column)
        shifted = model if field.primary_key else field.related_model
        if shifted in shifts:
            column = f"{column} + n * {shifts[shifted]}"
        elif field.unique:
            column = f"{column} || '-' || n"
        values.append(column)
    name = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM {name}, generate_series(1, %s) n",
            [times - 1],
        )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {name}))",
            [model._meta.db_table],
        )
