"""What the parts of the card page show to one reader: masked, worded, with the verbs allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from crm.customers import access, phones, states
from crm.customers.models import Card, Consent, Wish
from crm.people.models import User
from crm.ui.numbers import money


@dataclass(frozen=True)
class Numbers:
    """A customer's number as one reader gets it; `dial` is empty where it is masked."""

    shown: str
    dial: str


@dataclass(frozen=True)
class Stage:
    """A step on the way to the car: `state` is on, now or empty; `at` when it was reached."""

    label: str
    at: dt.datetime | None
    state: str


def card_for_page(user: User) -> QuerySet[Card]:
    """Cards in scope with everything the card page's parts read; one statement."""
    return (
        Card.objects.visible_to(user)
        .with_case(user.reach)
        .select_related("customer", "owner", "team", "first_owner", "product", "referrer")
        .annotate(
            has_refusals=Exists(Consent.objects.withdrawn().filter(customer=OuterRef("customer")))
        )
    )


def refusals_of(customer_id: int) -> list[Consent]:
    """What a customer does not wish as things stand, the widest first."""
    rows = Consent.objects.withdrawn().filter(customer=customer_id).select_related("by")
    return sorted(rows, key=lambda one: (Wish.values.index(one.purpose), one.channel))


def calls_refused(refusals: Iterable[Consent]) -> bool:
    """Whether the customer is not to be called, whatever about."""
    closed = (Wish.CONTACT.value, Wish.CALLS.value)
    return any(one.wish in closed for one in refusals)


def contact_refused(card: Card) -> bool:
    """Whether this customer wishes no contact at all, so that nothing is planned (PS-01, RM-09)."""
    if not getattr(card, "has_refusals", True):
        return False
    refusals = Consent.objects.refusing(Consent.Purpose.CONTACT)
    return refusals.filter(customer=card.customer_id).exists()


def card_head(
    user: User,
    card: Card,
    *,
    visited_at: dt.datetime | None = None,
    ordered_at: dt.datetime | None = None,
    delivered_at: dt.datetime | None = None,
) -> dict[str, Any]:
    """Context of `customers/_head.html`; the moments are known to the rooms above.

    The caller keeps with `note_phones_shown` that numbers stood on a page.
    """
    dials = access.dials(user, card)
    refusals = refusals_of(card.customer_id) if getattr(card, "has_refusals", True) else []
    return {
        "card": card,
        "refusals": refusals,
        "can_note_wish": access.can_note_wish(user, card),
        "calls_refused": calls_refused(refusals),
        "contact_refused": any(one.wish == Wish.CONTACT for one in refusals),
        "name": access.shown_name(user, card),
        "numbers": _numbers(card, dials=dials),
        "dials": dials,
        "can_reveal": access.can_reveal_phone(user, card),
        "can_edit": access.can_edit_card(user, card),
        "budget": budget_of(card),
        "stages": stages_of(
            card, visited_at=visited_at, ordered_at=ordered_at, delivered_at=delivered_at
        ),
    }


def willingness_of(user: User, card: Card) -> dict[str, Any]:
    """Context of `customers/_willingness.html` (CC-05)."""
    triad = (
        (_("Confidence"), card.confidence, card.confidence_words),
        (_("Need"), card.need, card.need_words),
        (_("Purchasing power"), card.power, card.power_words),
    )
    return {
        "card": card,
        "can_edit": access.can_edit_card(user, card),
        "triad": [
            {"label": label, "value": value, "words": words, "pips": _pips(value)}
            for label, value, words in triad
        ],
    }


def needs_of(user: User, card: Card) -> dict[str, Any]:
    """Context of `customers/_needs.html`."""
    return {
        "card": card,
        "can_edit": access.can_edit_card(user, card),
        "budget": budget_of(card),
    }


def profile_of(user: User, card: Card, *, channel: str | None) -> dict[str, Any]:
    """Context of `customers/_profile.html`; masked scopes get district and no contact data.

    `channel` is the option's label, None where the card's own words are no option.
    """
    full = access.sees_name(user, card)
    dials = access.dials(user, card)
    refusals = refusals_of(card.customer_id) if getattr(card, "has_refusals", True) else []
    return {
        "card": card,
        "refusals": refusals,
        "can_note_wish": access.can_note_wish(user, card),
        "calls_refused": calls_refused(refusals),
        "customer": card.customer,
        "sees_profile": full,
        "dials": dials,
        "numbers": _numbers(card, dials=dials),
        "can_edit": access.can_edit_card(user, card),
        "can_edit_profile": access.can_edit_contact_data(user, card),
        "can_correct_channel": access.can_correct_channel(user, card),
        "channel": card.channel if channel is None else channel,
    }


def stages_of(
    card: Card,
    *,
    visited_at: dt.datetime | None,
    ordered_at: dt.datetime | None,
    delivered_at: dt.datetime | None,
) -> list[Stage]:
    """Card opened, showroom visit, order placed, handover: the first one missing is the next."""
    reached = [
        (_("Card opened"), card.opened_at, True),
        (_("Showroom visit"), visited_at, visited_at is not None),
        (
            _("Order placed"),
            ordered_at,
            card.state in (states.ORDERED, states.DELIVERED) or ordered_at is not None,
        ),
        (
            _("Handover"),
            delivered_at,
            card.state == states.DELIVERED or delivered_at is not None,
        ),
    ]
    last = max(place for place, (_label, _at, done) in enumerate(reached) if done)
    stages = []
    for place, (label, at, done) in enumerate(reached):
        state = "on" if done else ("now" if place == last + 1 else "")
        stages.append(Stage(label, at if done else None, state))
    return stages


def budget_of(card: Card) -> str:
    """The budget in words: 20 至 25 万, or one end of it; empty where none is known."""
    low, high = card.budget_min, card.budget_max
    if low is not None and high is not None and low != high:
        return _("%(low)s to %(high)s") % {"low": money(low), "high": money(high)}
    if low is None and high is None:
        return ""
    return money(high if high is not None else low)


def _numbers(card: Card, *, dials: bool) -> list[Numbers]:
    kept = (card.customer.phone, card.customer.phone2)
    return [
        Numbers(phones.show(number) if dials else phones.mask(number), number if dials else "")
        for number in kept
        if number
    ]


def _pips(value: int) -> list[bool]:
    return [place < value for place in range(5)]
