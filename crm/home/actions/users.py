"""Verbs of the administrator on users and their roles (security matrix row 20).

Nobody edits their own account or roles here. Every verb checks, writes and leaves its trail
in one transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm.home.queues import OpenWork, open_work_of
from crm.notices.actions import Desk, tell
from crm.notices.models import About
from crm.people import actions as people
from crm.people import roles
from crm.people.access import can_decide_grant, can_edit_user, can_manage_users
from crm.people.models import Membership, OneTimeLink, RoleGrant, User
from crm.people.queues import second_person_has_signed_in
from crm.people.roles import Post
from crm.records.actions import change, claim_request, transition
from crm.records.audit import record


class StillHasWork(Exception):
    """The person still owns open work, which somebody must take over first."""

    def __init__(self, work: OpenWork) -> None:
        super().__init__("open work left")
        self.work = work


class Replayed(Exception):
    """This form was saved before; nothing was done a second time."""


@dataclass(frozen=True)
class NewUser:
    """What the administrator knows of somebody new; the password is theirs to choose."""

    username: str
    name: str
    phone: str = ""
    email: str = ""


def must_manage(by: User) -> None:
    """Raises `PermissionDenied` unless `by` administers."""
    if not can_manage_users(by):
        raise PermissionDenied


def must_edit(by: User, user: User) -> None:
    """Raises `PermissionDenied` unless `by` administers and `user` is somebody else."""
    if not can_edit_user(by, user):
        raise PermissionDenied


def claim(by: User, form: str, request_id: str) -> None:
    """Raises `Replayed` when this form was sent before."""
    if not claim_request(by, form, request_id):
        raise Replayed


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
def change_user(user: User, facts: NewUser, *, by: User, version: int, now: dt.datetime) -> None:
    """Correct name, username, phone or mail of `user`; contact data stay out of the trail.

    Raises `Stale`, or `ValidationError` when the username is taken.
    """
    must_edit(by, user)
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
def deactivate_user(user: User, *, by: User, version: int, now: dt.datetime) -> None:
    """End `user`'s sign-in at once; raises `StillHasWork` while open work would be orphaned."""
    must_edit(by, user)
    if work := open_work_of(user):
        raise StillHasWork(work)
    change(user, version=version, is_active=False)
    people.end_sessions([user])
    people.void_links(user, now=now)
    record("people.deactivate_user", by=by, obj=user, at=now)


@transaction.atomic
def reactivate_user(user: User, *, by: User, version: int, now: dt.datetime) -> None:
    """Let `user` sign in again with the roles they still hold."""
    must_edit(by, user)
    change(user, version=version, is_active=True)
    record("people.reactivate_user", by=by, obj=user, at=now)


@transaction.atomic
def add_membership(
    user: User, post: Post, *, by: User, now: dt.datetime, today: dt.date, request_id: str = ""
) -> Membership | RoleGrant:
    """Give `user` one more post, or ask the second person for it; see `grant_role`."""
    must_edit(by, user)
    claim(by, "add_membership", request_id)
    return grant_role(user, post, by=by, now=now, today=today)


def grant_role(
    user: User, post: Post, *, by: User, now: dt.datetime, today: dt.date
) -> Membership | RoleGrant:
    """Give `post`, or for a senior role ask a general manager or privacy officer (row 20).

    Until the first of those has signed in the administrator grants alone, and the trail says so.
    """
    must_edit(by, user)
    people.check_post(user, post, day=today)
    facts = post_facts(post)
    senior = post.role in roles.GRANTED_BY_TWO
    if senior and second_person_has_signed_in():
        return ask_for_grant(user, post, by=by, now=now, today=today)
    if senior:
        facts["granted_alone"] = True
    membership = people.give_post(user, post, day=today)
    record("people.grant_role", by=by, obj=user, after=facts, at=now)
    return membership


def ask_for_grant(
    user: User, post: Post, *, by: User, now: dt.datetime, today: dt.date
) -> RoleGrant:
    """Write down the wish and tell those who decide."""
    same = RoleGrant.objects.waiting().filter(user=user, role=post.role, store=post.store_id)
    if same.exists():
        raise ValidationError({"role": _("This role already waits for approval.")})
    grant = RoleGrant.objects.create(
        user=user,
        role=post.role,
        store_id=post.store_id,
        team_id=post.team_id,
        department_id=post.department_id,
        valid_from=today,
        asked_by=by,
        asked_at=now,
    )
    record("people.ask_for_grant", by=by, obj=user, after=post_facts(post), at=now)
    for role in sorted(roles.SECONDS):
        tell(
            to=Desk(role),
            kind="role_to_approve",
            occasion=f"grant:{grant.public_id}",
            about=About.of(grant),
            data={"name": user.name, "by": by.name, "role": post.role},
            now=now,
        )
    return grant


@transaction.atomic
def approve_grant(
    grant: RoleGrant, *, by: User, version: int, now: dt.datetime, today: dt.date
) -> None:
    """Second a senior role: it counts from today. Neither asker nor receiver may (row 20)."""
    must_decide(by, grant)
    post = Post(grant.role, grant.store_id, grant.team_id, grant.department_id)
    decide(grant, RoleGrant.State.APPROVED, by=by, version=version, now=now)
    people.check_post(grant.user, post, day=today)
    people.give_post(grant.user, post, day=today)
    facts = {**post_facts(post), "asked_by": grant.asked_by.public_id}
    record("people.grant_role", by=by, obj=grant.user, after=facts, at=now)


@transaction.atomic
def refuse_grant(grant: RoleGrant, *, by: User, version: int, now: dt.datetime) -> None:
    """Decline a senior role."""
    must_decide(by, grant)
    decide(grant, RoleGrant.State.REFUSED, by=by, version=version, now=now)
    record("people.refuse_grant", by=by, obj=grant.user, after={"role": grant.role}, at=now)


def must_decide(by: User, grant: RoleGrant) -> None:
    """Raises `PermissionDenied` unless `by` is the second person for this grant."""
    if not can_decide_grant(by, grant):
        raise PermissionDenied


def decide(grant: RoleGrant, to: str, *, by: User, version: int, now: dt.datetime) -> None:
    """One decision per grant; raises `Stale` when somebody was first."""
    frm = RoleGrant.State.WAITING
    transition(grant, frm=frm, to=to, version=version, decided_by=by, decided_at=now)
    record(f"people.grant_{to}", by=by, obj=grant, at=now)


@transaction.atomic
def end_membership(
    membership: Membership, *, by: User, version: int, now: dt.datetime, today: dt.date
) -> None:
    """Take a post away from today on; sessions end.

    Raises `StillHasWork` when it is the last post of somebody with open work, and `Stale`.
    """
    user = membership.user
    must_edit(by, user)
    others = user.memberships.valid_on(today).exclude(pk=membership.pk)
    if not others.exists() and (work := open_work_of(user)):
        raise StillHasWork(work)
    facts = {"role": membership.role, "store": membership.store_id, "team": membership.team_id}
    yesterday = today - dt.timedelta(days=1)
    # A post that began today or later never counted: the row goes, the trail keeps it.
    began = membership.valid_from <= yesterday
    change(membership, version=version, valid_to=yesterday if began else membership.valid_from)
    if not began:
        membership.delete()
    people.end_sessions([user])
    record("people.end_membership", by=by, obj=user, before=facts, at=now)


def post_facts(post: Post) -> dict[str, object]:
    """A post as the trail keeps it."""
    return {
        "role": post.role,
        "store": post.store_id,
        "team": post.team_id,
        "department": post.department_id,
    }
