"""Who verifies a complaint, hears the colleague it is about, puts right what came of it."""

from __future__ import annotations

from complaints.access.tickets import (
    APPROVERS,
    SERVICE,
    answers_for,
    can_note,
    goes_its_way,
    handled,
)
from complaints.models import Correction, Ticket, Verification
from crm.people import roles
from crm.people.models import User


def can_verify(user: User, ticket: Ticket) -> bool:
    """How it was verified is written by whoever answers for it and the departments (CP-14)."""
    return goes_its_way(ticket) and can_note(user, ticket)


def can_give_opinion(user: User, verification: Verification) -> bool:
    """The head of the verifying department or the store's manager: never who verified (CP-14)."""
    ticket = verification.ticket
    if user.pk in {*ticket.subjects, verification.checked_by_id}:
        return False
    head = verification.department.head_id in user.reach.own_ids - ticket.subjects
    manages = ticket.store_id in user.reach.stores_as(roles.MANAGER)
    return head or manages or user.reach.has(roles.GENERAL_MANAGER)


def can_hear_colleague(user: User, ticket: Ticket) -> bool:
    """Whom it is about is asked by service supervisor or manager, never by who handled it."""
    if ticket.about_id is None or not goes_its_way(ticket) or handled(user, ticket):
        return False
    return ticket.store_id in user.reach.stores_as(*APPROVERS)


def can_see_corrections(user: User) -> bool:
    """Everybody may have been given one."""
    return bool(user.reach.posts)


def can_correct(user: User, ticket: Ticket) -> bool:
    """Whoever answers for the complaint, and the store's manager or general manager (CP-10)."""
    if user.pk in ticket.subjects or not goes_its_way(ticket):
        return False
    manages = ticket.store_id in user.reach.stores_as(roles.MANAGER)
    serves = answers_for(user, ticket) and user.reach.has(*SERVICE)
    return manages or serves or user.reach.has(roles.GENERAL_MANAGER)


def can_report_correction(user: User, correction: Correction) -> bool:
    """Its owner, and who stands in today: never whom it is about, nor in their place."""
    about = correction.ticket.subjects
    return user.pk not in about and correction.owner_id in user.reach.own_ids - about


def can_verify_correction(user: User, correction: Correction) -> bool:
    """Supervisor or manager of the store, or the department's head.

    Never owner or cause, nor who reported it, nor where the owner is whom they stand in for.
    """
    theirs = {correction.owner_id, correction.reported_by_id}
    if user.pk in {correction.at_fault_id, *correction.ticket.subjects}:
        return False
    if theirs & user.reach.own_ids:
        return False
    head = correction.department is not None and correction.department.head_id == user.pk
    here = correction.ticket.store_id in user.reach.stores_as(*APPROVERS)
    return head or here or user.reach.has(roles.GENERAL_MANAGER)
