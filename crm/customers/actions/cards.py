"""Opening a card: customer, purchase and first owner in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers import access, duplicates, states
from crm.customers.actions.held_numbers import hold_numbers
from crm.customers.actions.timeline import note
from crm.customers.duplicates import Duplicate
from crm.customers.models import Card, Customer, LevelChange, Ownership
from crm.people.models import Store, User
from crm.people.roles import Post
from crm.records import audit
from crm.records.actions import free_number
from crm.records.states import Stale
from crm.ui.texts import clean_lines

CUSTOMER_FIELDS = (
    *("name", "is_organisation", "gender", "phone", "phone2", "wechat", "email", "address"),
    *("region", "birthday", "lunar_birthday", "age_band", "occupation", "employer", "best_time"),
    "language",
)
NEED_FIELDS = (
    *("product", "model_text", "colour", "configuration", "budget_min", "budget_max"),
    *("purchase_on", "purchase_method", "purpose", "decision_maker", "rivals"),
    *("current_vehicle", "trade_in", "trade_in_value", "charging", "reason", "notes"),
    "lost_to",
)
CARD_FIELDS = (*NEED_FIELDS, "source", "channel", "level", "referrer")
REQUIRED_OF_CARD = ("source", "channel", "reason")
WAYS_OF_CONTACT = ("phone", "wechat", "email")


class PhoneTaken(Exception):
    """The number is on another card of the store; `duplicate` holds what may be said of it."""

    def __init__(self, duplicate: Duplicate) -> None:
        super().__init__("The number is on another card.")
        self.duplicate = duplicate


@transaction.atomic
def create_card(
    *,
    by: User,
    owner: User,
    customer: Mapping[str, Any],
    card: Mapping[str, Any],
    now: dt.datetime,
) -> Card:
    """Open a card for `owner` with the fields of CUSTOMER_FIELDS and CARD_FIELDS (CC-01, CC-22).

    A repeat purchase of the owner's own buyer joins the same customer. The first planned contact
    is the caller's duty (CC-27). Raises PermissionDenied, ValidationError by field, PhoneTaken.
    """
    if not access.can_open_card(by):
        raise PermissionDenied
    post = owner.reach.main
    if post is None or post.store_id is None:
        raise ValidationError({"owner": _("This person works in no store.")})
    person, purchase = picked(customer, CUSTOMER_FIELDS), picked(card, CARD_FIELDS)
    require(person, purchase)
    # Two people who enter one number at once wait for each other here.
    Store.objects.select_for_update(no_key=True).get(pk=post.store_id)
    known = _known_customer(owner, person, post.store_id)
    buyer = known or Customer(**person, store_id=post.store_id, created_at=now)
    if known is None:
        buyer.clean_fields()
        buyer.save()
    keep_numbers(buyer, post.store_id, owner)
    made = _new_card(buyer, purchase, owner, post, now)
    made.clean_fields(exclude=foreign_keys(made))
    made.save()
    _record_opening(made, owner, by=by, now=now)
    return made


def _new_card(
    buyer: Customer, purchase: Mapping[str, Any], owner: User, post: Post, now: dt.datetime
) -> Card:
    year = timezone.localtime(now).year
    made = Card(
        **purchase,
        customer=buyer,
        card_no=free_number(Card, "card_no", kind="card", prefix="KH", year=year),
        owner=owner,
        team_id=post.team_id,
        store_id=post.store_id,
        first_owner=owner,
        first_team_id=post.team_id,
        first_store_id=post.store_id,
        state=states.state_for_level(purchase.get("level", "")),
        opened_at=now,
        created_at=now,
    )
    made.search = made.searchable()
    return made


def _record_opening(card: Card, owner: User, *, by: User, now: dt.datetime) -> None:
    Ownership.objects.create(
        card=card, user=owner, team_id=card.team_id, store_id=card.store_id, since=now
    )
    if card.level:
        LevelChange.objects.create(card=card, after=card.level, at=now, by=by)
    note(card, "card_opened", by=by, now=now, source=card.source, channel=card.channel)
    audit.record(
        "customers.create_card",
        by=by,
        obj=card,
        after={"card_no": card.card_no, "owner": owner.public_id, "level": card.level},
        at=now,
    )


def _known_customer(owner: User, person: Mapping[str, Any], store_id: int) -> Customer | None:
    """The owner's own buyer, all of whose cards are sold; raises PhoneTaken for any other."""
    numbers = [person.get("phone", ""), person.get("phone2", "")]
    taken = duplicates.find(owner, numbers, store_id)
    if taken is None:
        return None
    bought = taken.card.state == states.DELIVERED and taken.card.owner_id == owner.pk
    if bought and taken.card.customer.name == person["name"]:
        return taken.card.customer
    raise PhoneTaken(taken)


def keep_numbers(customer: Customer, store_id: int, by: User) -> None:
    """Hold the customer's numbers in the store; raises PhoneTaken for who was first meanwhile."""
    numbers = [customer.phone, customer.phone2]
    if not hold_numbers(customer, store_id, numbers):
        taken = duplicates.find(by, numbers, store_id, but=customer.pk)
        if taken is None:
            raise Stale(customer._meta.label, customer.pk)
        raise PhoneTaken(taken)


def picked(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The values of the named fields, their text without control characters (D5, D19)."""
    return {
        name: clean_lines(value) if isinstance(value, str) else value
        for name, value in values.items()
        if name in names
    }


def require(person: Mapping[str, Any], purchase: Mapping[str, Any]) -> None:
    """Raise ValidationError for what a new card must have (CC-22, architecture.md 6)."""
    missing = {name: _("Required.") for name in REQUIRED_OF_CARD if not purchase.get(name)}
    if not person.get("name"):
        missing["name"] = _("Required.")
    if not any(person.get(way) for way in WAYS_OF_CONTACT):
        missing["phone"] = _("A phone number or another way of contact is needed.")
    if missing:
        raise ValidationError(missing)


def foreign_keys(row: models.Model) -> set[str]:
    """Names of a row's foreign keys: checked by whoever chose the row, not looked up again."""
    return {field.name for field in row._meta.fields if field.is_relation}
