"""News that calls for a return visit: a car delivered, a complaint answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.dispatch import receiver
from django.utils import timezone

from complaints.models import Ticket
from complaints.signals import ticket_answered
from crm.orders.models import Order
from crm.orders.signals import order_delivered
from visits import actions


@receiver(order_delivered, dispatch_uid="visits.order_delivered")
def plan_after_delivery(order: Order, now: dt.datetime, **_rest: Any) -> None:
    """A delivered car brings the first visit and those that follow it (RV-10, RV-12)."""
    actions.plan_after_delivery(order, now=now)


@receiver(ticket_answered, dispatch_uid="visits.ticket_answered")
def plan_after_answer(ticket: Ticket, now: dt.datetime, **_rest: Any) -> None:
    """A complaint's answer brings the visit that asks whether it was good (RV-13, CP-24)."""
    actions.plan_after_answer(ticket, now=now)


def seed_after_migrate(**_news: Any) -> None:
    """A new installation starts with the usual rules and questionnaires."""
    if "visits_visitrule" in connection.introspection.table_names():
        actions.seed_visits(timezone.localdate())
