"""What came after delivery on the demo floor: return visits and tickets."""

from __future__ import annotations

import datetime as dt

from complaints.models import Ticket
from crm.customers.models import CaseAccess
from crm.home.demo import words
from crm.home.demo.answers import answer_all
from crm.home.demo.cards import Floor
from crm.home.demo.problems import learn, work_off
from crm.home.demo.staff import Worker
from crm.orders.models import Order
from crm.people.models import Department
from visits.models import Visit

WAIT = dt.timedelta(hours=30)
FIRST_VISITS = (3, 7, 30)  # days after delivery


def serve_customers(floor: Floor) -> None:
    """Return visits after each delivery and a ticket here and there."""
    for order in list(floor.rows.get(Order, [])):
        agent = floor.staff.agent_for(order.store, floor.rng)
        if order.delivered_at:
            for days in FIRST_VISITS:
                _visit(floor, order, agent, order.delivered_at + dt.timedelta(days=days))
        if floor.chance(0.3):
            _ticket(floor, order, agent)
    answer_all(floor)
    people = floor.staff
    learn(floor, people.of("handler")[0], people.of("service_supervisor")[0])


def _visit(floor: Floor, order: Order, agent: Worker, due: dt.datetime) -> None:
    rng = floor.rng
    due_on = due.astimezone(floor.zone).date()
    done_at = floor.at_work(due + dt.timedelta(days=rng.choice((-1, 0, 0, 0, 1, 2))))
    done = done_at < floor.now and floor.chance(0.9)
    rating = rng.choices((5, 4, 3, 2, 1, None), weights=(44, 31, 9, 8, 4, 4))[0]
    if not done:
        floor.add(CaseAccess(card=order.card, user=agent.user))
    floor.add(
        Visit(
            visit_no=f"HF-{floor.count(Visit) + 1:05d}",
            card=order.card,
            kind="new_purchase" if floor.count(Visit) % 3 == 0 else "regular",
            state="completed" if done else "assigned",
            due_on=due_on,
            assignee=agent.user,
            team=agent.team,
            store=agent.store,
            owner=order.staff,
            owner_team=order.team,
            owner_store=order.store,
            method="phone",
            completed_at=done_at if done else None,
            satisfaction=rating if done else None,
            declined=done and rating is None,
            repurchase=rng.random() < 0.8 if done else None,
            recommend=rng.choice((10, 10, 9, 9, 8, 7, 5)) if done else None,
            audit=rng.choice(("accurate", "accurate", "")) if done and floor.chance(0.2) else "",
            notes=rng.choice(words.VISIT_NOTES) if done else "",
            created_at=min(due - dt.timedelta(days=3), floor.now),
        )
    )


def _ticket(floor: Floor, order: Order, agent: Worker) -> None:
    rng = floor.rng
    start = order.delivered_at or order.signed_at or floor.now
    age = floor.now - start
    reported = floor.at_work(start + age * rng.random())
    if not start <= reported < floor.now:
        return
    category, description = rng.choice(words.TICKETS)
    resolved = reported + dt.timedelta(hours=rng.randint(6, 140))
    done = resolved < floor.now
    closed = resolved + dt.timedelta(days=2)
    lead, kind = _led(floor)
    if not done:
        _open_cases(floor, order, agent, lead)
    ticket = floor.add(
        Ticket(
            ticket_no=f"TS-{reported.year}-{floor.count(Ticket) + 1:04d}",
            card=order.card,
            kind=kind,
            category=category,
            state="closed" if closed < floor.now else "solved" if done else "investigating",
            reported_at=reported,
            reporter=agent.user,
            responsible=agent.user,
            team=agent.team,
            store=agent.store,
            description=description,
            lead_department=lead,
            deadline=reported + dt.timedelta(days=rng.choice((3, 5, 7))),
            needs_onsite=category in ("technical", "product_quality"),
            onsite_at=reported + WAIT if done and category == "technical" else None,
            resolved_at=resolved if done else None,
            closed_at=closed if closed < floor.now else None,
            about=order.staff if category == "staff_conduct" else None,
            created_at=reported,
        )
    )
    if kind != "complaint":
        work_off(floor, ticket, agent)


def _led(floor: Floor) -> tuple[Department, str]:
    """Which department leads what kind of ticket; problems go where the floor has handlers."""
    lead = floor.rng.choice(floor.staff.departments)
    kind = floor.rng.choice(("complaint", "complaint", "problem", "help"))
    return (lead if kind == "complaint" else floor.staff.departments[0]), kind


def _open_cases(floor: Floor, order: Order, agent: Worker, lead: Department) -> None:
    floor.add(CaseAccess(card=order.card, user=agent.user))
    floor.add(CaseAccess(card=order.card, department=lead))
