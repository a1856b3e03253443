"""Who gives links to customers, oversees them and takes them back (D43)."""

from __future__ import annotations

from complaints.access.tickets import APPROVERS, SERVICE, can_ask_help, can_reply
from complaints.models import AnswerLink, IntakeLink
from crm.people import roles
from crm.people.models import User


def can_see_intake_links(user: User) -> bool:
    """Whether links for complaints are part of this person's work: who gives or oversees them."""
    return can_ask_help(user) or user.reach.has(roles.MANAGER, roles.GENERAL_MANAGER)


def can_see_answer_links(user: User) -> bool:
    """Links to confirm an answer are customer service's, and its managers'."""
    return user.reach.has(*SERVICE, roles.MANAGER, roles.GENERAL_MANAGER)


def can_revoke_answer(user: User, link: AnswerLink) -> bool:
    """Whoever answers for the complaint, and the supervisor and manager of its store."""
    ticket = link.ticket
    leads = ticket.store_id in user.reach.stores_as(*APPROVERS)
    return user.pk not in ticket.subjects and (can_reply(user, ticket) or leads)


def can_revoke_intake(user: User, link: IntakeLink) -> bool:
    """Whoever gave it out, and the service supervisor and manager of its store."""
    leads = link.store_id in user.reach.stores_as(*APPROVERS)
    return link.made_by_id in user.reach.own_ids or leads
