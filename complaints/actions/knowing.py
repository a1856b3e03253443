"""Others are told of a complaint at once, and say that they know (CP-11, CP-34)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, alarms, states
from complaints.actions.clocks import shorten_clocks
from complaints.actions.rejudging import decide_higher
from complaints.actions.telling import tell
from complaints.actions.thread import enter, needed
from complaints.models import Briefing, Entry, Ticket
from complaints.queues.approvers import who_must_know
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale
from crm.rulebook.queues import rules_for

# Who is told for which reason, by the keys of `who_must_know`.
TOLD = {
    alarms.QUALITY: ("general", "quality"),
    alarms.SAFETY: ("manager", "general"),
    alarms.PRESS: ("manager", "general"),
}
BY_HAND = (alarms.SAFETY, alarms.PRESS)


def make_known(ticket: Ticket, *, now: dt.datetime) -> None:
    """Tell whoever must know of this complaint, judged from its class and words.

    In the caller's transaction, after each change of class; nobody is told twice for one reason.
    What was found on a visit alarms as well; of its class nobody is told (CP-34).
    """
    judged = alarms.makes_critical if ticket.kind == states.PROBLEM else alarms.reasons_for
    if ticket.kind in (states.COMPLAINT, states.PROBLEM):
        for reason in judged(ticket.category, ticket.description):
            _brief(ticket, reason, now=now)


def alarm_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    reason: str,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Brakes, battery, steering, or a threat to go public: manager and general manager at once.

    The ticket is critical from then on, and its clocks with it. Raises `PermissionDenied`,
    `ValidationError` by field, `Stale`.
    """
    if not access.can_alarm(by, ticket):
        raise PermissionDenied
    words = needed(words, "words")
    if reason not in BY_HAND:
        raise ValidationError({"reason": _("Choose a reason.")})
    if ticket.state in states.ENDED:
        raise ValidationError(_("This ticket is closed."))
    with transaction.atomic():
        if not claim_request(by, "alarm_ticket", request_id):
            return
        before = ticket.severity
        change(ticket, version=version, severity=Ticket.Severity.CRITICAL)
        shorten_clocks(ticket, now=now)
        kind = Entry.Kind.ALARM
        enter(ticket, kind, by=by, now=now, words=words, reason=reason, before=before)
        _brief(ticket, reason, now=now)
        decide_higher(ticket, by=by, now=now)
        said = {"reason": reason}
        audit.record("complaints.alarm_ticket", by=by, obj=ticket, after=said, at=now)


def alarm_by_words(ticket: Ticket, words: str, *, by: User | None, now: dt.datetime) -> None:
    """What the customer says later alarms as what they complained of did (CP-34).

    In the caller's transaction; nobody of ours may have read it first.
    """
    for reason in alarms.makes_critical(ticket.category, words):
        before = ticket.severity
        change(ticket, severity=Ticket.Severity.CRITICAL)
        shorten_clocks(ticket, now=now)
        enter(ticket, Entry.Kind.ALARM, by=by, now=now, reason=reason, before=before)
        _brief(ticket, reason, now=now)


def acknowledge_briefing(
    briefing: Briefing, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Say that one knows; two who press at once, the person and who stands in, count once.

    Raises `PermissionDenied`, `Stale`.
    """
    if not access.can_acknowledge(by, briefing):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "acknowledge_briefing", request_id):
            return
        if briefing.known_at is not None:
            raise Stale(Briefing._meta.label, briefing.pk)
        change(briefing, version=version, known_at=now, known_by=by)
        said = {"reason": briefing.reason}
        obj = briefing.ticket
        audit.record("complaints.acknowledge_briefing", by=by, obj=obj, after=said, at=now)


def brief_others(ticket: Ticket, about: User, *, now: dt.datetime) -> None:
    """Whoever was told turns out to be whom it is about: the next one knows in their place (CP-11).

    In the caller's transaction.
    """
    theirs = Briefing.objects.filter(ticket=ticket, to=about).order_by().values_list("reason")
    for (reason,) in theirs.distinct():
        _brief(ticket, reason, now=now)


def _brief(ticket: Ticket, reason: str, *, now: dt.datetime) -> None:
    numbers, _calendar = rules_for(ticket.store_id)
    people = who_must_know(ticket, numbers=numbers, now=now)
    wanted = {user.pk: user for key in TOLD[reason] for user in people[key]}
    told = Briefing.objects.filter(ticket=ticket, reason=reason).values_list("to", flat=True)
    for pk in wanted.keys() - set(told):
        Briefing.objects.create(
            ticket=ticket,
            to=wanted[pk],
            reason=reason,
            told_at=now,
            created_at=now,
            store_id=ticket.store_id,
        )
        occasion = f"complaint_known/{reason}"
        tell(ticket, "complaint_known", wanted[pk], now=now, occasion=occasion, reason=reason)
