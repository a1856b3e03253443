"""Verbs on one's own account: password, one-time link, settings, deputy, sessions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from crm.home.actions.guards import claim
from crm.people import actions as people
from crm.people.models import Delegation, Device, Membership, OneTimeLink, User
from crm.people.queues import has_administrator
from crm.people.roles import ADMIN, SENIOR
from crm.records.actions import claim_request
from crm.records.audit import record


class AdministratorExists(Exception):
    """The first administrator is there already; they make the others."""


@transaction.atomic
def change_password(user: User, password: str, *, now: dt.datetime, request_id: str = "") -> None:
    """Give oneself a new password; every other session ends (D25). Raises `Replayed`."""
    claim(user, "change_password", request_id)
    people.set_password(user, password, now=now)
    record("people.change_password", by=user, obj=user, at=now)


@transaction.atomic
def use_link(token: str, password: str, *, now: dt.datetime) -> User:
    """Set a password by a one-time link, which is then spent.

    Raises `people.LinkSpent`, or `ValidationError` when the password breaks a rule.
    """
    user, kind = people.use_link(token, password, now=now)
    record("people.use_link", by=user, obj=user, after={"link": kind}, at=now)
    return user


@transaction.atomic
def make_own_reset_link(user: User, *, now: dt.datetime) -> str:
    """A reset link for the mail its owner asked for (D26)."""
    token = people.make_link(user, OneTimeLink.Kind.RESET, by=None, now=now)
    record("people.mail_reset_link", by=None, obj=user, at=now)
    return token


@transaction.atomic
def create_admin(username: str, name: str, *, now: dt.datetime, today: dt.date) -> str:
    """The first administrator and the token of their one-time link (D27).

    From then on a fresh installation asks the senior roles for a second step (ASVS 6.3.3). A first
    administrator who never signed in gets a fresh link. Raises `AdministratorExists`
    once anybody who could sign in administers, `ValidationError` for a name that is taken.
    """
    user = _waiting_administrator(today)
    if user is None:
        if has_administrator(today):
            raise AdministratorExists
        user = User.objects.create_user(username, name=name)
        Membership.objects.create(user=user, role=ADMIN, valid_from=today)
        record("people.create_user", by=None, obj=user, after={"role": ADMIN}, at=now)
        _ask_for_second_steps(now, today)
    token = people.make_link(user, OneTimeLink.Kind.FIRST_ADMIN, by=None, now=now)
    record("people.create_admin", by=None, obj=user, at=now)
    return token


def _ask_for_second_steps(now: dt.datetime, today: dt.date) -> None:
    """What a fresh installation begins with; the administrator may choose other roles."""
    people.require_second_step(SENIOR, now=now, day=today)
    after = {"roles": sorted(SENIOR)}
    record("people.require_second_step", by=None, before={"roles": []}, after=after, at=now)


def _waiting_administrator(today: dt.date) -> User | None:
    """The only administrator, while they have no password yet."""
    found = list(User.objects.holding(ADMIN, today)[:2])
    return found[0] if len(found) == 1 and not found[0].has_usable_password() else None


@transaction.atomic
def save_settings(
    user: User,
    *,
    language: str,
    theme: str,
    shortcuts_on: bool,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Keep language, theme and shortcuts of `user`; a form sent twice counts once."""
    if not claim_request(user, "save_settings", request_id):
        return
    before = {"language": user.language, "theme": user.theme, "shortcuts_on": user.shortcuts_on}
    after = {"language": language, "theme": theme, "shortcuts_on": shortcuts_on}
    if before == after:
        return
    people.keep_settings(user, language=language, theme=theme, shortcuts_on=shortcuts_on)
    record("people.save_settings", by=user, obj=user, before=before, after=after, at=now)


@transaction.atomic
def plan_absence(
    user: User,
    deputy: User,
    starts_on: dt.date,
    ends_on: dt.date,
    *,
    now: dt.datetime,
    today: dt.date,
    request_id: str = "",
) -> Delegation | None:
    """Name who stands in for `user` on these local dates, both included (PR-24).

    None for a form sent twice. Raises `ValidationError` where dates or deputy will not do.
    """
    if not claim_request(user, "plan_absence", request_id):
        return None
    absence = people.plan_absence(user, deputy, starts_on, ends_on, today=today)
    after = {"deputy": deputy.public_id, "starts_on": starts_on, "ends_on": ends_on}
    record("people.plan_absence", by=user, obj=user, after=after, at=now)
    return absence


@transaction.atomic
def end_absence(
    absence: Delegation, *, by: User, now: dt.datetime, today: dt.date, request_id: str = ""
) -> None:
    """Be back: the deputy stands in no longer, from today on. Raises `Replayed`."""
    claim(by, "end_absence", request_id)
    open_rows = Delegation.objects.filter(pk=absence.pk, ends_on__gte=today)
    if open_rows.select_for_update(no_key=True).first() is None:
        return
    before = {"deputy": absence.deputy.public_id, "ends_on": absence.ends_on}
    record("people.end_absence", by=by, obj=absence.user, before=before, at=now)
    people.end_absence(absence, today=today)


@transaction.atomic
def end_other_sessions(user: User, *, now: dt.datetime, request_id: str = "") -> None:
    """Sign `user` out everywhere; the caller keeps the session that asked. Raises `Replayed`."""
    claim(user, "end_other_sessions", request_id)
    people.end_sessions([user])
    record("people.end_other_sessions", by=user, obj=user, at=now)


@transaction.atomic
def end_device(device: Device, *, by: User, now: dt.datetime, request_id: str = "") -> None:
    """Sign one of one's own devices out. Raises `Replayed`."""
    claim(by, "end_device", request_id)
    if people.end_device(device):
        record("people.end_device", by=by, obj=by, after={"browser": device.browser}, at=now)
