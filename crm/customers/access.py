"""Who may do what to a card, judged from the person's posts and the card alone."""

from __future__ import annotations

from typing import Protocol

from crm.customers import names, phones, states
from crm.customers.models import CARD_READERS, Card, OwnershipConflict
from crm.people import roles
from crm.people.models import User

CARD_MAKERS = frozenset(
    {
        roles.SALESPERSON,
        roles.SALES_SUPERVISOR,
        roles.SERVICE_SUPERVISOR,
        roles.RECEPTION,
        roles.MARKETER,
    }
)

CONFLICT_READERS = (*(roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.MANAGER, roles.RECEPTION),)


class Placed(Protocol):
    """What decides who reaches a card: a card, or a row of a list that has these columns."""

    @property
    def owner_id(self) -> int | None: ...

    @property
    def team_id(self) -> int | None: ...

    @property
    def store_id(self) -> int | None: ...


def owns(user: User, card: Placed) -> bool:
    """The salesperson who owns it, or whoever stands in for them today.

    A marketer's lead waits to be handed over: it is nobody's to work on yet.
    """
    if card.owner_id is not None and card.owner_id in user.reach.stands_in_for:
        return True
    return card.owner_id == user.pk and user.reach.has(roles.SALESPERSON)


def supervises(user: User, card: Placed) -> bool:
    """A supervisor of the team the card is in."""
    return card.team_id in user.reach.teams_as(roles.SALES_SUPERVISOR)


def manages(user: User, card: Placed) -> bool:
    """The manager of the card's store."""
    return card.store_id in user.reach.stores_as(roles.MANAGER)


def can_open_card(user: User) -> bool:
    """Sales, and those who hand a customer to sales (matrix row 1, create)."""
    return user.reach.has(*CARD_MAKERS)


def can_list_cards(user: User) -> bool:
    """Whoever has cards in scope at all: not marketing's head, not an administrator."""
    return user.reach.has(*CARD_READERS) or bool(user.reach.stands_in_for)


def can_edit_card(user: User, card: Card) -> bool:
    """Owner, supervisor and manager, while the card still names a person."""
    if card.state in (states.MERGED, states.ANONYMISED):
        return False
    return owns(user, card) or supervises(user, card) or manages(user, card)


def can_edit_contact_data(user: User, card: Card) -> bool:
    """As `can_edit_card`; the service supervisor keeps contact data right as well."""
    if card.state in (states.MERGED, states.ANONYMISED):
        return False
    served = card.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return served or can_edit_card(user, card)


def can_note_wish(user: User, card: Card) -> bool:
    """Who writes down that a customer does not wish to be contacted: whoever may hear it."""
    if card.state in (states.MERGED, states.ANONYMISED):
        return False
    served = card.store_id in user.reach.stores_as(roles.SERVICE_AGENT)
    return served or can_edit_contact_data(user, card)


def can_lift_wish(user: User, card: Card) -> bool:
    """Who writes down that it is wished again: set over the card, never its owner alone."""
    if card.state in (states.MERGED, states.ANONYMISED):
        return False
    served = card.store_id in user.reach.stores_as(roles.SERVICE_SUPERVISOR)
    return card.owner_id != user.pk and (served or not_only_own(user, card))


def can_correct_channel(user: User, card: Card) -> bool:
    """A supervisor or manager, never on a card of their own (CC-23)."""
    return can_edit_card(user, card) and card.owner_id != user.pk and not_only_own(user, card)


def not_only_own(user: User, card: Card) -> bool:
    """Somebody set over the card's owner."""
    return supervises(user, card) or manages(user, card)


def dials(user: User, card: Placed) -> bool:
    """Owner, deputy and supervisor see the number in full and call it (security.md 1.3)."""
    return owns(user, card) or supervises(user, card)


def sees_name(user: User, card: Placed) -> bool:
    """Whether the name stands in full; masked scopes read 张**.

    Cards from `with_case` also count an open case of a service agent.
    """
    reach = user.reach
    if dials(user, card) or manages(user, card) or reach.has(roles.GENERAL_MANAGER):
        return True
    if card.store_id in reach.stores_as(roles.SERVICE_SUPERVISOR):
        return True
    served = card.store_id in reach.stores_as(roles.SERVICE_AGENT)
    return served and bool(getattr(card, "has_case", False))


def can_reveal_phone(user: User, card: Card) -> bool:
    """Whoever sees the name but does not dial, and a handler or auditor on their case."""
    if dials(user, card):
        return False
    return sees_name(user, card) or bool(getattr(card, "has_case", False))


def can_claim(user: User) -> bool:
    """Who may ask for a ruling on a customer held by somebody else (matrix row 3, create)."""
    return user.reach.has(roles.SALESPERSON, roles.RECEPTION)


def reads_conflicts(user: User) -> bool:
    """Parties, supervisors, managers and those set over all stores (matrix row 3, see)."""
    return user.reach.has(*CONFLICT_READERS)


def can_rule(user: User, conflict: OwnershipConflict) -> bool:
    """The supervisor of both parties, else the store's manager; never a party (4.5, OW-04)."""
    if user.pk in (conflict.owner_id, conflict.claimant_id):
        return False
    led = user.reach.teams_as(roles.SALES_SUPERVISOR)
    both = conflict.card.team_id in led and conflict.claimant_team_id in led
    return both or manages(user, conflict.card)


def shown_name(user: User, card: Card) -> str:
    """The customer's name as this person may read it."""
    return name_for(user, card, card.customer.name)


def name_for(user: User, card: Placed, name: str) -> str:
    """A customer's name as this person may read it, where the card is not at hand."""
    return name if sees_name(user, card) else names.masked_name(name)


def shown_plate(user: User, card: Card, plate: str) -> str:
    """A plate of the card's car: whole for whoever reads the name, else its end."""
    return plate if sees_name(user, card) else names.masked_plate(plate)


def masked_phone(card: Card) -> str:
    """The first number as lists show it, to everybody (security.md 1.3)."""
    return phones.mask(card.customer.phone)
