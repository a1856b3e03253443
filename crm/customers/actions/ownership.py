"""Whose customer it is: reporting a conflict, ruling on it, handing a card over."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.customers import access
from crm.customers.actions.timeline import note
from crm.customers.models import Card, Ownership, OwnershipConflict
from crm.customers.signals import customer_handed_over
from crm.notices.actions import tell
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition

LINK = "customers:conflict"


@transaction.atomic
def report_duplicate(
    card: Card, *, by: User, claim: str, now: dt.datetime, claimant: User | None = None
) -> OwnershipConflict:
    """Ask for a ruling on a customer whom somebody else holds (OW-04); asked twice is one case.

    The owner and whoever rules are told. Raises PermissionDenied; ValidationError where nobody
    holds the card or the claimant already does.
    """
    claimant = claimant or by
    if not access.can_claim(by):
        raise PermissionDenied
    if card.owner is None or card.owner_id == claimant.pk:
        raise ValidationError(_("There is nobody to claim this customer from."))
    post = claimant.reach.main
    conflict, made = OwnershipConflict.objects.get_or_create(
        card=card,
        claimant=claimant,
        state=OwnershipConflict.State.OPEN,
        defaults={
            "owner": card.owner,
            "claimant_team_id": post.team_id if post else None,
            "claim": claim,
            "store_id": card.store_id,
            "created_at": now,
        },
    )
    if made:
        note(card, "conflict_reported", by=by, now=now, claimant=claimant.name)
        audit.record("customers.report_duplicate", by=by, obj=conflict, at=now)
        for to in (card.owner, ruler(conflict)):
            _tell(to, "conflict_reported", conflict, by=by, now=now)
    return conflict


@transaction.atomic
def rule_conflict(
    conflict: OwnershipConflict,
    *,
    by: User,
    ruled_for: User,
    reason: str,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Decide for one of the two parties, with a reason; the card follows the ruling (4.5).

    Raises PermissionDenied, ValidationError, Stale when it was decided meanwhile.
    """
    _check_ruling(conflict, by, ruled_for, reason)
    if not claim_request(by, "rule_conflict", request_id):
        return
    transition(
        conflict,
        frm=OwnershipConflict.State.OPEN,
        to=OwnershipConflict.State.RULED,
        version=version,
        ruled_for=ruled_for,
        ruled_by=by,
        ruled_at=now,
        reason=reason,
    )
    card = conflict.card
    note(card, "conflict_ruled", by=by, now=now, winner=ruled_for.name, reason=reason)
    audit.record(
        "customers.rule_conflict",
        by=by,
        obj=conflict,
        after={"ruled_for": ruled_for.public_id, "reason": reason},
        at=now,
    )
    if card.owner_id != ruled_for.pk:
        hand_over(card, to=ruled_for, by=by, reason=reason, now=now)
    for party in (conflict.owner, conflict.claimant):
        _tell(party, "conflict_ruled", conflict, by=by, now=now)


def _check_ruling(conflict: OwnershipConflict, by: User, ruled_for: User, reason: str) -> None:
    if not access.can_rule(by, conflict):
        raise PermissionDenied
    if ruled_for.pk not in (conflict.owner_id, conflict.claimant_id):
        raise ValidationError({"ruled_for": _("Decide for one of the two.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Required.")})


@transaction.atomic
def hand_over(card: Card, *, to: User, by: User, reason: str, now: dt.datetime) -> None:
    """Give a card to another salesperson; history stays with whom it belonged to (OW-07).

    The caller has checked the right to do so. Plans and reminders follow through
    `customer_handed_over`. Raises Stale when the card was handed over meanwhile.
    """
    post = to.reach.main
    before = card.owner
    Ownership.objects.filter(card=card, until__isnull=True).update(until=now)
    change(
        card,
        version=card.version,
        owner=to,
        team_id=post.team_id if post else None,
        store_id=post.store_id if post else card.store_id,
    )
    Ownership.objects.create(
        card=card,
        user=to,
        team_id=card.team_id,
        store_id=card.store_id,
        since=now,
        reason=reason[:200],
    )
    names = {"before": before.name if before else "", "after": to.name}
    note(card, "owner_changed", by=by, now=now, reason=reason, **names)
    audit.record(
        "customers.hand_over",
        by=by,
        obj=card,
        before={"owner": before.public_id if before else ""},
        after={"owner": to.public_id, "reason": reason},
        at=now,
    )
    customer_handed_over.send(Card, card=card, new_owner=to, by=by, now=now)


def ruler(conflict: OwnershipConflict) -> Desk:
    """Whose desk a conflict lands on: the supervisor of both parties, else the manager."""
    card = conflict.card
    if card.team_id is not None and card.team_id == conflict.claimant_team_id:
        return Desk(roles.SALES_SUPERVISOR, card.store_id, card.team_id)
    return Desk(roles.MANAGER, card.store_id)


def _tell(
    to: User | Desk, kind: str, conflict: OwnershipConflict, *, by: User, now: dt.datetime
) -> None:
    tell(
        to=to,
        kind=kind,
        occasion=f"conflict:{conflict.public_id}/{conflict.state}",
        about=About.of(conflict),
        now=now,
        subject=f"card:{conflict.card.public_id}",
        link=(LINK, conflict.public_id),
        data={
            "who": by.name,
            "owner": conflict.owner.name,
            "claimant": conflict.claimant.name,
            "card_no": conflict.card.card_no,
        },
    )
