"""An answer leaves the house by mail or text message, with the customer's own link (CP-18, CP-20).

It is written with the answer itself and sent by the worker, as mails about visits are.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.links import new_answer_link
from complaints.actions.telling import service_desk, tell
from complaints.models import AnswerLink, ReplyMail, Ticket
from complaints.queues.answers import address_of
from complaints.queues.mails import CHANNEL_OF, is_unwished, reached_by, why_not
from crm.notices.channels.interface import Channel, Failed, Message, Refused
from crm.notices.dispatch import limits
from crm.notices.dispatch.mailing import send_waiting, settle
from crm.notices.mails import AGAIN, EMAIL, FAILED, SENT, UNWISHED, WAITING
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import house_name

log = logging.getLogger("showfloor.mail")


def check_way(ticket: Ticket, way: str) -> None:
    """Raises `ValidationError` beside the way where nothing can be sent by it, and why."""
    if way not in CHANNEL_OF:
        raise ValidationError({"way": _("Only an e-mail or a message is sent from here.")})
    if why := why_not(ticket, CHANNEL_OF[way]):
        raise ValidationError({"way": why})


def write_reply(ticket: Ticket, way: str, words: str, *, by: User, now: dt.datetime) -> ReplyMail:
    """Have the worker send an answer, in the caller's transaction and the customer's language."""
    card = ticket.card
    language = (card.customer.language if card else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Our answer to your complaint %(number)s") % {"number": ticket.ticket_no}
    return ReplyMail.objects.create(
        ticket=ticket,
        channel=CHANNEL_OF[way],
        language=language,
        subject=subject,
        body=words,
        written_by=by,
        store_id=ticket.store_id,
        created_at=now,
    )


def resend_reply(
    mail: ReplyMail, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Send once more what was not sent or may not have been.

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.can_reply(by, mail.ticket):
        raise PermissionDenied
    if is_unwished(mail.ticket, mail.channel):
        raise ValidationError(_("The customer does not wish to be contacted this way."))
    with transaction.atomic():
        if not claim_request(by, "resend_reply", request_id):
            return
        transition(mail, frm=AGAIN, to=WAITING, version=version, began_at=None, last_error="")
        audit.record("complaints.resend_reply", by=by, obj=mail, at=now)


def send_replies(
    channels: Mapping[str, Channel],
    *,
    clock: Callable[[], dt.datetime],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Send the answers that wait; returns how many went."""
    return send_waiting(ReplyMail.objects.all(), channels, send_one, clock=clock, pause=pause)


def send_one(pk: int, channel: Channel, now: dt.datetime) -> bool:
    """Send one claimed answer and keep what came of it; True when it went."""
    rows = ReplyMail.objects.select_related("ticket__card__customer", "ticket__intake")
    mail = rows.select_related("ticket__responsible", "ticket__store", "written_by").get(pk=pk)
    if is_unwished(mail.ticket, mail.channel):  # said since it was written
        _failed(mail, None, UNWISHED, now=now)
        return False
    link = None
    try:
        address = ""
        if mail.ticket.state == states.REPLIED:
            link, token = new_answer_link(mail.ticket, by=mail.written_by, now=now)
            address = address_of(token)
        channel.send(message_of(mail, link, address))
    except (Refused, Failed) as error:
        limits.note_failure(channel.name, str(error), now)
        _failed(mail, link, str(error), now=now)
        return False
    limits.note_success(channel.name)
    with transaction.atomic():
        settle(mail, SENT, sent_at=now, last_error="")
        audit.record("complaints.send_reply", by=None, obj=mail, at=now)
    return True


def _failed(mail: ReplyMail, link: AnswerLink | None, reason: str, *, now: dt.datetime) -> None:
    """Its link is of no use to anybody; whoever answers for the ticket hears of it."""
    ticket = mail.ticket
    with transaction.atomic():
        if link is not None:
            AnswerLink.objects.filter(pk=link.pk).update(revoked_at=now)
        settle(mail, FAILED, last_error=reason[:200])
        to = ticket.responsible or service_desk(ticket)
        occasion = f"reply_unsent/{mail.public_id}/v{mail.version}"
        tell(ticket, "reply_unsent", to, occasion=occasion, now=now)
    log.warning("An answer to a customer was not sent: %s", reason[:80])


def message_of(mail: ReplyMail, link: AnswerLink | None, address: str) -> Message:
    """The words of an answer in the language it was written in, with the customer's link."""
    card = mail.ticket.card
    with translation.override(mail.language):
        context = {
            "mail": mail,
            "link": link,
            "address": address,
            "house": house_name(mail.ticket.store),
        }
        body = render_to_string(f"complaints/outside/{mail.channel}.txt", context).strip()
    to, is_mail = reached_by(mail.ticket, mail.channel), mail.channel == EMAIL
    return Message(
        key=f"reply_mail:{mail.public_id}/v{mail.version}",
        name=card.customer.name if card else "",
        subject=mail.subject,
        body=body,
        email=to if is_mail else "",
        phone="" if is_mail else to,
    )
