"""What a customer does not wish, written down and taken back again (PS-01, PS-06)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers.access import can_lift_wish, can_note_wish
from crm.customers.actions import note_consent
from crm.customers.models import Card, Consent, Wish
from crm.customers.queues import refusals_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records.actions import claim_request
from visits.actions.calling_off import call_off_unwished

WORDS_AT_MOST = 200


def note_refusals(
    card: Card,
    *,
    wishes: Collection[str],
    heard: str,
    words: str,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Write down what a customer does not wish any more; what it covers and is ahead falls away.

    `wishes` are codes of `Wish`; what was refused before stays as it was said then. Visits,
    greetings and mails go in the same transaction, whose work they were is told, and so are the
    salespeople of the customer's cards. Where the owner says that nobody may ask about them, the
    service supervisor makes sure of it (RV-41). Raises `PermissionDenied`, `ValidationError` by
    field.
    """
    if not can_note_wish(by, card):
        raise PermissionDenied
    words = _said(heard, words)
    if not wishes or not set(wishes) <= set(Wish.values):
        raise ValidationError({"wishes": _("Choose what the customer does not wish.")})
    with transaction.atomic():
        if not claim_request(by, "note_refusals", request_id):
            return
        known = {one.wish for one in refusals_of(card.customer_id)}
        new = [wish for wish in Wish.values if wish in wishes and wish not in known]
        for wish in new:
            _note(card, wish, allowed=False, heard=heard, words=words, by=by, now=now)
        call_off_unwished(card, by=by, now=now)
        _tell_owners(card, new, kind="contact_refused", by=by, now=now)
        _tell_service(card, new, by=by, now=now)


def lift_refusal(
    card: Card,
    *,
    wish: str,
    heard: str,
    words: str,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Write down that a customer wishes again what they refused, in their own words.

    What was called off stays so: rules and people plan anew. Raises `PermissionDenied`,
    `ValidationError` by field.
    """
    if not can_lift_wish(by, card):
        raise PermissionDenied
    words = _said(heard, words)
    with transaction.atomic():
        if not claim_request(by, "lift_refusal", request_id):
            return
        if wish not in {one.wish for one in refusals_of(card.customer_id)}:
            raise ValidationError(_("The customer does not refuse this any more."))
        _note(card, wish, allowed=True, heard=heard, words=words, by=by, now=now)
        _tell_owners(card, [wish], kind="contact_allowed", by=by, now=now)


def _said(heard: str, words: str) -> str:
    """The customer's words, as they are kept; where they were said is needed as well."""
    wrong = {}
    if heard not in Consent.Heard.values:
        wrong["heard"] = _("Choose where the customer said so.")
    if not words.strip():
        wrong["words"] = _("Write down what the customer said.")
    if wrong:
        raise ValidationError(wrong)
    return words.strip()[:WORDS_AT_MOST]


def _note(
    card: Card, wish: str, *, allowed: bool, heard: str, words: str, by: User, now: dt.datetime
) -> None:
    purpose, _colon, channel = wish.partition(":")
    note_consent(
        card, by=by, purpose=purpose, channel=channel, allowed=allowed, heard=heard, words=words,
        now=now,
    )  # fmt: skip


def _tell_owners(
    card: Card, wishes: Collection[str], *, kind: str, by: User, now: dt.datetime
) -> None:
    """The salespeople of the customer's cards learn what has changed."""
    cards = Card.objects.standing().filter(customer=card.customer_id, owner__isnull=False)
    for one in cards.select_related("owner", "customer").order_by("pk") if wishes else ():
        if one.owner is not None and one.owner != by:
            notices.tell(
                to=one.owner,
                kind=kind,
                occasion=f"card:{one.public_id}/{kind}/{now.isoformat()}",
                about=About.of(one),
                subject=f"card:{one.public_id}",
                link=("home:card", one.public_id),
                data={"customer": one.customer.name, "wishes": list(wishes)},
                now=now,
            )


def _tell_service(card: Card, wishes: Collection[str], *, by: User, now: dt.datetime) -> None:
    """A refusal of visits, or of any contact, written down by whom those visits would be about."""
    asked_about = set(wishes) - {Wish.MARKETING}
    if asked_about and card.owner_id == by.pk:
        notices.tell(
            to=notices.Desk(roles.SERVICE_SUPERVISOR, card.store_id),
            kind="contact_refused_by_owner",
            occasion=f"card:{card.public_id}/contact_refused_by_owner/{now.isoformat()}",
            about=About.of(card),
            subject=f"card:{card.public_id}",
            link=("home:card", card.public_id),
            data={"customer": card.customer.name, "staff": by.name},
            spared=by.pk,
            now=now,
        )
