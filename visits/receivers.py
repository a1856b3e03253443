"""What rooms below tell and ask: an order signed, a car delivered, a complaint answered; what an
auditor may not read yet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from complaints.models import Ticket
from complaints.signals import kept_from, ticket_answered, ticket_reopens
from crm.customers.models import Card
from crm.customers.signals import customer_closed, customer_handed_over
from crm.orders.models import Order
from crm.orders.signals import order_delivered, order_signed
from crm.people.models import User
from crm.promises.deeds import Deed
from crm.promises.models import Promise
from crm.promises.signals import deeds_of
from visits import actions
from visits.queues.auditors import tickets_to_hear_of
from visits.queues.promised import visits_since


@receiver(order_delivered, dispatch_uid="visits.order_delivered")
def plan_after_delivery(order: Order, now: dt.datetime, **_rest: Any) -> None:
    """A delivered car brings the first visit, those that follow it and care (RV-10, RB-08)."""
    actions.plan_after_delivery(order, now=now)
    actions.plan_care_after_delivery(order, now=now)


@receiver(order_signed, dispatch_uid="visits.order_signed")
def plan_after_signing(order: Order, now: dt.datetime, **_rest: Any) -> None:
    """A signed order brings a visit where a rule waits for one (RV-10)."""
    actions.plan_after_signing(order, now=now)


@receiver(ticket_answered, dispatch_uid="visits.ticket_answered")
def plan_after_answer(ticket: Ticket, now: dt.datetime, **_rest: Any) -> None:
    """A complaint's answer brings the visit that asks whether it was good (RV-13, CP-24)."""
    actions.plan_after_answer(ticket, now=now)


@receiver(ticket_reopens, dispatch_uid="visits.ticket_reopens")
def call_off_after_answer(ticket: Ticket, by: User | None, now: dt.datetime, **_rest: Any) -> None:
    """Nobody asks any more about an answer that will not do; the next one is asked about anew."""
    actions.call_off_reopened(ticket, by=by, now=now)


@receiver(kept_from, dispatch_uid="visits.kept_from")
def of_visits_to_audit(user: User, **_rest: Any) -> Q:
    """Tickets that would tell an auditor what a customer is still to be asked (SA-01)."""
    return tickets_to_hear_of(user)


@receiver(customer_handed_over, dispatch_uid="visits.customer_handed_over")
def care_follows_owner(
    card: Card, new_owner: User | None, by: User | None, now: dt.datetime, **_rest: Any
) -> None:
    """Greetings owed to a customer are their new salesperson's."""
    actions.follow_new_owner(card, new_owner, by=by, now=now)


@receiver(customer_closed, dispatch_uid="visits.customer_closed")
def call_off_care(card: Card, reason: str, by: User | None, now: dt.datetime, **_rest: Any) -> None:
    """Nobody is greeted on a card that ended; who wishes no contact is on none of theirs.

    And nobody visits a customer who was erased or wishes no contact.
    """
    if reason == "do_not_contact":
        actions.call_off_unwished(card, by=by, now=now)
        return
    verb = actions.call_off_care_of if reason == "erased" else actions.call_off_care_on
    verb(card, by=by, reason=reason, now=now)
    if reason == "erased":
        actions.call_off_erased(card, by=by, now=now)


@receiver(deeds_of, dispatch_uid="visits.deeds_of")
def visits_of(promise: Promise, user: User, **_rest: Any) -> list[Deed]:
    """Return visits with which a promise may have been kept."""
    return visits_since(promise, user)


def seed_after_migrate(**_news: Any) -> None:
    """A new installation starts with the usual rules and questionnaires."""
    if "visits_visitrule" in connection.introspection.table_names():
        actions.seed_visits(timezone.localdate())
    if "visits_carerule" in connection.introspection.table_names():
        actions.seed_care(timezone.localdate())
