"""The worker sends what was written to customers about visits (RV-19)."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.notices import actions as notices
from crm.notices.channels.interface import (
    Channel,
    Enclosed,
    Enclosure,
    Failed,
    Message,
    Refused,
)
from crm.notices.dispatch import limits
from crm.notices.dispatch.mailing import send_waiting, settle
from crm.notices.mails import FAILED, SENT, UNWISHED
from crm.notices.models import About
from crm.people import roles
from crm.records import audit
from crm.records.contents import MEDIA, clean_copy
from crm.rulebook.queues import house_name
from visits.actions.links import begin_visit, new_link
from visits.actions.mails import reached_by
from visits.models import SurveyLink, VisitMail
from visits.queues.surveys import address_of, wishes_none
from visits.survey import closes_at

log = logging.getLogger("showfloor.mail")


def send_mails(
    channels: Mapping[str, Channel],
    *,
    clock: Callable[[], dt.datetime],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Send what waits about visits; returns how many went."""
    return send_waiting(VisitMail.objects.all(), channels, send_one, clock=clock, pause=pause)


def send_one(pk: int, channel: Channel, now: dt.datetime) -> bool:
    """Send one claimed mail and keep what came of it; True when it went."""
    rows = VisitMail.objects.select_related("visit__card__customer", "visit__assignee")
    mail = rows.select_related("written_by").get(pk=pk)
    link, address = None, ""
    if wishes_none(mail.visit, mail.channel):  # said since it was written
        _failed(mail, None, UNWISHED, now=now)
        return False
    try:
        if mail.with_link:
            link, token = new_link(mail.visit, by=mail.written_by, now=now)
            address = address_of(token)
        channel.send(message_of(mail, link, address))
    except ValidationError as error:
        _failed(mail, link, " ".join(error.messages), now=now)
        return False
    except (Refused, Failed) as error:
        limits.note_failure(channel.name, str(error), now)
        _failed(mail, link, str(error), now=now)
        return False
    limits.note_success(channel.name)
    with transaction.atomic():
        begin_visit(mail.visit)
        settle(mail, SENT, sent_at=now, link=link, last_error="")
        _await_reply(mail, now=now)
        audit.record("visits.send_mail", by=None, obj=mail, at=now)
    return True


def _failed(mail: VisitMail, link: SurveyLink | None, reason: str, *, now: dt.datetime) -> None:
    """The link that was made for it is of no use to anybody."""
    if link is not None:
        SurveyLink.objects.filter(pk=link.pk).update(revoked_at=now)
    settle(mail, FAILED, last_error=reason[:200])
    log.warning("A mail to a customer was not sent: %s", reason[:80])


def _await_reply(mail: VisitMail, *, now: dt.datetime) -> None:
    """The visitor is told when the day to reply by is over."""
    if mail.reply_by is None:
        return
    visit = mail.visit
    notices.ring(
        occasion=f"visit_mail:{mail.public_id}",
        step="reply",
        kind="mail_unanswered",
        about=About.of(mail),
        to=visit.assignee or notices.Desk(roles.SERVICE_SUPERVISOR, visit.store_id),
        at=closes_at(mail.reply_by, timezone.get_default_timezone()),
        subject=f"visit:{visit.public_id}",
        link=("visits:visit", visit.public_id),
        data={"customer": visit.card.customer.name},
        now=now,
    )


def message_of(mail: VisitMail, link: SurveyLink | None, address: str) -> Message:
    """The words of a mail in the language it was written in, with the link where it has one."""
    customer = mail.visit.card.customer
    with translation.override(mail.language or settings.LANGUAGE_CODE):
        house = house_name(mail.store)
        context = {"mail": mail, "link": link, "address": address, "house": house}
        body = render_to_string(f"visits/outside/{mail.channel}.txt", context).strip()
    to = reached_by(customer, mail.channel)
    is_mail = mail.channel == VisitMail.Channel.EMAIL
    return Message(
        key=f"visit_mail:{mail.public_id}/v{mail.version}",
        name=customer.name,
        subject=mail.subject,
        body=body,
        email=to if is_mail else "",
        phone="" if is_mail else to,
        enclosed=_enclosed(mail) if is_mail else None,
    )


def _enclosed(mail: VisitMail) -> Enclosed | None:
    """The files that go along, pictures without place and camera; None for none.

    Raises `ValidationError` where one was removed since, or is not there.
    """
    files = []
    for one in mail.files.order_by("pk"):
        if one.gone_at is not None or not one.path.exists():
            raise ValidationError(_("A file of it was removed. Write it anew."))
        content = clean_copy(one.kind, one.path.read_bytes())
        files.append(Enclosure(one.name, content, MEDIA[one.kind]))
    return Enclosed(files=tuple(files)) if files else None
