"""What is done for a complaint before its solution: told, seen on site, answered (CP-07, CP-18)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from complaints import access, clocks, first_word, states
from complaints.actions.clocks import end_pauses, meet_clock, void_clocks
from complaints.actions.promising import give_promised, promise_answer, remind_of_try
from complaints.actions.telling import answers_thread, service_desk, tell, thread
from complaints.actions.thread import close_case, enter, needed
from complaints.models import Entry, Ticket
from complaints.queues.closing import is_lost_now
from crm.notices import actions as notices
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request, transition

WAYS = ("call", "message", "in_person")
# A message nobody answers is not a try.
TRIES = ("call", "in_person")


def contact_customer(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    way: str,
    words: str,
    has_plan: bool,
    now: dt.datetime,
    next_at: dt.datetime | None = None,
    named: bool = False,
    request_id: str = "",
) -> None:
    """The customer heard from us: the first time it is taken note of, with a plan it is replied to.

    `next_at` promises when they hear again, never what (CP-18, CP-20). The first time they hear it,
    and are `named` who looks after it. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    _allow(by, ticket)
    words = needed(words, "words")
    if way not in WAYS:
        raise ValidationError({"way": _("Choose how.")})
    if next_at is not None and next_at <= now:
        raise ValidationError({"next_at": _("Choose a time still to come.")})
    with transaction.atomic():
        if not claim_request(by, "contact_customer", request_id):
            return
        _go_on(ticket, version, misses=0)
        _check_first(ticket, has_next=next_at is not None, is_named=named)
        said: dict[str, Any] = {"way": way, "plan": has_plan}
        if named:
            said["handler"] = (ticket.responsible or by).name
        again: dict[str, Any] = {} if next_at is None else {"next_at": next_at.isoformat()}
        enter(ticket, Entry.Kind.CONTACT, by=by, now=now, words=words, **said, **again)
        meet_clock(ticket, clocks.ACKNOWLEDGE, now=now)
        if has_plan:
            meet_clock(ticket, clocks.REPLY, now=now)
        notices.cancel(subject=answers_thread(ticket), reason="answered", now=now)
        if next_at is not None:
            promise_answer(ticket, by=by, due_at=next_at, now=now)
        audit.record("complaints.contact_customer", by=by, obj=ticket, after=said, at=now)


def miss_customer(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    way: str,
    now: dt.datetime,
    words: str = "",
    next_at: dt.datetime | None = None,
    request_id: str = "",
) -> None:
    """Nobody was reached: kept with its time and counted until the customer is spoken to (RV-30).

    Once it was tried on enough days, the service supervisor hears of it, once (N-25). No clock is
    met by a try. Whoever answers for the ticket is reminded to try again at `next_at`;
    what the customer was promised stands. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    if not (access.can_work(by, ticket) or access.asks_after(by, ticket)):
        raise PermissionDenied
    if way not in TRIES:
        raise ValidationError({"way": _("Choose how.")})
    if next_at is not None and next_at <= now:
        raise ValidationError({"next_at": _("Choose a time still to come.")})
    words = needed(words, "words") if words.strip() else ""
    with transaction.atomic():
        if not claim_request(by, "miss_customer", request_id):
            return
        if ticket.state in states.ENDED:
            raise ValidationError(_("This ticket is settled."))
        change(ticket, version=version, misses=F("misses") + 1)
        said: dict[str, Any] = {"way": way, "nth": ticket.misses}
        enter(ticket, Entry.Kind.UNREACHED, by=by, now=now, words=words, **said)
        if is_lost_now(ticket):
            tell(ticket, "complaint_unreached", service_desk(ticket), now=now, by=by.name)
        if next_at is not None:
            remind_of_try(ticket, by=by, at=next_at, now=now)
        audit.record("complaints.miss_customer", by=by, obj=ticket, after=said, at=now)


def visit_site(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    at: dt.datetime,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Somebody was there and looked: what was found, a fault or misuse (CP-07).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow(by, ticket)
    words = needed(words, "words")
    if at > now:
        raise ValidationError({"at": _("This moment is still to come.")})
    if at < ticket.reported_at:
        raise ValidationError({"at": _("That was before the complaint came in.")})
    with transaction.atomic():
        if not claim_request(by, "visit_site", request_id):
            return
        _go_on(ticket, version, needs_onsite=True, onsite_at=at)
        enter(ticket, Entry.Kind.SITE_VISIT, by=by, now=now, words=words, on=at.isoformat())
        meet_clock(ticket, clocks.VISIT, now=at)
        said = {"at": at.isoformat()}
        audit.record("complaints.visit_site", by=by, obj=ticket, after=said, at=now)


def waive_visit(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    reason: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """No visit makes sense, and this is why (CP-07): its clock is void.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    _allow(by, ticket)
    reason = needed(reason, "reason", most=300)
    with transaction.atomic():
        if not claim_request(by, "waive_visit", request_id):
            return
        if ticket.onsite_at is not None or not ticket.needs_onsite:
            raise ValidationError(_("No on-site visit is waited for."))
        _go_on(ticket, version, needs_onsite=False)
        enter(ticket, Entry.Kind.WAIVED, by=by, now=now, words=reason)
        void_clocks(ticket, now=now, kinds=(clocks.VISIT,))
        audit.record("complaints.waive_visit", by=by, obj=ticket, at=now)


def answer_opinion(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Praise, a suggestion or an inquiry is answered, and closed with that (CP-29).

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_work(by, ticket) or ticket.kind not in states.OPINIONS:
        raise PermissionDenied
    words = needed(words, "words")
    with transaction.atomic():
        if not claim_request(by, "answer_opinion", request_id):
            return
        transition(
            ticket,
            frm=states.REGISTERED,
            to=states.CLOSED,
            version=version,
            resolved_at=now,
            closed_at=now,
            solution=words,
            solved_by=by,
            offered_to=None,
        )
        enter(ticket, Entry.Kind.ANSWERED, by=by, now=now, words=words)
        give_promised(ticket, words, by=by, granted=True, now=now)
        meet_clock(ticket, clocks.REPLY, now=now)
        end_pauses(ticket, now=now)
        if ticket.responsible is not None:
            close_case(ticket, user=ticket.responsible, now=now)
        notices.cancel(subject=thread(ticket), reason="closed", now=now)
        audit.record("complaints.answer_opinion", by=by, obj=ticket, at=now)


def _allow(by: User, ticket: Ticket) -> None:
    if not access.can_work(by, ticket):
        raise PermissionDenied


def _check_first(ticket: Ticket, *, has_next: bool, is_named: bool) -> None:
    """The first time, again after each reopening, the customer hears both (CP-18)."""
    if not access.waits_for_first_word(ticket):
        return
    words = {
        first_word.NEXT_AT: _("Say until when the customer hears again: it is the first contact."),
        first_word.NAMED: _("Tell the customer who looks after it: it is the first contact."),
    }
    if missing := first_word.missing_in(has_next=has_next, is_named=is_named):
        raise ValidationError({name: words[name] for name in missing})


def _go_on(ticket: Ticket, version: int, **changes: object) -> None:
    """The ticket is as it was seen, and not settled."""
    if ticket.state in states.SETTLED:
        raise ValidationError(_("This ticket is settled."))
    change(ticket, version=version, **changes)
