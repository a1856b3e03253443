"""Build the demo floor: everything in memory from one seed, then saved in one transaction."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction

from complaints.models import Case, DepartmentTask, Entry, Ticket
from crm.customers.models import Card, CaseAccess, Customer, LevelChange, Ownership, TimelineEntry
from crm.home.demo import words
from crm.home.demo.audits import audit_visits
from crm.home.demo.cards import Floor, open_cards, receive_others
from crm.home.demo.care import plan_demo_care, prepare_care
from crm.home.demo.complaints import complain
from crm.home.demo.promised import promise_and_ask
from crm.home.demo.ready import make_ready
from crm.home.demo.replies import reply_to_some
from crm.home.demo.service import serve_customers
from crm.home.demo.staff import hire
from crm.orders.models import Order
from crm.people.models import DemoFloor, Store, User
from crm.people.roles import SALESPERSON
from crm.reception.models import ReceptionEntry
from crm.records.audit import record
from crm.rulebook.models import Number
from crm.vehicles.models import Product
from followups.actions import arm_reminders
from followups.models import Contact, Plan, PlannedContact
from visits.models import (
    Answer,
    CompetitorFinding,
    Measurement,
    Opportunity,
    Response,
    Visit,
)

# Parents before children: each is saved before the rows that point at it.
SAVE_ORDER: tuple[type[models.Model], ...] = (
    Customer,
    Card,
    Ownership,
    LevelChange,
    TimelineEntry,
    ReceptionEntry,
    Plan,
    PlannedContact,
    Contact,
    Order,
    Ticket,
    Visit,
    Response,
    Answer,
    Measurement,
    CompetitorFinding,
    Opportunity,
    CaseAccess,
    DepartmentTask,
    Entry,
    Case,
)
ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
# Public by design: it opens made-up people only, and the sign-in page prints it.
PASSWORD = "showfloor-demo"  # noqa: S105


class NotEmpty(Exception):
    """The database already has people or stores: a demo floor never mixes with real rows."""


@transaction.atomic
def build_demo_floor(
    *, cards: int, staff: int, weeks: int, seed: int, now: dt.datetime
) -> dict[str, int]:
    """Fill an empty database with a believable sales floor up to `now`; counts per table.

    The same seed and `now` give the same floor. Raises `NotEmpty`.
    """
    if User.objects.exists() or Store.objects.exists():
        raise NotEmpty
    rng = random.Random(seed)  # noqa: S311 - made-up rows, no secret
    zone = ZoneInfo(settings.TIME_ZONE)
    products = [
        Product.objects.create(code=code, name=name, line=line, price=price)
        for code, name, line, price in words.PRODUCTS
    ]
    hired_on = (now - dt.timedelta(weeks=weeks + 8)).date()
    Number.objects.create(key="company_name", value=words.COMPANY)
    people = hire(rng, size=staff, password=PASSWORD, hired_on=hired_on)
    floor = Floor(rng, now.replace(microsecond=0), zone, weeks, people, products)
    sellers = people.of(SALESPERSON)
    open_cards(floor, sellers, cards)
    receive_others(floor, sellers, cards // 3)
    serve_customers(floor)
    prepare_care(floor)
    _save(floor)
    cared = plan_demo_care(floor)
    audit_visits(floor)
    complain(floor)
    make_ready(floor)
    reply_to_some(floor)
    promise_and_ask(floor)
    DemoFloor.objects.create(password=PASSWORD, made_at=now)
    counts = {model.__name__: len(rows) for model, rows in floor.rows.items()}
    counts["CareTask"] = cared
    record("demo_made", by=None, after={"seed": seed, **counts}, at=now)
    return counts


def _save(floor: Floor) -> None:
    for model in SAVE_ORDER:
        rows = floor.rows.get(model, [])
        for row in rows:
            if hasattr(row, "public_id"):
                row.public_id = "".join(floor.rng.choices(ID_ALPHABET, k=14))
        model._default_manager.bulk_create(rows, batch_size=500)
    coming = [step for step in floor.rows[PlannedContact] if step.due_at > floor.now]
    arm_reminders(coming, now=floor.now)
