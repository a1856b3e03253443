"""Who may promise, answer and move a promise, judged from the person's posts and the row alone."""

from __future__ import annotations

from crm.customers import states as card_states
from crm.customers.access import manages, owns, supervises
from crm.customers.models import Card
from crm.people import roles
from crm.people.models import User
from crm.promises.models import PROMISE_READERS, Promise


def can_promise(user: User, card: Card) -> bool:
    """Whoever speaks with the customer: owner, their supervisor, and service of the store."""
    if card.state in (card_states.MERGED, card_states.ANONYMISED):
        return False
    return owns(user, card) or supervises(user, card) or serves(user, card)


def can_answer(user: User, promise: Promise) -> bool:
    """Who answers for it or stands in for them, and whoever else speaks with the customer."""
    if not promise.is_owed:
        return False
    card = promise.card
    own = promise.responsible_id in user.reach.own_ids
    return own or manages(user, card) or can_promise(user, card)


def serves(user: User, card: Card) -> bool:
    """Customer service of the card's store."""
    stores = user.reach.stores_as(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)
    return card.store_id in stores


def can_see_promises(user: User) -> bool:
    """Whether promises are part of this person's work at all."""
    return user.reach.has(*PROMISE_READERS) or bool(user.reach.stands_in_for)
