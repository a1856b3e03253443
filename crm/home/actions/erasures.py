"""A customer's wish to be forgotten: asked, decided, carried out, and repeated after a restore.

The privacy officer decides; service or the store's manager carries it out (SoD 16, D48).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers import states as card_states
from crm.customers.models import Card, Customer
from crm.exchange.actions.forgetting import forget
from crm.home import access, states
from crm.home.actions.forgetting import forget_rows
from crm.home.actions.guards import claim
from crm.home.management.backup.register import note_erasure
from crm.home.models import Erasure
from crm.home.queues.erasures import Person, counts_of, know_rows, obstacles, person_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records.actions import change, forget_files, forget_words, transition
from crm.records.audit import record
from crm.rulebook.queues import rules_for
from followups.actions.planning import thread


class Obstructed(Exception):
    """Something has to be settled first; nothing was erased."""

    def __init__(self, found: list[tuple[Any, int]]) -> None:
        super().__init__("obstructed")
        self.found = found


@transaction.atomic
def ask_erasure(
    card: Card, *, by: User, ground: str, heard: str, now: dt.datetime, request_id: str = ""
) -> Erasure:
    """Write down that a customer wants to be forgotten, and tell the privacy officer.

    Raises `PermissionDenied`, `ValidationError`, `Replayed` on a repeat.
    """
    if not access.can_ask_erasure(by, card):
        raise PermissionDenied
    if ground not in Erasure.Ground.values or heard not in Erasure.Heard.values:
        raise ValidationError(_("Choose why, and how we know who asks."))
    claim(by, "ask_erasure", request_id)
    numbers, _calendar = rules_for(card.store_id)
    try:
        with transaction.atomic():
            wish = Erasure.objects.create(
                customer=card.customer,
                card=card,
                store=card.store,
                ground=ground,
                heard=heard,
                asked_by=by,
                asked_at=now,
                created_at=now,
                due_on=timezone.localdate(now) + dt.timedelta(days=numbers.erasure_days),
            )
    except IntegrityError as error:
        raise ValidationError(_("Somebody has asked for this already.")) from error
    record("home.ask_erasure", by=by, obj=wish, after={"ground": ground, "heard": heard}, at=now)
    _tell(notices.Desk(roles.PRIVACY_OFFICER), "erasure_to_decide", wish, now)
    return wish


@transaction.atomic
def approve_erasure(
    wish: Erasure, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """The privacy officer finds the wish right; another person carries it out.

    Raises `PermissionDenied`, `Stale`, `Replayed`.
    """
    _decide(wish, "approve", states.APPROVED, by=by, version=version, now=now, comment="",
            request_id=request_id)  # fmt: skip
    for role in (roles.SERVICE_SUPERVISOR, roles.MANAGER):
        _tell(notices.Desk(role, wish.store_id), "erasure_to_do", wish, now)


@transaction.atomic
def refuse_erasure(
    wish: Erasure,
    *,
    by: User,
    version: int,
    comment: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The privacy officer says no, with the reason the customer is to be told.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`, `Replayed`.
    """
    if not comment.strip():
        raise ValidationError({"comment": _("Say why.")})
    _decide(wish, "refuse", states.REFUSED, by=by, version=version, now=now,
            comment=comment.strip(), request_id=request_id)  # fmt: skip
    _tell(wish.asked_by, "erasure_refused", wish, now)


def _decide(
    wish: Erasure,
    verb: str,
    to: str,
    *,
    by: User,
    version: int,
    comment: str,
    now: dt.datetime,
    request_id: str,
) -> None:
    if not access.can_decide_erasure(by, wish):
        raise PermissionDenied
    claim(by, f"{verb}_erasure", request_id)
    decided = {"decided_by": by, "decided_at": now, "comment": comment}
    transition(wish, frm=states.MOVES[verb], to=to, version=version, **decided)
    notices.cancel(about=About.of(wish), reason=to, now=now)
    record(f"home.{verb}_erasure", by=by, obj=wish, after={"state": to}, at=now)


def erase_customer(
    wish: Erasure, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Carry it out in one transaction: nothing that names the customer is left (D48).

    Figures, numbers of papers and whoever did what stay. Raises `PermissionDenied`, `Obstructed`
    while something is to be settled first, `Stale`, `Replayed`.
    """
    if not access.can_carry_out(by, wish):
        raise PermissionDenied
    with transaction.atomic():
        claim(by, "erase_customer", request_id)
        frm = states.MOVES["erase"]
        done = {"erased_by": by, "erased_at": now}
        transition(wish, frm=frm, to=states.ERASED, version=version, **done)
        customer = Customer.objects.select_for_update(no_key=True).get(pk=wish.customer_id)
        if found := obstacles(_held(customer)):
            raise Obstructed(found)
        counts = forget_person(customer, by=by, now=now)
        change(wish, counts=counts)
        notices.cancel(about=About.of(wish), reason=states.ERASED, now=now)
        record("home.erase_customer", by=by, obj=wish, after={"counts": counts}, at=now)
        transaction.on_commit(lambda: note_erasure(customer.public_id, now))


def forget_person(customer: Customer, *, by: User | None, now: dt.datetime) -> dict[str, int]:
    """Erase a customer in the caller's transaction, whoever decided; how many rows of each kind.

    Done a second time it finds nothing left and changes nothing of what is counted.
    """
    person = _held(customer)
    words, counts = person.names(), counts_of(person)
    for card in person.cards:
        if card.state not in (card_states.MERGED, card_states.ANONYMISED):
            customers.close_erased(card, by=by, now=now)
    for card in person.cards:
        notices.cancel(subject=thread(card), reason="erased", now=now)
    # What closing wrote is theirs as well: the rows are looked for anew.
    person = person_of(customer)
    know_rows(person)
    forget_rows(person)
    counts["words"] = forget_words(person.ids, words)
    counts["files"] = forget(person.pks, words, now=now) + forget_files(person.ids, now=now)
    for one in person.customers:
        customers.mark_anonymised(one, now=now)
    return counts


def _held(customer: Customer) -> Person:
    """Everything of a customer, with the cards held: whoever is changing one now comes before."""
    person = person_of(customer)
    for card in person.cards:
        customers.hold_card(card)
    return person


def repeat_erasure(customer: Customer, *, now: dt.datetime) -> dict[str, int]:
    """Erase somebody again whom a restored backup has brought back."""
    with transaction.atomic():
        counts = forget_person(customer, by=None, now=now)
        for wish in Erasure.objects.filter(customer=customer, state=states.APPROVED):
            transition(wish, frm=states.APPROVED, to=states.ERASED, erased_at=now)
        record("home.repeat_erasure", by=None, obj=customer, after={"counts": counts}, at=now)
    return counts


def _tell(to: User | notices.Desk, kind: str, wish: Erasure, now: dt.datetime) -> None:
    notices.tell(
        to=to,
        kind=kind,
        occasion=f"erasure:{wish.public_id}/{kind}",
        about=About.of(wish),
        link=("home:erasure", wish.public_id),
        data={"card": wish.card.card_no},
        now=now,
    )
