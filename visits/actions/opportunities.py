"""A need heard on a visit, proposed to the customer's owner, and what they make of it (RV-05)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers import states as card_states
from crm.customers.actions import note
from crm.customers.models import Card, Source
from crm.notices import actions as notices
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for
from followups.actions import open_card
from followups.steps import Step
from followups.suggestions import TOMORROW, Suggestions
from visits import access, states
from visits.models import Opportunity, Visit

WORDS_AT_MOST = 500


def propose_opportunity(
    visit: Visit, words: str, *, by: User | None, now: dt.datetime
) -> Opportunity:
    """Tell the customer's owner of a need, within the next working days, in the caller's save.

    The owner is reminded until they answer, then their supervisor. A customer nobody owns goes
    to the supervisor of the team at once. The visitor's right is checked by the caller; `by` is
    None where the customer wrote it themselves. Of a visit entered anew the first one stands.
    """
    known = Opportunity.objects.filter(visit=visit).first()
    if known is not None:
        return known
    numbers, calendar = rules_for(visit.store_id)
    card = visit.card
    opportunity = Opportunity.objects.create(
        visit=visit,
        card=card,
        words=words.strip()[:WORDS_AT_MOST],
        responsible=card.owner,
        answer_by=calendar.nth_working_day_end(now, numbers.opportunity_working_days),
        store_id=card.store_id,
        created_at=now,
    )
    _tell(opportunity, now=now)
    note(card, "opportunity_proposed", by=by, now=now)
    audit.record("visits.propose_opportunity", by=by, obj=opportunity, at=now)
    return opportunity


def _tell(opportunity: Opportunity, *, now: dt.datetime) -> None:
    card, owner = opportunity.card, opportunity.responsible
    shared: dict[str, Any] = {
        "occasion": f"opportunity:{opportunity.public_id}",
        "kind": "opportunity_found",
        "about": About.of(opportunity),
        "due_at": opportunity.answer_by,
        "subject": f"card:{card.public_id}",
        "link": ("visits:opportunity", opportunity.public_id),
        "data": {"customer": card.customer.name},
    }
    desk = Desk(roles.SALES_SUPERVISOR, card.store_id, card.team_id)
    notices.tell(to=owner or desk, now=now, **shared)
    if owner is not None:
        bell = notices.Occasion(
            to=owner,
            store_id=card.store_id,
            team_id=card.team_id,
            untimed=True,
            leads=False,
            **shared,
        )
        notices.remind(bell, now=now)


def take_opportunity(
    opportunity: Opportunity, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> Card | None:
    """Follow a need up: on the customer's open card, else on a new one with its first contact.

    The new card is the owner's, of the same customer, its reason what was heard; its first
    contact is planned for tomorrow. None for a form sent twice. Raises `PermissionDenied`,
    `ValidationError`, `PhoneTaken`, `Stale`.
    """
    if opportunity.state == states.OPEN and not access.can_answer_opportunity(by, opportunity):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "take_opportunity", request_id):
            return None
        card = _in_hand(opportunity) or _open(opportunity, by=by, now=now)
        _close(opportunity, states.TAKEN, by=by, version=version, now=now, taken_as=card)
        note(opportunity.card, "opportunity_taken", by=by, now=now, card_no=card.card_no)
    return card


def dismiss_opportunity(
    opportunity: Opportunity,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Nothing is to be followed up, and why; raises as `take_opportunity` does."""
    if opportunity.state == states.OPEN and not access.can_answer_opportunity(by, opportunity):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        if not claim_request(by, "dismiss_opportunity", request_id):
            return
        words = reason.strip()[:200]
        _close(opportunity, states.DISMISSED, by=by, version=version, now=now, reason=words)
        note(opportunity.card, "opportunity_dismissed", by=by, now=now, reason=words)


def _close(
    opportunity: Opportunity,
    to: str,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    **facts: Any,
) -> None:
    transition(
        opportunity,
        frm=states.OPEN,
        to=to,
        version=version,
        answered_at=now,
        answered_by=by,
        **facts,
    )
    notices.cancel(about=About.of(opportunity), reason=to, now=now)
    audit.record(
        "visits.answer_opportunity",
        by=by,
        obj=opportunity,
        after={"state": to, "reason": opportunity.reason},
        at=now,
    )


def _in_hand(opportunity: Opportunity) -> Card | None:
    """A card of this customer that is worked on anyway."""
    card = opportunity.card
    if card.state != card_states.DELIVERED:
        return card
    same = Card.objects.followed_up().filter(customer=card.customer_id, owner=card.owner_id)
    return same.order_by("-opened_at", "-pk").first() if card.owner_id else None


def _open(opportunity: Opportunity, *, by: User, now: dt.datetime) -> Card:
    sold, owner = opportunity.card, opportunity.card.owner
    if owner is None:
        raise ValidationError(_("Give this customer an owner first."))
    numbers, calendar = rules_for(sold.store_id)
    slot = Suggestions(now=now, level="", numbers=numbers, calendar=calendar).in_days(TOMORROW)
    customer = sold.customer
    return open_card(
        by=by,
        owner=owner,
        customer={
            "name": customer.name,
            "phone": customer.phone,
            "wechat": customer.wechat,
            "email": customer.email,
        },
        card={
            "source": Source.REPEAT,
            "channel": sold.channel or str(Source.REPEAT.label),
            "reason": opportunity.words,
            "referrer": None,
        },
        first=Step(
            due_at=slot.due_at,
            untimed=slot.untimed,
            method="phone",
            content=_("Ask about the new need"),
            reason=opportunity.words[:300],
        ),
        now=now,
    )
