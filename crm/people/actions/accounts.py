"""Verbs on accounts: one-time links, passwords, posts, absences, settings."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import Delegation, Device, Membership, OneTimeLink, User
from crm.people.queues import hash_of_token, open_link, possible_deputies
from crm.people.queues.tries import code_tries
from crm.people.roles import Post

INVITATION_TIME = dt.timedelta(days=7)
FIRST_ADMIN_TIME = dt.timedelta(hours=24)


class LinkSpent(Exception):
    """The one-time link was used, replaced, or has expired."""


def link_time(kind: str) -> dt.timedelta:
    """How long a one-time link of this kind stays good (D26)."""
    return {
        OneTimeLink.Kind.INVITATION: INVITATION_TIME,
        OneTimeLink.Kind.FIRST_ADMIN: FIRST_ADMIN_TIME,
    }.get(OneTimeLink.Kind(kind), dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


def make_link(user: User, kind: str, *, by: User | None, now: dt.datetime) -> str:
    """A fresh one-time token for `user`; earlier unused ones of this kind stop working.

    Only its hash is kept: the token is shown or mailed now or never. What anybody may ask for
    (`by` None) does not void what an administrator handed over.
    """
    token = secrets.token_urlsafe(32)
    older = OneTimeLink.objects.filter(user=user, kind=kind, used_at__isnull=True)
    (older if by else older.filter(made_by__isnull=True)).update(used_at=now)
    OneTimeLink.objects.create(
        user=user,
        kind=kind,
        token_hash=hash_of_token(token),
        made_by=by,
        made_at=now,
        expires_at=now + link_time(kind),
    )
    return token


def void_links(user: User, *, now: dt.datetime) -> None:
    """End every unused link of `user`."""
    OneTimeLink.objects.filter(user=user, used_at__isnull=True).update(used_at=now)


def use_link(token: str, password: str, *, now: dt.datetime) -> tuple[User, str]:
    """Set the password of the link's user and say what kind of link it was.

    Raises `LinkSpent` when the link is no longer good, also to the loser of two clicks at once,
    and `ValidationError` when the password breaks a rule.
    """
    with transaction.atomic():
        link = open_link(token, now)
        if link is None:
            raise LinkSpent
        validate_password(password, link.user)
        claimed = OneTimeLink.objects.filter(pk=link.pk, used_at__isnull=True)
        if not claimed.update(used_at=now):
            raise LinkSpent
        set_password(link.user, password, now=now)
        # Who holds the link is the person: whoever guessed their password keeps nobody out.
        name = link.user.username
        tries = Q(username=name) | Q(username__startswith=code_tries(name))
        AccessAttempt.objects.filter(tries).delete()
    return link.user, link.kind


def set_password(user: User, password: str, *, now: dt.datetime) -> None:
    """Give `user` a new password: every session of theirs ends and open links stop working."""
    user.set_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        end_sessions([user])
        void_links(user, now=now)


def end_sessions(users: Iterable[User]) -> None:
    """Close every session of these users at their next request (D25)."""
    people = list(users)
    ids = [user.pk for user in people]
    User.objects.filter(pk__in=ids).update(session_epoch=F("session_epoch") + 1)
    Device.objects.filter(user__in=ids).delete()
    for user in people:
        user.refresh_from_db(fields=["session_epoch", "password"])


def check_post(user: User | None, post: Post, *, day: dt.date) -> None:
    """Refuse a post that contradicts itself or what the user already holds.

    Raises `ValidationError` naming the field.
    """
    if post.role not in roles.STORELESS and post.store_id is None:
        raise ValidationError({"store": _("This role works in a store. Choose one.")})
    if post.role in roles.OF_A_TEAM and post.team_id is None:
        raise ValidationError({"team": _("This role works in a team. Choose one.")})
    if post.role == roles.HANDLER and post.department_id is None:
        raise ValidationError({"department": _("Choose the department whose cases arrive here.")})
    held = list(user.memberships.valid_on(day)) if user else []
    if not roles.may_be_held_together([post.role, *(one.role for one in held)]):
        raise ValidationError(
            {"role": _("An administrator sees no customer data and so holds no other role.")}
        )
    if any(_same(one, post) for one in held):
        raise ValidationError({"role": _("This role is already held here.")})


def _same(one: Membership, post: Post) -> bool:
    mine = (one.role, one.store_id, one.team_id, one.department_id)
    return mine == (post.role, post.store_id, post.team_id, post.department_id)


def give_post(user: User, post: Post, *, day: dt.date) -> Membership:
    """Let `user` hold `post` from the local date `day` on; their sessions end (D25)."""
    membership = Membership.objects.create(
        user=user,
        role=post.role,
        store_id=post.store_id,
        team_id=post.team_id,
        department_id=post.department_id,
        valid_from=day,
    )
    end_sessions([user])
    return membership


def plan_absence(
    user: User, deputy: User, starts_on: dt.date, ends_on: dt.date, *, today: dt.date
) -> Delegation:
    """Let `deputy` stand in for `user` on both dates and between; not passed on (PR-24).

    Raises `ValidationError` where the dates or the deputy will not do.
    """
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    if ends_on < today:
        raise ValidationError({"ends_on": _("This is in the past.")})
    if not possible_deputies(user, today).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("This person cannot stand in. Choose a colleague.")})
    if _overlaps(Delegation.objects.filter(user=user), starts_on, ends_on):
        raise ValidationError({"starts_on": _("A deputy is already named for these days.")})
    if _overlaps(Delegation.objects.filter(user=deputy), starts_on, ends_on):
        raise ValidationError({"deputy": _("This person is away then, too.")})
    return Delegation.objects.create(user=user, deputy=deputy, starts_on=starts_on, ends_on=ends_on)


def _overlaps(rows: QuerySet[Delegation], starts_on: dt.date, ends_on: dt.date) -> bool:
    return rows.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists()


def end_absence(absence: Delegation, *, today: dt.date) -> None:
    """Take an absence back: one to come disappears, one under way ends with yesterday."""
    yesterday = today - dt.timedelta(days=1)
    if absence.starts_on > yesterday:
        absence.delete()
    else:
        Delegation.objects.filter(pk=absence.pk).update(ends_on=yesterday)


def keep_settings(user: User, *, language: str, theme: str, shortcuts_on: bool) -> None:
    """Keep how `user` wants the screen."""
    User.objects.filter(pk=user.pk).update(
        language=language, theme=theme, shortcuts_on=shortcuts_on
    )


def keep_language(user: User, language: str) -> None:
    """Keep the language `user` reads."""
    User.objects.filter(pk=user.pk).update(language=language)
