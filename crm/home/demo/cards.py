"""The life of one demo card: opened, planned, contacted, ordered or lost, up to now."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from crm.customers.models import Card, Customer, LevelChange, Ownership, TimelineEntry
from crm.customers.names import search_text
from crm.customers.phones import national_digits
from crm.home.demo import words
from crm.home.demo.staff import Staff, Worker, person_name
from crm.orders.models import Order
from crm.reception.models import ReceptionEntry
from crm.rulebook.numbers import Numbers
from crm.vehicles.models import Product
from followups.models import Contact, Plan, PlannedContact

Row = TypeVar("Row")

ANSWERS = ("progress", "thinking", "visit_agreed", "wants_quote")
UNANSWERED = ("no_answer", "no_answer", "no_answer", "sent", "absent", "refused")
WAITING = ("draft", "submitted", "returned")
SOURCES = ("walk_in", "walk_in", "phone", "internet", "internet", "event", "referral", "repeat")


@dataclass
class Floor:
    """What is being made: the clock, the dice and every row so far, saved in bulk at the end."""

    rng: random.Random
    now: dt.datetime
    zone: ZoneInfo
    weeks: int
    staff: Staff
    products: list[Product]
    numbers: Numbers = field(default_factory=Numbers)
    rows: dict[type, list[Any]] = field(default_factory=dict)
    said: tuple[str, str] = ("", "")

    def add(self, row: Row) -> Row:
        """Keep a row for the bulk save."""
        self.rows.setdefault(type(row), []).append(row)
        return row

    def count(self, model: type) -> int:
        """How many rows of a model there are so far."""
        return len(self.rows.get(model, []))

    def at_work(self, moment: dt.datetime) -> dt.datetime:
        """`moment` moved into calling hours of its local day."""
        local = moment.astimezone(self.zone)
        if not 9 <= local.hour < 19:
            local = local.replace(hour=self.rng.randint(9, 18), minute=self.rng.randint(0, 59))
        return local.replace(second=0, microsecond=0)

    def next_step_words(self) -> tuple[str, str]:
        """What the next planned contact is for and why; never the same twice running."""
        others = [pair for pair in words.STEPS if pair != self.said]
        self.said = self.rng.choice(others)
        return self.said

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability


def open_cards(floor: Floor, sellers: list[Worker], size: int) -> None:
    """Make `size` cards, opened evenly over the weeks up to now, and all that followed."""
    span = dt.timedelta(weeks=floor.weeks)
    for number in range(size):
        opened = floor.at_work(floor.now - span + span * ((number + floor.rng.random()) / size))
        if opened >= floor.now:
            opened = floor.now - dt.timedelta(minutes=floor.rng.randint(20, 90))
        seller = sellers[number % len(sellers)]
        card = _card(floor, seller, number + 1, opened)
        _live(floor, card, seller)


def _card(floor: Floor, seller: Worker, number: int, opened: dt.datetime) -> Card:
    rng = floor.rng
    customer = _customer(floor, seller, number)
    product = rng.choice(floor.products)
    level = rng.choices("HABC", weights=(18, 32, 32, 18))[0]
    post = {"team": seller.team, "store": seller.store}
    card = floor.add(
        Card(
            card_no=f"KH-{opened.year}-{number:04d}",
            customer=customer,
            owner=seller.user,
            first_owner=seller.user,
            first_team=seller.team,
            first_store=seller.store,
            state="prospect",
            level=level,
            opened_at=opened,
            created_at=opened,
            source=rng.choice(SOURCES),
            channel=rng.choice(words.CHANNELS),
            reason=rng.choice(words.CARD_REASONS),
            product=product,
            **_needs(floor, product.price or Decimal(0)),
            search=search_text(
                [customer.name],
                phones=[national_digits(customer.phone)],
                card_numbers=[f"KH-{opened.year}-{number:04d}"],
            ),
            **_willingness(floor, level, opened),
            **post,
        )
    )
    floor.add(Ownership(card=card, user=seller.user, since=opened, **post))
    floor.add(LevelChange(card=card, before="", after=level, at=opened, by=seller.user))
    floor.add(TimelineEntry(card=card, at=opened, by=seller.user, kind="card_opened"))
    if card.source in ("walk_in", "phone", "event"):
        _reception(floor, seller, opened, card)
    return card


def _needs(floor: Floor, price: Decimal) -> dict[str, Any]:
    rng = floor.rng
    return {
        "colour": rng.choice(words.COLOURS),
        "budget_min": price * Decimal("0.8") // 10000 * 10000,
        "budget_max": price * Decimal("1.1") // 10000 * 10000,
        "purchase_method": rng.choice(("cash", "loan", "loan")),
        "purpose": rng.choice(words.PURPOSES),
        "decision_maker": rng.choice(words.DECIDERS),
        "rivals": rng.choice(words.RIVALS),
        "current_vehicle": rng.choice(words.CURRENT_CARS),
        "trade_in": rng.random() < 0.35,
        "charging": rng.choice(words.CHARGING),
    }


def _willingness(floor: Floor, level: str, opened: dt.datetime) -> dict[str, Any]:
    base = {"H": 4, "A": 3, "B": 3, "C": 2}[level]
    rng = floor.rng
    return {
        "confidence": min(5, base + rng.randint(-1, 1)),
        "confidence_words": rng.choice(words.CONFIDENCE),
        "need": min(5, base + rng.randint(-1, 1)),
        "need_words": rng.choice(words.NEEDS),
        "power": min(5, base + rng.randint(-1, 1)),
        "power_words": rng.choice(words.POWERS),
        "assessed_at": opened,
    }


def _customer(floor: Floor, seller: Worker, number: int) -> Customer:
    rng = floor.rng
    prefix = rng.choice(("138", "139", "136", "158", "186", "187", "135"))
    return floor.add(
        Customer(
            name=person_name(rng),
            gender=rng.choice(("male", "female")),
            phone=f"+86{prefix}{rng.randint(0, 9999):04d}{number % 10000:04d}",
            region=rng.choice(words.AREAS),
            occupation=rng.choice(words.OCCUPATIONS),
            best_time=rng.choice(("工作日 17:00 后，周末全天", "午休", "周末", "")),
            store=seller.store,
        )
    )


def _reception(floor: Floor, seller: Worker, at: dt.datetime, card: Card | None) -> None:
    walk_in = card is None or card.source != "phone"
    floor.add(
        ReceptionEntry(
            entry_no=f"LD-{floor.count(ReceptionEntry) + 1:05d}",
            kind="walk_in" if walk_in else "call",
            arrived_at=at - dt.timedelta(minutes=50),
            left_at=at,
            party_size=floor.rng.randint(1, 3) if walk_in else 1,
            staff=seller.user,
            team=seller.team,
            store=seller.store,
            product=card.product if card else None,
            first_time=True,
            test_drive=walk_in and floor.chance(0.3),
            card=card,
        )
    )


def _live(floor: Floor, card: Card, seller: Worker) -> None:
    """Follow the card by its level's cycle until it is ordered, lost or today."""
    plan = _plan(floor, card, seller)
    fate = floor.rng.choices(("open", "order", "lost"), weights=(64, 26, 10))[0]
    turns = floor.rng.randint(1, 4)
    soon = floor.rng.randint(15, 160) if floor.chance(0.75) else floor.rng.randint(300, 1400)
    due = floor.at_work(card.opened_at + dt.timedelta(minutes=soon))
    if due <= card.opened_at:
        due = card.opened_at + dt.timedelta(minutes=30)
    while True:
        step = _step(floor, plan, seller, due)
        late = dt.timedelta(days=floor.rng.randint(1, 2)) if floor.chance(0.08) else dt.timedelta()
        done = due + late + dt.timedelta(minutes=floor.rng.randint(-10, 80))
        if done >= floor.now or (due > floor.now - dt.timedelta(days=3) and floor.chance(0.12)):
            break
        contact = _contact(floor, step, seller, max(done, card.opened_at))
        turns -= 1
        if turns <= 0 and fate == "order":
            _order(floor, card, plan, seller, contact.occurred_at)
            return
        if turns <= 0 and fate == "lost":
            _lose(floor, card, plan, contact.occurred_at)
            return
        days = floor.numbers.cycle_days(card.level)
        due = floor.at_work(done + dt.timedelta(days=floor.rng.randint(max(1, days - 1), days)))
    card.next_contact_at = step.due_at
    if plan.state in WAITING:
        _plan_ahead(floor, plan, seller, max(step.due_at, floor.now))


def _plan_ahead(floor: Floor, plan: Plan, seller: Worker, after: dt.datetime) -> None:
    """One or two further steps of a plan that waits, most of them within the level's cycle."""
    cycle = floor.numbers.cycle_days(plan.card.level)
    for _ in range(floor.rng.randint(1, 2)):
        days = cycle + 3 if floor.chance(0.15) else floor.rng.randint(max(1, cycle - 1), cycle)
        after = floor.at_work(after + dt.timedelta(days=days))
        _step(floor, plan, seller, after)


def _plan(floor: Floor, card: Card, seller: Worker) -> Plan:
    supervisor = floor.staff.supervisor_of(seller)
    age = floor.now - card.opened_at
    state = "approved"
    if age < dt.timedelta(days=2) or (age < dt.timedelta(days=6) and floor.chance(0.5)):
        state = floor.rng.choices(("submitted", "draft", "returned"), weights=(8, 1, 1))[0]
    reviewed = min(card.opened_at + dt.timedelta(hours=3), floor.now)
    decided = state in ("approved", "returned")
    plan = floor.add(
        Plan(
            plan_no=f"JH-{card.opened_at.year}-{floor.count(Plan) + 1:04d}",
            card=card,
            author=seller.user,
            state=state,
            store=seller.store,
            interval_days=floor.numbers.cycle_days(card.level),
            created_at=card.opened_at,
            submitted_at=None if state == "draft" else card.opened_at + dt.timedelta(minutes=8),
            reviewer=supervisor.user if decided else None,
            reviewed_at=reviewed if decided else None,
            review_comment="第 2 步理由与上次相同，换一个与车无关的理由" * (state == "returned"),
            returns=int(state == "returned"),
            revision=int(state == "approved"),
        )
    )
    if state == "approved":
        floor.add(TimelineEntry(card=card, at=reviewed, by=supervisor.user, kind="plan_approved"))
    return plan


def _step(floor: Floor, plan: Plan, seller: Worker, due: dt.datetime) -> PlannedContact:
    content, reason = floor.next_step_words()
    return floor.add(
        PlannedContact(
            planned_no=f"LX-{floor.count(PlannedContact) + 1:06d}",
            plan=plan,
            card=plan.card,
            due_at=due,
            method=floor.rng.choices(
                ("phone", "wechat", "sms", "in_person", "onsite"), weights=(55, 25, 8, 10, 2)
            )[0],
            content=content,
            reason=reason,
            assignee=seller.user,
            team=seller.team,
            store=seller.store,
            created_at=min(due, floor.now) - dt.timedelta(hours=2),
        )
    )


def _contact(floor: Floor, step: PlannedContact, seller: Worker, at: dt.datetime) -> Contact:
    rng = floor.rng
    card = step.card
    messages = step.method in ("wechat", "sms", "email")
    answered = floor.chance(0.82)
    result = rng.choice(ANSWERS if answered else UNANSWERED)
    outcome = ("replied" if messages else "reached") if answered else result
    step.state, step.closed_at = "done", at
    card.last_contact_at = at
    card.tries = 0 if answered else card.tries + 1
    entered = at + dt.timedelta(minutes=rng.randint(1, 20))
    return floor.add(
        Contact(
            contact_no=f"JL-{floor.count(Contact) + 1:06d}",
            card=card,
            staff=seller.user,
            team=seller.team,
            store=seller.store,
            occurred_at=at,
            entered_at=entered,
            created_at=entered,
            method=step.method,
            outcome=outcome,
            result=result,
            feedback=rng.choice(words.FEEDBACK[result]),
            level_after=card.level,
            planned=step,
            attempt=card.tries,
        )
    )


def _order(floor: Floor, card: Card, plan: Plan, seller: Worker, at: dt.datetime) -> None:
    rng = floor.rng
    signed = at + dt.timedelta(minutes=40)
    delivered = signed + dt.timedelta(days=rng.randint(5, 21))
    is_delivered = delivered < floor.now
    price = (card.product.price if card.product else None) or Decimal(0)
    floor.add(
        Order(
            order_no=f"DD-{signed.year}-{floor.count(Order) + 1:04d}",
            card=card,
            staff=seller.user,
            team=seller.team,
            store=seller.store,
            product=card.product,
            amount=price - rng.randint(0, 8) * 1000,
            state="delivered" if is_delivered else "signed",
            signed_at=signed,
            delivered_at=delivered if is_delivered else None,
            created_at=signed,
        )
    )
    card.state = "delivered" if is_delivered else "ordered"
    plan.state = "completed"
    floor.add(TimelineEntry(card=card, at=signed, by=seller.user, kind="order_signed"))


def _lose(floor: Floor, card: Card, plan: Plan, at: dt.datetime) -> None:
    card.state, card.lost_at = "lost", at + dt.timedelta(hours=1)
    card.lost_reason = floor.rng.choice(words.LOST_REASONS)
    if card.lost_reason in words.BOUGHT_INSTEAD:
        card.lost_to = card.rivals
    plan.state = "cancelled"


def receive_others(floor: Floor, sellers: list[Worker], size: int) -> None:
    """Walk-ins and callers who left no data: the other side of the capture rate."""
    span = dt.timedelta(weeks=floor.weeks)
    for _ in range(size):
        at = floor.at_work(floor.now - span * floor.rng.random())
        if at < floor.now:
            _reception(floor, floor.rng.choice(sellers), at, None)
