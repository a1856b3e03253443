"""Greetings and thanks on the demo floor: birthdays these days, customers who sent others."""

from __future__ import annotations

import datetime as dt

from crm.customers.models import Card, Customer
from crm.customers.states import DELIVERED
from crm.home.demo.cards import Floor
from crm.orders.models import Order
from visits.actions import plan_care
from visits.models import CareRule

# How many days from now the birthdays of the first customers fall.
BIRTHDAYS = (0, 1, 2, -1)
LANGUAGES = ("zh-hans",) * 8 + ("zh-hant", "en")
MOST_THANKED = 3


def prepare_care(floor: Floor) -> None:
    """Languages for everybody, and birthdays these days for some of those who bought."""
    for customer in floor.rows[Customer]:
        customer.language = floor.rng.choice(LANGUAGES)
    bought = [card for card in floor.rows[Card] if card.state == DELIVERED]
    for days, card in zip(BIRTHDAYS, bought, strict=False):
        day = floor.now.astimezone(floor.zone).date() + dt.timedelta(days=days)
        card.customer.birthday = day.replace(year=1986, day=min(day.day, 28))


def plan_demo_care(floor: Floor) -> int:
    """The newest buyers were sent by the oldest; the rules make what falls due now, counted."""
    bought = [card for card in floor.rows[Card] if card.state == DELIVERED]
    delivered = [order for order in floor.rows.get(Order, []) if order.delivered_at]
    newest = sorted(delivered, key=lambda order: order.delivered_at, reverse=True)
    senders = bought[:MOST_THANKED]
    for order, sender in zip(newest, senders, strict=False):
        if order.card not in senders:
            Card.objects.filter(pk=order.card_id).update(referrer=sender, source="referral")
    began = (floor.now - dt.timedelta(weeks=floor.weeks)).date()
    CareRule.objects.update(since=began)
    return plan_care(now=floor.now)
