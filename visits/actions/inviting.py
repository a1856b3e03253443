"""The questionnaire sent to many at once, each customer once (RV-21, RV-22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, keep_result
from crm.records.queues import earlier_result
from visits import access
from visits.actions.links import LONGEST_DAYS
from visits.actions.mails import write_mail
from visits.models import Visit
from visits.queues.inviting import outlook_of, to_invite, ways_of

MOST_AT_ONCE = 500
# Subject and text in a language, by its code.
Words = Callable[[str], tuple[str, str]]


@dataclass(frozen=True)
class Invitations:
    """How many questionnaires are on their way, and how many customers get none."""

    sent: int
    left: int


def send_questionnaires(
    visits: Collection[Visit],
    *,
    by: User,
    words: Words,
    now: dt.datetime,
    channel: str = "",
    reply_by: dt.date | None = None,
    request_id: str = "",
) -> Invitations:
    """Have the worker send the questionnaire to the customers of these visits, each once.

    Everybody by `channel`, or, without one, by the first that leads to them, in their language.
    Whoever does not wish it, has no address or has the link already gets none; two who send at
    once send each once. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_see_invitations(by):
        raise PermissionDenied
    form = "send_questionnaires"
    with transaction.atomic():
        if not claim_request(by, form, request_id):
            sent, _mark, left = earlier_result(by, form, request_id).partition("/")
            return Invitations(int(sent or 0), int(left or 0))
        _check(visits, reply_by, timezone.localdate(now))
        made = _write(visits, by=by, words=words, channel=channel, reply_by=reply_by, now=now)
        keep_result(by, form, request_id, f"{made.sent}/{made.left}")
        after = {"sent": made.sent, "left": made.left}
        audit.record("visits.send_questionnaires", by=by, after=after, at=now)
    return made


def _check(visits: Collection[Visit], reply_by: dt.date | None, today: dt.date) -> None:
    if not visits:
        raise ValidationError(_("Tick at least one visit."))
    if len(visits) > MOST_AT_ONCE:
        raise ValidationError(_("At most %(most)d at once.") % {"most": MOST_AT_ONCE})
    if reply_by is not None and not today < reply_by <= today + dt.timedelta(days=LONGEST_DAYS):
        words = _("From tomorrow to %(days)d days ahead.") % {"days": LONGEST_DAYS}
        raise ValidationError({"reply_by": words})


def _write(
    visits: Collection[Visit],
    *,
    by: User,
    words: Words,
    channel: str,
    reply_by: dt.date | None,
    now: dt.datetime,
) -> Invitations:
    # Held until the mails are written, so that whoever sends at the same time sees them.
    held = Visit.objects.select_for_update().filter(pk__in=[visit.pk for visit in visits])
    list(held.order_by("pk").values_list("pk", flat=True))
    rows = list(to_invite(by).filter(pk__in=[visit.pk for visit in visits]))
    ways = ways_of(by, rows, wanted=channel, now=now)
    for visit in rows:
        way = ways[visit.pk]
        if not way.channel:
            continue
        language = visit.card.customer.language
        subject, body = words(language)
        write_mail(
            visit,
            by=by,
            channel=way.channel,
            language=language,
            subject=subject,
            body=body,
            reply_by=reply_by,
            now=now,
        )
    sent = outlook_of(ways).count
    return Invitations(sent, len(visits) - sent)
