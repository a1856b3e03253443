"""Two tickets that have to do with each other are linked, and unlinked; both go on."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access
from complaints.actions.thread import enter, hold
from complaints.models import Entry, Relation, Ticket
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request


def link_ticket(
    ticket: Ticket, *, to: Ticket, by: User, now: dt.datetime, request_id: str = ""
) -> None:
    """Show each of the two on the other's page, to whoever may see both.

    The thread of neither names the other, which not everybody may see. Raises
    `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_link(by, ticket):
        raise PermissionDenied
    first, second = sorted((ticket, to), key=lambda one: one.pk)
    if first == second:
        raise ValidationError({"number": _("This is the ticket itself.")})
    if not Ticket.objects.visible_to(by).filter(pk=to.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "link_ticket", request_id):
            return
        for one in (first, second):
            hold(one)
        if Relation.objects.standing().filter(first=first, second=second).exists():
            raise ValidationError({"number": _("The two are linked already.")})
        join(first, second, by=by, now=now)
        said = {"to": to.ticket_no}
        audit.record("complaints.link_ticket", by=by, obj=ticket, after=said, at=now)


def join(first: Ticket, second: Ticket, *, by: User, now: dt.datetime) -> None:
    """Link the older of two with the newer, in the caller's transaction."""
    made = Relation.objects.create(
        first=first, second=second, made_by=by, created_at=now, store_id=first.store_id
    )
    _say(made, Entry.Kind.LINKED, by, now)


def unlink_ticket(
    relation: Relation, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a link back. Raises `PermissionDenied`, `Stale`."""
    if not access.can_unlink(by, relation):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "unlink_ticket", request_id):
            return
        change(relation, version=version, ended_at=now)
        _say(relation, Entry.Kind.UNLINKED, by, now)
        said = {"to": relation.second.ticket_no}
        audit.record("complaints.unlink_ticket", by=by, obj=relation.first, before=said, at=now)


def _say(relation: Relation, kind: Entry.Kind, by: User, now: dt.datetime) -> None:
    for one in (relation.first, relation.second):
        enter(one, kind, by=by, now=now)
