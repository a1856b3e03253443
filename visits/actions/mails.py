"""Mail and text messages to customers about a visit: written, answered, reminded of (RV-19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.actions import limits_of
from complaints.actions.attaching import Uploads
from crm.customers.models import Customer
from crm.notices import actions as notices
from crm.notices.channels.names import set_up
from crm.notices.mails import AGAIN, SENT, WAITING
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import add_files, change, claim_request, kept_files, transition
from crm.records.actions.attaching import Kept
from crm.records.models import Attachment
from visits import access, states
from visits.actions.links import LONGEST_DAYS
from visits.mails import REPLIED, standing
from visits.models import Visit, VisitMail
from visits.queues.surveys import wishes_none


def write_mail(
    visit: Visit,
    *,
    by: User,
    channel: str,
    language: str,
    body: str,
    now: dt.datetime,
    subject: str = "",
    with_link: bool = True,
    reply_by: dt.date | None = None,
    files: Uploads = (),
    request_id: str = "",
) -> VisitMail | None:
    """Have the worker send a customer a mail or text message about a visit.

    With `reply_by`, a local date, the visitor is told when no reply has come by then. `files` go
    along by e-mail and stay with the visit. None for a form sent twice. Raises
    `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_invite(by, visit):
        raise PermissionDenied
    today = timezone.localdate(now)
    _check(visit, channel, subject, body, reply_by, today)
    if files and channel != VisitMail.Channel.EMAIL:
        raise ValidationError({"attachments": _("Files go along by e-mail alone.")})
    with kept_files(files, limits_of(visit.store_id)) as kept, transaction.atomic():
        if not claim_request(by, "write_mail", request_id):
            return None
        mail = VisitMail.objects.create(
            visit=visit,
            channel=channel,
            language=language,
            subject=subject.strip(),
            body=body.strip(),
            with_link=with_link,
            reply_by=reply_by,
            written_by=by,
            store_id=visit.store_id,
            created_at=now,
        )
        mail.files.set(_kept_with(visit, kept, by=by, now=now))
        after = {"channel": channel, "visit_no": visit.visit_no}
        audit.record("visits.write_mail", by=by, obj=mail, after=after, at=now)
    return mail


def _kept_with(
    visit: Visit, files: Sequence[Kept], *, by: User, now: dt.datetime
) -> list[Attachment]:
    """The files as the visit has them; one it has already is not kept twice."""
    if not files:
        return []
    Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    there = {one.sha256: one for one in Attachment.objects.of(visit).there()}
    new = {one.sha256: one for one in files if one.sha256 not in there}
    made = add_files(
        visit,
        list(new.values()),
        by=by,
        store_id=visit.store_id,
        limits=limits_of(visit.store_id),
        now=now,
        is_original=False,
    )
    there |= {one.sha256: one for one in made}
    return [there[one.sha256] for one in files]


def _check(
    visit: Visit,
    channel: str,
    subject: str,
    body: str,
    reply_by: dt.date | None,
    today: dt.date,
) -> None:
    wrong: dict[str, Any] = {}
    if channel not in VisitMail.Channel.values or channel not in set_up():
        wrong["channel"] = _("This way is not set up here.")
    elif not reached_by(visit.card.customer, channel):
        wrong["channel"] = _("No address of the customer is known for it.")
    elif not wishes_none(visit) and wishes_none(visit, channel):
        wrong["channel"] = _("The customer does not wish to be contacted this way.")
    if channel == VisitMail.Channel.EMAIL and not subject.strip():
        wrong["subject"] = _("Write what it is about.")
    if not body.strip():
        wrong["body"] = _("Write what the customer is to read.")
    if reply_by is not None and not today < reply_by <= today + dt.timedelta(days=LONGEST_DAYS):
        wrong["reply_by"] = _("From tomorrow to %(days)d days ahead.") % {"days": LONGEST_DAYS}
    if wrong:
        raise ValidationError(wrong)
    if wishes_none(visit):
        raise ValidationError(_("The customer wishes no return visits."))


def reached_by(customer: Customer, channel: str) -> str:
    """Where a message of this channel goes; empty where nothing is known."""
    return customer.email if channel == VisitMail.Channel.EMAIL else customer.phone


def log_reply(
    mail: VisitMail, *, by: User, version: int, reply: str, now: dt.datetime, request_id: str = ""
) -> None:
    """Write down what the customer replied; nobody is told of a missing reply any more.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.handles_mail(by, mail):
        raise PermissionDenied
    if not reply.strip():
        raise ValidationError({"reply": _("Write down what the customer replied.")})
    with transaction.atomic():
        if not claim_request(by, "log_reply", request_id):
            return
        frm, to = (SENT, *AGAIN), SENT
        sent = {"sent_at": mail.sent_at or now}
        told = {"reply": reply.strip()[:2000], "replied_at": now, "replied_to": by}
        transition(mail, frm=frm, to=to, version=version, **sent, **told)
        notices.cancel(about=About.of(mail), reason="answered", now=now)
        audit.record("visits.log_reply", by=by, obj=mail, at=now)


def resend_mail(
    mail: VisitMail, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Send once more what was not sent or may not have been; raises as `log_reply` does."""
    if not access.handles_mail(by, mail):
        raise PermissionDenied
    if wishes_none(mail.visit, mail.channel):
        raise ValidationError(_("The customer does not wish to be contacted this way."))
    with transaction.atomic():
        if not claim_request(by, "resend_mail", request_id):
            return
        transition(mail, frm=AGAIN, to=WAITING, version=version, began_at=None, last_error="")
        audit.record("visits.resend_mail", by=by, obj=mail, at=now)


def remind_customer(
    mail: VisitMail, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> VisitMail | None:
    """Ask a customer once more, and only once, whose reply is missing.

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.can_invite(by, mail.visit):
        raise PermissionDenied
    today = timezone.localdate(now)
    replied = mail.replied_at is not None
    stands = standing(mail.state, replied=replied, reply_by=mail.reply_by, today=today)
    if stands == REPLIED or mail.state != SENT or mail.reminds_id is not None:
        raise ValidationError(_("There is nothing to remind the customer of."))
    if VisitMail.objects.filter(reminds=mail).exists():
        raise ValidationError(_("The customer was reminded already."))
    if wishes_none(mail.visit, mail.channel) or mail.visit.state not in states.DUE:
        raise ValidationError(_("The customer wishes no return visits."))
    with transaction.atomic():
        if not claim_request(by, "remind_customer", request_id):
            return None
        change(mail, version=version)
        kept = ("visit", "channel", "language", "body", "with_link", "store")
        again = VisitMail.objects.create(
            **{name: getattr(mail, name) for name in kept},
            subject=(_("Reminder: %(subject)s") % {"subject": mail.subject})[:120],
            reminds=mail,
            written_by=by,
            created_at=now,
        )
        again.files.set(mail.files.all())
        audit.record("visits.remind_customer", by=by, obj=mail, at=now)
    return again
