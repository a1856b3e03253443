"""The customer writes a complaint by a link of their own: given, taken back, used once (D43)."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from complaints import access, clocks
from complaints.actions.attaching import Uploads, add_to, limits_of
from complaints.actions.links import LAST_SECOND, TOKEN_BYTES, LinkClosed
from complaints.actions.registering import register_by_customer
from complaints.actions.telling import service_desk, tell
from complaints.models import Intake, IntakeLink, Ticket
from complaints.queues.answers import hash_of
from crm.customers.models import Card
from crm.people.models import Membership, User
from crm.records import audit
from crm.records.actions import change, claim_request, kept_files
from crm.records.queues import request_key
from crm.rulebook.queues import rules_for


def make_intake_link(
    card: Card | None, *, by: User, now: dt.datetime, request_id: str = ""
) -> tuple[IntakeLink, str] | None:
    """A link by which a customer writes one complaint, and its token: shown now or never.

    Good for the days of the rulebook, until the end of the store's day. None for a form sent twice.
    Raises `PermissionDenied`.
    """
    if not access.can_ask_help(by):
        raise PermissionDenied
    post = by.reach.main
    store_id = (post.store_id if post else None) or (card.store_id if card else None)
    numbers, calendar = rules_for(store_id)
    last = calendar.local_day(now) + dt.timedelta(days=numbers.complaint_link_days)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        if not claim_request(by, "make_intake_link", request_id):
            return None
        link = IntakeLink.objects.create(
            card=card,
            token_hash=hash_of(token),
            made_by=by,
            expires_at=dt.datetime.combine(last, LAST_SECOND, tzinfo=calendar.zone),
            created_at=now,
            store_id=store_id,
        )
        said = {"until": last.isoformat()}
        audit.record("complaints.make_intake_link", by=by, obj=link, after=said, at=now)
    return link, token


def revoke_intake_link(
    link: IntakeLink, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Take a link back: whoever opens it finds nothing. Raises `PermissionDenied`, `Stale`."""
    if not access.can_revoke_intake(by, link):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "revoke_intake_link", request_id):
            return
        change(link, version=version, revoked_at=now, revoked_by=by)
        audit.record("complaints.revoke_intake_link", by=by, obj=link, at=now)


def complain_by_link(
    link: IntakeLink,
    *,
    words: str,
    now: dt.datetime,
    demand: str = "",
    name: str = "",
    phone: str = "",
    files: Uploads = (),
    request_id: str = "",
) -> Ticket:
    """The customer's own words become one ticket, its clocks run, customer service is told.

    Whoever gave the link answers for it where they are of customer service, else nobody until one
    of them takes it: sales reads no words of it. The same form sent twice says the same. Raises
    `LinkClosed`, `ValidationError` by field.
    """
    limits = limits_of(link.store_id)
    with kept_files(files, limits) as kept, transaction.atomic():
        key = request_key(request_id)
        if not _use_up(link, key, now):
            return _sent_before(link, key)
        responsible = link.made_by if _serves(link, now) else None
        ticket = register_by_customer(
            link.card,
            store_id=link.store_id,
            responsible=responsible,
            description=words,
            now=now,
        )
        told = {"name": name, "phone": phone, "demand": demand, "confirmed": True, "calmed": False}
        channel, store = Intake.Channel.WEB, ticket.store_id
        Intake.objects.create(
            ticket=ticket, channel=channel, store_id=store, created_at=now, **told
        )
        add_to(ticket, kept, limits, by=None, now=now)
        IntakeLink.objects.filter(pk=link.pk).update(ticket=ticket)
        tell(ticket, "complaint_by_link", service_desk(ticket), now=now)
        if responsible is not None:
            tell(ticket, "complaint_by_link", responsible, now=now)
        said = {"consent": True, "files": len(kept)}
        audit.record("complaints.complain_by_link", by=None, obj=ticket, after=said, at=now)
    return ticket


def _use_up(link: IntakeLink, key: str, now: dt.datetime) -> bool:
    """Whether the link was good until now; of two at once one finds it used."""
    own = IntakeLink.objects.filter(pk=link.pk)
    if not own.live(now).exists():
        return False
    # By the row's own columns: with a join PostgreSQL would not look again after waiting.
    used = {"used_at": now, "used_with": key, "version": F("version") + 1}
    return bool(own.unended(now).update(**used))


def first_word_by(ticket: Ticket) -> dt.datetime | None:
    """Until when the customer hears from us first; None where no clock says so."""
    clock = ticket.clocks.filter(kind=clocks.ACKNOWLEDGE).first()
    return clock.due_at if clock else None


def _sent_before(link: IntakeLink, key: str) -> Ticket:
    """The ticket of a form that came twice. Raises `LinkClosed` for any other."""
    found = IntakeLink.objects.select_related("ticket").get(pk=link.pk)
    if not key or found.used_with != key or found.ticket is None:
        raise LinkClosed
    return found.ticket


def _serves(link: IntakeLink, now: dt.datetime) -> bool:
    """Whether who gave it out is of the store's customer service today."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        user=link.made_by_id, role__in=access.SERVICE, store=link.store_id
    )
    return link.made_by.is_active and posts.exists()
