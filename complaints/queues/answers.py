"""What a ticket's page says of its answer: proposal, who had to know, corrective tasks, the end."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from complaints import access, states, wording
from complaints.models import (
    AnswerLink,
    Briefing,
    Correction,
    File,
    IntakeLink,
    IntakeLinkQuerySet,
    Proposal,
    Ticket,
)
from complaints.queues.approvers import asked_to_decide
from complaints.queues.closing import (
    conditions_of,
    is_too_late,
    lacks_first_word,
    last_word,
    owes_correction,
)
from complaints.queues.mails import mails_of
from complaints.queues.verifications import verified_of
from crm.customers.models import Card
from crm.people.models import User

MOVES = states.COMPLAINT_MOVES
# How long the same form sent again gets the same answer.
A_MOMENT = dt.timedelta(minutes=10)


def answer_of(
    user: User, ticket: Ticket, now: dt.datetime, bound: Mapping[str, Any]
) -> dict[str, Any]:
    """The part of a ticket's page about a complaint's answer, for this reader."""
    reads = access.reads_words(user, ticket)
    if ticket.kind != states.COMPLAINT:
        found = ticket.kind == states.PROBLEM and reads
        return {"briefings": _briefings(user, ticket) if found else []}
    proposals = list(ticket.proposals.select_related("author", "decided_by")) if reads else []
    latest = _latest(proposals, ticket)
    waits = latest is not None and latest.state == states.OFFER_WAITING
    word = last_word(ticket) if reads else None
    conditions = conditions_of(ticket, now, word) if reads else []
    return {
        **verified_of(user, ticket, bound, reads=reads),
        "proposals": [one for one in proposals if one.state != states.OFFER_VOID],
        "answer_adds": _adding(ticket, latest),
        "waits_for": asked_to_decide(latest, now) if latest and waits else [],
        "briefings": _briefings(user, ticket) if reads else [],
        "corrections": list(
            Correction.objects.visible_to(user).filter(ticket=ticket).select_related("owner")
        ),
        "customer_word": word,
        "mails": mails_of(user, ticket) if reads else [],
        "may_print_answer": reads and bool(ticket.solution) and ticket.told_at is not None,
        "file": _file_of(ticket),
        "link": _link_of(ticket, now) if reads else None,
        "conditions": conditions,
        "unmet_count": sum(not one.is_met for one in conditions),
        **_may(user, ticket, latest if waits else None, now),
    }


def _adding(ticket: Ticket, latest: Proposal | None) -> int | None:
    """The approved proposal beside whose words the answer says more (SoD 4)."""
    if latest is None or ticket.told_at is None or latest.state != states.OFFER_APPROVED:
        return None
    return latest.pk if wording.says_more(ticket.solution, latest.words) else None


def _file_of(ticket: Ticket) -> File | None:
    """Where it is filed; asked of the database only where it was closed once."""
    if ticket.closed_at is None and not ticket.reopenings:
        return None
    return File.objects.filter(ticket=ticket).first()


def _link_of(ticket: Ticket, now: dt.datetime) -> AnswerLink | None:
    """The link by which the customer may still answer or, once it is settled, reopen it."""
    if ticket.state not in MOVES["reopen"]:
        return None
    return AnswerLink.objects.live(now).filter(ticket=ticket).first()


def address_of(token: str) -> str:
    """The whole address of a customer's link; begins with SITE_URL, never with a request's host."""
    return settings.SITE_URL + reverse("answer:confirm_answer", args=[token])


def _may(user: User, ticket: Ticket, waiting: Proposal | None, now: dt.datetime) -> dict[str, bool]:
    """What this reader may do next."""
    state = ticket.state
    known = state not in states.ENDED
    answered = state in MOVES["reopen"]
    again = answered and access.can_reopen(user, ticket)
    late = answered and is_too_late(ticket, now)
    corrects = state not in states.CANCELLED and access.can_correct(user, ticket)
    return {
        "may_propose": _may_propose(user, ticket),
        "may_take_back": waiting is not None and access.can_take_back(user, waiting),
        "may_decide": waiting is not None and access.can_decide_proposal(user, waiting, now),
        "may_reply": state in MOVES["reply"] and access.can_reply(user, ticket),
        "may_link": answered and not late and access.can_reply(user, ticket),
        "may_hear": state in MOVES["content"] and access.can_hear(user, ticket),
        "may_close": state in MOVES["close"] and access.can_close(user, ticket),
        "may_reopen": again and not late,
        "may_register_anew": again and late,
        "may_withdraw": state in MOVES["withdraw"] and access.can_withdraw(user, ticket),
        "may_reject": state in MOVES["reject"] and access.can_reject(user, ticket),
        "may_judge": state not in states.SETTLED and access.can_judge(user, ticket),
        "may_alarm": known and access.can_alarm(user, ticket),
        "may_correct": corrects,
        "may_spare": corrects and state not in states.ENDED and owes_correction(ticket),
    }


def _may_propose(user: User, ticket: Ticket) -> bool:
    """Whether a solution is waited for from this reader, now that the customer was told of us."""
    waits = ticket.state in MOVES["propose"] and access.can_propose(user, ticket)
    return waits and not (lacks_first_word(ticket) or access.waits_for_class(ticket))


def _latest(proposals: list[Proposal], ticket: Ticket) -> Proposal | None:
    if not proposals:
        return None
    proposals[0].ticket = ticket
    return proposals[0]


def _briefings(user: User, ticket: Ticket) -> list[tuple[Briefing, bool]]:
    """Who has to know of it, and whether this reader is to say that they do.

    Nobody waits for the word of whom it is about.
    """
    rows = ticket.briefings.select_related("to", "known_by")
    gone = (one for one in rows if one.to_id not in ticket.subjects or one.known_at is not None)
    return [(one, _acknowledges(user, one, ticket)) for one in gone]


def _acknowledges(user: User, briefing: Briefing, ticket: Ticket) -> bool:
    briefing.ticket = ticket
    return briefing.known_at is None and access.can_acknowledge(user, briefing)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def complain_address_of(token: str) -> str:
    """The whole address of a link to complain by; begins with SITE_URL."""
    return settings.SITE_URL + reverse("answer:complain_by_link", args=[token])


def intake_link_behind(token: str, now: dt.datetime) -> IntakeLink | None:
    """The link of a token while a complaint may be written by it, or was a moment ago (D43)."""
    rows = IntakeLink.objects.select_related("card__customer", "store", "made_by")
    found = rows.filter(token_hash=hash_of(token)).first()
    if found is None or (found.used_at is not None and found.used_at > now - A_MOMENT):
        return found
    return rows.live(now).filter(pk=found.pk).first()


def live_intake_links(user: User, now: dt.datetime) -> IntakeLinkQuerySet:
    """Links in customers' hands within this person's scope, the first to close on top."""
    rows = IntakeLink.objects.visible_to(user).live(now)
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    return rows.select_related("made_by", "store").prefetch_related(
        Prefetch("card", queryset=cards)
    )


def live_answer_links(user: User, now: dt.datetime) -> QuerySet[AnswerLink]:
    """Links by which an answer may still be confirmed, the first to close on top."""
    cards = Card.objects.with_case(user.reach).select_related("customer", "product", "owner")
    rows = AnswerLink.objects.visible_to(user).live(now).select_related("made_by", "ticket__intake")
    shown = rows.prefetch_related(Prefetch("ticket__card", queryset=cards))
    return shown.order_by("expires_at", "id")


def link_behind(token: str, now: dt.datetime) -> AnswerLink | None:
    """The link of a token while the customer may answer by it (D43)."""
    rows = AnswerLink.objects.live(now).select_related("ticket__card__customer", "store")
    return rows.filter(token_hash=hash_of(token)).first()
