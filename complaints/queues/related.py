"""The tickets linked with one, for whoever may see both."""

from __future__ import annotations

from dataclasses import dataclass

from complaints import access, states
from complaints.models import Relation, Ticket
from crm.notices.models import About
from crm.people.models import User


@dataclass(frozen=True)
class Related:
    """The other ticket, the link to it, and what this reader may do and read of them."""

    relation: Relation
    other: Ticket
    ends: bool
    reads_words: bool


def begun_from(ticket: Ticket) -> Ticket | None:
    """The ticket in which this one goes on, while it is open."""
    about = About.of(ticket)
    rows = Ticket.objects.exclude(state__in=states.ENDED)
    return rows.filter(
        source_room=about.room, source_model=about.model, source_id=about.public_id
    ).first()


def merged_here(ticket: Ticket) -> list[Ticket]:
    """The tickets that go on in this one, also by way of another (CP-32)."""
    found: list[Ticket] = []
    last = [ticket]
    while last:
        last = list(Ticket.objects.filter(merged_into__in=last).select_related("card", "about"))
        found += last
    return found


def goes_on_in(ticket: Ticket) -> Ticket:
    """The ticket that counts: the one it was merged into at last, else itself (CP-32)."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def related_to(user: User, ticket: Ticket) -> list[Related]:
    """The standing links of a ticket whose other side this person sees."""
    rows = Relation.objects.visible_to(user).standing().of(ticket)
    found = []
    for one in rows.select_related("first", "second"):
        other = one.second if one.first_id == ticket.pk else one.first
        ends = access.can_unlink(user, one)
        found.append(Related(one, other, ends, access.reads_words(user, other)))
    return found
