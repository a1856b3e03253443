"""How a complaint was verified, and the colleague it is about, as its page shows them (CP-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from complaints import access, states
from complaints.models import ColleagueWord, Ticket, Verification
from crm.people.models import User

MOVES = states.COMPLAINT_MOVES


@dataclass(frozen=True)
class VerificationLine:
    """One verification, whether this reader may give an opinion on it, and a form refused."""

    one: Verification
    opines: bool
    form: Any = None


def verifications_of(ticket: Ticket) -> list[Verification]:
    """All of a ticket, the newest first, with everybody named."""
    return list(
        ticket.verifications.select_related("department", "checked_by", "head", "written_by")
    )


def verified_of(
    user: User, ticket: Ticket, bound: Mapping[str, Any], *, reads: bool
) -> dict[str, Any]:
    """The part of a complaint's page about its verification and the colleague it is about."""
    rows = verifications_of(ticket) if reads else []
    asks = ticket.state in MOVES["ask_colleague"] and access.can_hear_colleague(user, ticket)
    return {
        "verifications": [_line(user, ticket, one, bound) for one in rows],
        "may_verify": ticket.state in MOVES["verify"] and access.can_verify(user, ticket),
        "may_hear_colleague": asks,
        "colleague_word": _colleague_word(ticket) if reads else None,
    }


def _line(
    user: User, ticket: Ticket, one: Verification, bound: Mapping[str, Any]
) -> VerificationLine:
    one.ticket = ticket
    waits = one.head_at is None and ticket.state in MOVES["opine"]
    opines = waits and access.can_give_opinion(user, one)
    return VerificationLine(one, opines, bound.get(f"opinion_{one.public_id}"))


def _colleague_word(ticket: Ticket) -> ColleagueWord | None:
    """What they said of the outcome last, since it was last reopened."""
    if ticket.about_id is None:
        return None
    rows = ColleagueWord.objects.filter(ticket=ticket, round=ticket.reopenings)
    return rows.select_related("colleague", "by").first()
