"""Verbs of the administrator on users (security matrix row 20).

Nobody edits their own account here. Every verb checks, writes and leaves its trail
in one transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm.home.actions.grants import grant_role
from crm.home.actions.guards import StillHasWork, claim, must_edit, must_manage
from crm.home.queues import open_work_of
from crm.notices.actions import Desk, tell
from crm.notices.models import About
from crm.people import actions as people
from crm.people import roles
from crm.people.models import OneTimeLink, User
from crm.people.roles import Post
from crm.records.actions import change
from crm.records.audit import record


@dataclass(frozen=True)
class NewUser:
    """What the administrator knows of somebody new; the password is theirs to choose."""

    username: str
    name: str
    phone: str = ""
    email: str = ""


@transaction.atomic
def create_user(
    facts: NewUser, post: Post, *, by: User, now: dt.datetime, today: dt.date, request_id: str = ""
) -> tuple[User, str]:
    """A new user with a first post, and the token of their one-time invitation.

    Raises `Replayed` on a repeat, `ValidationError` naming the field.
    """
    must_manage(by)
    claim(by, "create_user", request_id)
    people.check_post(None, post, day=today)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                facts.username, name=facts.name, phone=facts.phone, email=facts.email
            )
    except IntegrityError as error:
        raise ValidationError({"username": _("This username is taken.")}) from error
    record("people.create_user", by=by, obj=user, after={"username": user.username}, at=now)
    grant_role(user, post, by=by, now=now, today=today)
    return user, invite_user(user, by=by, now=now)


@transaction.atomic
def change_user(
    user: User, facts: NewUser, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Correct name, username, phone or mail of `user`; contact data stay out of the trail.

    Raises `Replayed` on a repeat, `Stale`, or `ValidationError` when the username is taken.
    """
    must_edit(by, user)
    claim(by, "change_user", request_id)
    fields = {
        "username": facts.username,
        "name": facts.name,
        "phone": facts.phone,
        "email": facts.email,
    }
    changed = sorted(name for name, value in fields.items() if getattr(user, name) != value)
    try:
        with transaction.atomic():
            change(user, version=version, **fields)
    except IntegrityError as error:
        raise ValidationError({"username": _("This username is taken.")}) from error
    record("people.change_user", by=by, obj=user, after={"fields": changed}, at=now)


@transaction.atomic
def invite_user(user: User, *, by: User, now: dt.datetime, request_id: str = "") -> str:
    """A fresh one-time invitation for somebody who may sign in; older links stop working."""
    must_edit(by, user)
    claim(by, "invite_user", request_id)
    must_be_active(user)
    token = people.make_link(user, OneTimeLink.Kind.INVITATION, by=by, now=now)
    record("people.invite_user", by=by, obj=user, at=now)
    return token


@transaction.atomic
def reset_user(user: User, *, by: User, now: dt.datetime, request_id: str = "") -> str:
    """A one-time reset link to hand over; the user and the privacy officer are told (1.4, 13)."""
    must_edit(by, user)
    claim(by, "reset_user", request_id)
    must_be_active(user)
    token = people.make_link(user, OneTimeLink.Kind.RESET, by=by, now=now)
    record("people.reset_user", by=by, obj=user, at=now)
    for to in (user, Desk(roles.PRIVACY_OFFICER)):
        tell(
            to=to,
            kind="reset_link_made",
            occasion=f"reset:{user.public_id}/{now:%Y%m%d%H%M%S}",
            about=About.of(user),
            data={"name": user.name, "by": by.name},
            now=now,
        )
    return token


def must_be_active(user: User) -> None:
    """Raises `ValidationError` for somebody who may not sign in."""
    if not user.is_active:
        raise ValidationError(_("This user is deactivated. Reactivate them first."))


@transaction.atomic
def deactivate_user(
    user: User, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """End `user`'s sign-in at once; raises `StillHasWork` while open work would be orphaned.

    Raises `Replayed` on a repeat, and `Stale`.
    """
    must_edit(by, user)
    claim(by, "deactivate_user", request_id)
    if work := open_work_of(user):
        raise StillHasWork(work)
    change(user, version=version, is_active=False)
    people.end_sessions([user])
    people.void_links(user, now=now)
    record("people.deactivate_user", by=by, obj=user, at=now)


@transaction.atomic
def reactivate_user(
    user: User, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Let `user` sign in again with the roles they still hold; raises `Replayed` and `Stale`."""
    must_edit(by, user)
    claim(by, "reactivate_user", request_id)
    change(user, version=version, is_active=True)
    record("people.reactivate_user", by=by, obj=user, at=now)
