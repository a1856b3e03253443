"""Changing what a card says: needs, profile, channel, level, willingness, contact dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.customers import access, duplicates, states
from crm.customers.actions.cards import (
    CUSTOMER_FIELDS,
    NEED_FIELDS,
    PhoneTaken,
    foreign_keys,
    keep_numbers,
    picked,
)
from crm.customers.actions.held_numbers import release_numbers
from crm.customers.actions.timeline import note
from crm.customers.models import Assessment, Card, LevelChange
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition
from crm.records.models import Record
from crm.records.states import Stale

ASSESSED = ("confidence", "need", "power")


@transaction.atomic
def update_needs(
    card: Card,
    *,
    by: User,
    version: int,
    fields: Mapping[str, Any],
    now: dt.datetime,
    request_id: str = "",
) -> list[str]:
    """Change what the customer wants; returns the names of the fields that changed (CC-31).

    Raises PermissionDenied, ValidationError, and Stale when the card changed meanwhile.
    """
    if not access.can_edit_card(by, card):
        raise PermissionDenied
    if not claim_request(by, "update_needs", request_id):
        return []
    changed = _changed(card, picked(fields, NEED_FIELDS))
    before = {name: getattr(card, name) for name in changed}
    check(card, changed)
    if changed:
        change(card, version=version, **changed)
        note(card, "needs_changed", by=by, now=now, fields=sorted(changed))
        audit.record(
            "customers.update_needs",
            by=by,
            obj=card,
            before=_plain(before),
            after=_plain(changed),
            at=now,
        )
    return sorted(changed)


@transaction.atomic
def update_profile(
    card: Card,
    *,
    by: User,
    version: int,
    fields: Mapping[str, Any],
    now: dt.datetime,
    request_id: str = "",
) -> list[str]:
    """Change who the customer is and how to reach them; `version` is the customer's.

    Returns the names of the fields that changed. Raises PermissionDenied, ValidationError,
    PhoneTaken, Stale. The audit trail keeps the names alone: they are contact data.
    """
    if not access.can_edit_contact_data(by, card):
        raise PermissionDenied
    if not claim_request(by, "update_profile", request_id):
        return []
    customer = card.customer
    changed = _changed(customer, picked(fields, CUSTOMER_FIELDS))
    check(customer, changed)
    new_numbers = [changed[name] for name in ("phone", "phone2") if changed.get(name)]
    if new_numbers:
        refuse_taken(card, by, new_numbers)
    if changed:
        try:
            change(customer, version=version, **changed)
        except Stale as error:
            # The trail tells of a profile by its card.
            raise Stale(card._meta.label, card.pk) from error
        if {"phone", "phone2"} & changed.keys():
            release_numbers(customer, but=[customer.phone, customer.phone2])
        if new_numbers and card.store_id is not None:
            keep_numbers(customer, card.store_id, by)
        refresh_search(card)
        note(card, "profile_changed", by=by, now=now, fields=sorted(changed))
        audit.record(
            "customers.update_profile", by=by, obj=card, after={"fields": sorted(changed)}, at=now
        )
    return sorted(changed)


@transaction.atomic
def correct_channel(
    card: Card,
    *,
    by: User,
    version: int,
    channel: str,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Put a wrong channel right: somebody set over the owner only, with a reason (CC-23).

    Raises PermissionDenied, ValidationError, Stale.
    """
    if not access.can_correct_channel(by, card):
        raise PermissionDenied
    if not reason.strip() or not channel.strip():
        raise ValidationError({"reason": _("Required.")})
    if not claim_request(by, "correct_channel", request_id):
        return
    before = card.channel
    change(card, version=version, channel=channel)
    note(card, "channel_corrected", by=by, now=now, before=before, after=channel, reason=reason)
    audit.record(
        "customers.correct_channel",
        by=by,
        obj=card,
        before={"channel": before},
        after={"channel": channel, "reason": reason},
        at=now,
    )


@transaction.atomic
def judge_level(
    card: Card, *, by: User, version: int, level: str, now: dt.datetime, request_id: str = ""
) -> bool:
    """Change the level outside a contact; raises PermissionDenied, Stale (LC-01)."""
    if not access.can_edit_card(by, card):
        raise PermissionDenied
    if not claim_request(by, "judge_level", request_id):
        return False
    return change_level(card, by=by, level=level, now=now, version=version)


@transaction.atomic
def change_level(
    card: Card, *, by: User, level: str, now: dt.datetime, version: int | None = None
) -> bool:
    """Record the level after a contact; True when it changed (LC-01, LC-05).

    A card with a level is a qualified prospect, one without a potential customer. The caller
    has checked that `by` may log contacts or edit the card. Raises `Stale` when the card is not
    as it was read any more: at `version`, or else at the version of `card`.
    """
    before = card.level
    if level == before:
        return False
    judged = card.state in (states.POTENTIAL, states.PROSPECT)
    to = states.state_for_level(level) if judged else card.state
    seen = card.version if version is None else version
    transition(card, frm=card.state, to=to, version=seen, level=level)
    LevelChange.objects.create(card=card, before=before, after=level, at=now, by=by)
    note(card, "level_changed", by=by, now=now, before=before, after=level)
    audit.record(
        "customers.change_level",
        by=by,
        obj=card,
        before={"level": before},
        after={"level": level},
        at=now,
    )
    return True


@transaction.atomic
def assess_willingness(
    card: Card,
    *,
    by: User,
    version: int | None,
    fields: Mapping[str, Any],
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Judge confidence, need and purchasing power, 0 (not judged) to 5 with words each (CC-05).

    Raises PermissionDenied, ValidationError, Stale.
    """
    if not access.can_edit_card(by, card):
        raise PermissionDenied
    if not claim_request(by, "assess_willingness", request_id):
        return
    wanted = tuple(f"{name}{end}" for name in ASSESSED for end in ("", "_words"))
    values = picked(fields, wanted)
    if any(not 0 <= values.get(name, 0) <= 5 for name in ASSESSED):
        raise ValidationError(_("A judgement is a number from 1 to 5."))
    check(card, values)
    change(card, version=version, assessed_at=now, **values)
    Assessment.objects.create(card=card, at=now, by=by, **values)
    note(card, "assessed", by=by, now=now, **{name: values.get(name, 0) for name in ASSESSED})
    audit.record("customers.assess_willingness", by=by, obj=card, after=values, at=now)


def refresh_search(card: Card) -> None:
    """Bring the search column of all the customer's cards up to date."""
    for own in Card.objects.filter(customer_id=card.customer_id).select_related("customer"):
        Card.objects.filter(pk=own.pk).update(search=own.searchable())


def _changed(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def check(row: models.Model, values: Mapping[str, Any]) -> None:
    """Raise ValidationError where a value does not fit its column; the row itself is left alone."""
    fitted = type(row)(**values)
    untouched = {field.name for field in row._meta.fields} - values.keys()
    fitted.clean_fields(exclude=untouched | foreign_keys(row))


def refuse_taken(card: Card, by: User, numbers: list[str]) -> None:
    if card.store_id is None:
        return
    taken = duplicates.find(by, numbers, card.store_id, but=card.customer_id)
    if taken is not None:
        raise PhoneTaken(taken)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rows become their public id, so that the trail holds JSON."""
    return {
        name: value.public_id if isinstance(value, Record) else value
        for name, value in values.items()
    }
