"""Requests of somebody who has signed in; who may read and administer people (matrix row 20)."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crm.people import roles
from crm.people.models import RoleGrant, User


class SignedInRequest(HttpRequest):
    """A request past `SignInFirst`: `user` is a person, never anonymous.

    `counted` holds figures of the menu that the page has counted itself, by their keys.
    """

    user: User
    htmx: HtmxDetails
    counted: dict[str, int]


def can_read_users(user: User) -> bool:
    """The list of users: administrator, privacy officer, and a manager for their own stores."""
    return user.reach.has(roles.ADMIN, roles.PRIVACY_OFFICER, roles.MANAGER)


def can_manage_users(user: User) -> bool:
    """Making users, stores, teams and departments is the administrator's alone."""
    return user.reach.has(roles.ADMIN)


def can_edit_user(user: User, whom: User) -> bool:
    """An administrator edits everybody but themselves."""
    return can_manage_users(user) and user.pk != whom.pk


def can_read_grants(user: User) -> bool:
    """Who asked for a senior role, and what became of it."""
    return user.reach.has(roles.ADMIN, *roles.SECONDS)


def can_decide_grants(user: User) -> bool:
    """A general manager or privacy officer is the second person."""
    return user.reach.has(*roles.SECONDS)


def can_decide_grant(user: User, grant: RoleGrant) -> bool:
    """The second person is neither who asked nor who receives the role."""
    return can_decide_grants(user) and user.pk not in (grant.asked_by_id, grant.user_id)


def can_read_second_steps(user: User) -> bool:
    """Who has set up a second step, and which roles need one."""
    return user.reach.has(roles.ADMIN, *roles.SECONDS)


def can_reset_second_step(user: User, whom: User) -> bool:
    """A general manager or privacy officer, for somebody else.

    An administrator makes reset links: together with this they could sign in as anybody
    (security.md 1.4, 13).
    """
    return user.reach.has(*roles.SECONDS) and user.pk != whom.pk
