"""Who may decide on a proposed solution, and by which sums (CP-10, CP-13, CP-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils import timezone

from complaints import authority, states
from complaints.models import Entry, Proposal, Ticket
from crm.people import roles
from crm.people.models import Delegation, Department, Membership, User
from crm.rulebook.numbers import Numbers

DAY = dt.timedelta(days=1)


def asked_of(proposal: Proposal, *, numbers: Numbers, now: dt.datetime) -> authority.Asked:
    """What the authority table judges: class, severity, and the sums with this amount (SoD 6)."""
    ticket = proposal.ticket
    granted = Proposal.objects.filter(state=states.OFFER_APPROVED)
    untold = Q(ticket__told_at__isnull=True) | Q(ticket__told_at__lt=F("decided_at"))
    granted = granted.exclude(untold, ticket__state__in=states.CANCELLED)  # nothing was given
    since = now - numbers.authority_customer_days * DAY
    of_ticket = _sum(granted.filter(ticket=ticket))
    recently = granted.filter(decided_at__gte=since)
    of_customer = _sum(recently.filter(_of_same_customer(ticket)))
    return authority.Asked(
        category=ticket.category,
        severity=ticket.severity,
        ticket_total=of_ticket + proposal.amount,
        customer_total=of_customer + proposal.amount,
        reopenings=ticket.reopenings,
    )


def _of_same_customer(ticket: Ticket) -> Q:
    """The tickets of the same customer or number: one with a card, one without count together."""
    same, numbers = Q(ticket=ticket), numbers_of(ticket)
    if ticket.card is not None:
        same |= Q(ticket__card__customer=ticket.card.customer_id)
    for column in ("intake__phone", "card__customer__phone", "card__customer__phone2"):
        same |= Q(**{f"ticket__{column}__in": numbers})
    return same


def numbers_of(ticket: Ticket) -> set[str]:
    """The numbers by which the customer's tickets are found together."""
    intake = getattr(ticket, "intake", None)
    numbers = {intake.phone} if intake is not None else set()
    if ticket.card is not None:
        numbers |= {ticket.card.customer.phone, ticket.card.customer.phone2}
    return numbers - {""}


def writers_of(ticket: Ticket) -> set[int]:
    """Whoever wrote on what it is answered with, a draft that another sent included (SoD 6)."""
    wrote = Entry.objects.filter(ticket=ticket, kind=Entry.Kind.PROPOSED, by__isnull=False)
    return set(wrote.order_by().values_list("by", flat=True).distinct())


def recused_from(proposal: Proposal, now: dt.datetime) -> set[int]:
    """Who may not decide: whom it is about, who wrote on it, who handles the ticket (CP-15).

    Who stands in today for who proposed or handles it counts as them.
    """
    ticket = proposal.ticket
    people = {proposal.author_id, ticket.responsible_id, *writers_of(ticket)}
    people |= {task.handler_id for task in ticket.tasks.all() if task.state in states.TASK_COUNTS}
    today = Delegation.objects.valid_on(timezone.localdate(now))
    deputies = today.filter(user__in=[person for person in people if person is not None])
    people |= {*ticket.subjects, *deputies.values_list("deputy", flat=True)}
    return {person for person in people if person is not None}


def holders_for(ticket: Ticket, now: dt.datetime) -> list[tuple[str, int]]:
    """(role, person) of everybody active who decides in the ticket's store or in all."""
    here = Q(store=ticket.store_id) & ~Q(role=roles.GENERAL_MANAGER)
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        here | Q(role=roles.GENERAL_MANAGER), role__in=authority.LEVELS, user__is_active=True
    )
    return list(posts.order_by("pk").values_list("role", "user"))


def able_to_decide(
    proposal: Proposal, now: dt.datetime, role: str = "", recused: Collection[int] | None = None
) -> set[int]:
    """The people who may decide: of the role needed or above, none of them recused."""
    wanted = set(authority.levels_from(role or proposal.role))
    found = {person for level, person in holders_for(proposal.ticket, now) if level in wanted}
    return found - set(recused_from(proposal, now) if recused is None else recused)


def asked_to_decide(proposal: Proposal, now: dt.datetime) -> list[User]:
    """Whom the proposal is put before: the first level of which somebody is left (CP-16)."""
    holders, recused = holders_for(proposal.ticket, now), recused_from(proposal, now)
    level = authority.first_able(proposal.role, holders, recused)
    people = {person for role, person in holders if role == level} - recused
    return list(User.objects.filter(pk__in=people).order_by("pk"))


def who_must_know(ticket: Ticket, *, numbers: Numbers, now: dt.datetime) -> dict[str, list[User]]:
    """By "general", "quality" and "manager": the people, never whom the ticket is about.

    Where no department of the rulebook's name has a head, the manager stands for quality.
    """
    holders = holders_for(ticket, now)
    by_role: dict[str, set[int]] = {}
    for role, person in holders:
        if person not in ticket.subjects:
            by_role.setdefault(role, set()).add(person)
    general = by_role.get(roles.GENERAL_MANAGER, set())
    managers = by_role.get(roles.MANAGER, set()) or general
    heads = Department.objects.filter(name=numbers.quality_department, head__is_active=True)
    quality = set(heads.values_list("head", flat=True)) - ticket.subjects or managers
    people = User.objects.in_bulk(general | managers | quality)
    return {
        key: [people[pk] for pk in sorted(ids)]
        for key, ids in (("general", general), ("quality", quality), ("manager", managers))
    }


def _sum(rows: object) -> Decimal:
    total = rows.aggregate(total=Sum("amount"))["total"]  # type: ignore[attr-defined]
    return total if total is not None else Decimal(0)
