"""How a complaint ends: closed and filed, withdrawn by the customer, or none (CP-21, CP-32)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.answering import end_work
from complaints.actions.approving import void_proposal
from complaints.actions.clocks import void_clocks
from complaints.actions.contacting import WAYS
from complaints.actions.following import check_answer_by, go_on_as
from complaints.actions.promising import give_promised
from complaints.actions.telling import tell_responsible
from complaints.actions.thread import enter, needed
from complaints.models import AnswerLink, Entry, File, Ticket
from complaints.queues.closing import last_word, missing_tries, unmet
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, free_number, transition
from crm.rulebook.queues import rules_for

REASON_AT_MOST = 500


def close_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    reason: str = "",
    request_id: str = "",
) -> None:
    """Close and file it once everything on the checklist is so.

    Without the customer's yes it needs tries in vain on enough days since the answer, or a customer
    who refused every contact, and a reason; it is then closed without confirmation (4.7).
    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_close(by, ticket):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "close_ticket", request_id):
            return
        missing_yes = missing_tries(ticket) if ticket.state == states.REPLIED else ""
        frm = states.COMPLAINT_MOVES["close"]
        transition(
            ticket, frm=frm, to=states.CLOSED, version=version, closed_at=now, offered_to=None
        )
        if missing := unmet(ticket, now):
            raise ValidationError([str(one.words) for one in missing])
        reason = _reason(ticket, reason, missing_yes)
        _file(ticket, reason, by=by, now=now)
        enter(ticket, Entry.Kind.CLOSED, by=by, now=now, words=reason)
        give_promised(ticket, reason or ticket.solution, by=by, granted=not reason, now=now)
        _keep_links(ticket, now=now)
        void_clocks(ticket, now=now)
        end_work(ticket, by=by, now=now)
        tell_responsible(ticket, "complaint_closed", by=by, now=now)
        said = {"confirmed": not reason}
        audit.record("complaints.close_ticket", by=by, obj=ticket, after=said, at=now)


def withdraw_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """The customer takes the complaint back, in their own words; it is counted as that.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_withdraw(by, ticket):
        raise PermissionDenied
    _cancel(
        ticket,
        "withdraw",
        states.WITHDRAWN,
        Entry.Kind.WITHDRAWN,
        by=by,
        version=version,
        words=needed(words, "words", most=2000),
        now=now,
        request_id=request_id,
    )


def reject_ticket(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    words: str,
    way: str,
    now: dt.datetime,
    becomes: str = "",
    answer_by: dt.datetime | None = None,
    request_id: str = "",
) -> None:
    """It is no complaint, judged by the supervisor, and the customer was told why in this `way`.

    It ends, or `becomes` an inquiry or a suggestion: another ticket, answered by who answers for
    this one, by `answer_by` where the customer was promised a date (4.7, CP-29). Raises
    `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_reject(by, ticket):
        raise PermissionDenied
    words = needed(words, "words", most=2000)
    _check_told(way, becomes)
    check_answer_by(answer_by, now)
    with transaction.atomic():
        ended = _cancel(
            ticket, "reject", states.REJECTED, Entry.Kind.REJECTED, by=by, version=version,
            words=words, now=now, request_id=request_id, way=way, becomes=becomes,
        )  # fmt: skip
        if ended and becomes:
            go_on_as(ticket, becomes, by=by, now=now, answer_by=answer_by)


def _cancel(
    ticket: Ticket,
    verb: str,
    to: str,
    kind: Entry.Kind,
    *,
    by: User,
    version: int,
    words: str,
    now: dt.datetime,
    request_id: str,
    **said: Any,
) -> bool:
    """End it otherwise than closed; whether it was not ended by the same form before."""
    with transaction.atomic():
        if not claim_request(by, f"{verb}_ticket", request_id):
            return False
        moves = states.COMPLAINT_MOVES[verb]
        transition(ticket, frm=moves, to=to, version=version, closed_at=now, offered_to=None)
        void_proposal(ticket, now=now)
        enter(ticket, kind, by=by, now=now, words=words, **said)
        give_promised(ticket, words, by=by, granted=False, now=now)
        _end(ticket, by=by, now=now)
        tell_responsible(ticket, "complaint_closed", by=by, now=now)
        audit.record(f"complaints.{verb}_ticket", by=by, obj=ticket, after=said, at=now)
    return True


def _check_told(way: str, becomes: str) -> None:
    wrong = {}
    if way not in WAYS:
        wrong["way"] = _("Choose how.")
    if becomes not in ("", *states.GOES_ON_AS):
        wrong["becomes"] = _("Choose a kind.")
    if wrong:
        raise ValidationError(wrong)


def _reason(ticket: Ticket, reason: str, missing_yes: str) -> str:
    """Why it closes without the customer's yes; empty where they said it."""
    word = last_word(ticket)
    if word and word.content:
        return ""
    if missing_yes:
        raise ValidationError({"reason": missing_yes})
    return needed(reason, "reason", most=REASON_AT_MOST)


def _keep_links(ticket: Ticket, *, now: dt.datetime) -> None:
    """By the link they hold the customer may still say that it is not solved (4.7, N-35)."""
    days = rules_for(ticket.store_id)[0].complaint_reopen_days
    last = now + dt.timedelta(days=days)
    AnswerLink.objects.live(now).filter(ticket=ticket).update(expires_at=last)


def _end(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    void_clocks(ticket, now=now)
    AnswerLink.objects.filter(ticket=ticket, used_at__isnull=True).update(revoked_at=now)
    end_work(ticket, by=by, now=now)


def _file(ticket: Ticket, reason: str, *, by: User, now: dt.datetime) -> None:
    """Its number in the year's file; one that was closed before keeps the number it had."""
    filed = {"filed_by": by, "filed_at": now, "reason": reason}
    if File.objects.filter(ticket=ticket).update(**filed):
        return
    year = timezone.localtime(now).year
    File.objects.create(
        ticket=ticket,
        file_no=free_number(File, "file_no", kind="complaint_file", prefix="DA", year=year),
        year=year,
        created_at=now,
        store_id=ticket.store_id,
        **filed,
    )
