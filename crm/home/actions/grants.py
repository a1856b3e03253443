"""Verbs on roles: giving, ending, and the second person's decision (security matrix row 20)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.home.actions.guards import StillHasWork, claim, must_edit
from crm.home.queues import open_work_of
from crm.notices.actions import Desk, tell
from crm.notices.models import About
from crm.people import actions as people
from crm.people import roles
from crm.people.access import can_decide_grant
from crm.people.models import Membership, RoleGrant, User
from crm.people.queues import second_person_has_signed_in
from crm.people.roles import Post
from crm.records.actions import change, transition
from crm.records.audit import record


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
            link=("home:grants", ""),
            data={"name": user.name, "by": by.name, "role": post.role},
            now=now,
        )
    return grant


@transaction.atomic
def approve_grant(
    grant: RoleGrant,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    today: dt.date,
    request_id: str = "",
) -> None:
    """Second a senior role: it counts from today. Neither asker nor receiver may (row 20).

    Raises `Replayed` on a repeat, and `Stale`.
    """
    must_decide(by, grant)
    claim(by, "approve_grant", request_id)
    post = Post(grant.role, grant.store_id, grant.team_id, grant.department_id)
    decide(grant, RoleGrant.State.APPROVED, by=by, version=version, now=now)
    people.check_post(grant.user, post, day=today)
    people.give_post(grant.user, post, day=today)
    facts = {**post_facts(post), "asked_by": grant.asked_by.public_id}
    record("people.grant_role", by=by, obj=grant.user, after=facts, at=now)


@transaction.atomic
def refuse_grant(
    grant: RoleGrant, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Decline a senior role; raises `Replayed` on a repeat, and `Stale`."""
    must_decide(by, grant)
    claim(by, "refuse_grant", request_id)
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
    membership: Membership,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    today: dt.date,
    request_id: str = "",
) -> None:
    """Take a post away from today on; sessions end.

    Raises `StillHasWork` when it is the last post of somebody with open work, `Replayed` on a
    repeat, and `Stale`.
    """
    user = membership.user
    must_edit(by, user)
    claim(by, "end_membership", request_id)
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
