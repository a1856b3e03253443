"""Verbs on the second step of a sign-in, each with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.home.actions.guards import claim, must_manage
from crm.notices.actions import Desk, tell
from crm.notices.models import About
from crm.people import actions as people
from crm.people import roles
from crm.people.access import can_reset_second_step
from crm.people.models import User
from crm.people.queues import needs_second_step, roles_with_second_step
from crm.records.audit import record

WRONG_CODE = _("This code is wrong or was used. Wait for the next one.")


@transaction.atomic
def begin_second_step(
    user: User, salt: str, code: str, *, now: dt.datetime, request_id: str = ""
) -> list[str]:
    """Set up the authenticator that shows `code`; returns the recovery codes, in full this once.

    Every session of the user ends. Raises `Replayed` on a repeat, `ValidationError` for a wrong
    code, and where another is set up already.
    """
    claim(user, "begin_second_step", request_id)
    fresh = people.begin_second_step(user, salt, code, now=now)
    if fresh is None:
        raise ValidationError({"code": WRONG_CODE})
    record("people.begin_second_step", by=user, obj=user, at=now)
    return fresh


@transaction.atomic
def renew_recovery_codes(
    user: User, code: str, *, now: dt.datetime, request_id: str = ""
) -> list[str]:
    """Fresh recovery codes against a good code, in full this once; the old ones end.

    Raises `Replayed` on a repeat, `ValidationError` for a wrong code.
    """
    claim(user, "renew_recovery_codes", request_id)
    if not people.take_code(user, code, now=now):
        raise ValidationError({"code": WRONG_CODE})
    fresh = people.renew_recovery_codes(user)
    record("people.renew_recovery_codes", by=user, obj=user, at=now)
    return fresh


@transaction.atomic
def end_second_step(user: User, code: str, *, now: dt.datetime) -> None:
    """Sign in by password alone again; every session of the user ends.

    Raises `ValidationError` for a wrong code, or where a role needs the second step.
    """
    if needs_second_step(user):
        raise ValidationError(_("One of your roles needs two-step sign-in."))
    if not people.take_code(user, code, now=now):
        raise ValidationError({"code": WRONG_CODE})
    people.drop_second_step(user)
    record("people.end_second_step", by=user, obj=user, at=now)


@transaction.atomic
def reset_second_step(user: User, *, by: User, now: dt.datetime, request_id: str = "") -> bool:
    """Take away somebody's second step whose phone and recovery codes are lost.

    The user and the privacy officer are told. False where there was none. Raises `Replayed` on
    a repeat.
    """
    if not can_reset_second_step(by, user):
        raise PermissionDenied
    claim(by, "reset_second_step", request_id)
    if not people.drop_second_step(user):
        return False
    record("people.reset_second_step", by=by, obj=user, at=now)
    for to in (user, Desk(roles.PRIVACY_OFFICER)):
        tell(
            to=to,
            kind="second_step_reset",
            occasion=f"second_step:{user.public_id}/{now:%Y%m%d%H%M%S}",
            about=About.of(user),
            data={"name": user.name, "by": by.name},
            now=now,
        )
    return True


@transaction.atomic
def require_second_step(
    wanted: Collection[str], *, by: User, now: dt.datetime, today: dt.date, request_id: str = ""
) -> None:
    """Let exactly these roles need a second step. Raises `Replayed` on a repeat."""
    must_manage(by)
    claim(by, "require_second_step", request_id)
    before = sorted(roles_with_second_step())
    after = sorted(set(wanted))
    if before == after:
        return
    people.require_second_step(wanted, now=now, day=today)
    record(
        "people.require_second_step",
        by=by,
        before={"roles": before},
        after={"roles": after},
        at=now,
    )
