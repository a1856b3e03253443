"""Verbs on the second step of a sign-in (ASVS 6.3.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people import codes
from crm.people.actions.accounts import end_sessions
from crm.people.models import RecoveryCode, SecondStep, SecondStepRule, User
from crm.people.queues import keys_of, without_second_step


def begin_second_step(user: User, salt: str, code: str, *, now: dt.datetime) -> list[str] | None:
    """Set up the authenticator that shows `code`; the recovery codes in full.

    None where the code is wrong. Every session of the user ends. Raises ValidationError where one
    is set up already: a form drawn before must not put another in its place (D25).
    """
    taken = next((s for key in keys_of(salt) if (s := _step(key, code, now, 0))), None)
    if taken is None:
        return None
    with transaction.atomic():
        facts = {"salt": salt, "begun_at": now, "last_step": taken}
        step, made = SecondStep.objects.get_or_create(user=user, defaults=facts)
        if not made:
            raise ValidationError(_("Two-step sign-in is set up already. End it first."))
        fresh = _give_recovery_codes(step)
        end_sessions([user])
    return fresh


def _give_recovery_codes(step: SecondStep) -> list[str]:
    fresh = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(second_step=step, code_hash=codes.hash_of_recovery(code, step.salt))
        for code in fresh
    )
    return fresh


def renew_recovery_codes(user: User) -> list[str]:
    """Ten fresh recovery codes in full; the old ones count no more. Empty without a second step.

    Of two presses at once the later one's codes stand.
    """
    with transaction.atomic():
        step = SecondStep.objects.select_for_update(no_key=True).filter(user=user).first()
        if step is None:
            return []
        step.recovery_codes.all().delete()
        return _give_recovery_codes(step)


def _step(key: bytes, code: str, now: dt.datetime, after: int) -> int | None:
    return codes.step_of(key, codes.typed(code), at=now, after=after)


def take_code(user: User, code: str, *, now: dt.datetime) -> str:
    """Spend a code: `authenticator`, `recovery`, or empty where it is wrong or was taken before.

    Of two requests with the same code one finds it spent.
    """
    step = SecondStep.objects.filter(user=user).first()
    if step is None:
        return ""
    for key in keys_of(step.salt):
        taken = _step(key, code, now, step.last_step)
        mine = SecondStep.objects.filter(pk=step.pk, last_step__lt=taken or 0)
        if taken and mine.update(last_step=taken):
            return "authenticator"
    spent = step.recovery_codes.filter(
        used_at=None, code_hash=codes.hash_of_recovery(code, step.salt)
    ).update(used_at=now)
    return "recovery" if spent else ""


def take_code_of(username: str, code: str, *, now: dt.datetime) -> bool:
    """Spend the code an authenticator of this account shows; before any password is looked at.

    What it costs says neither whether there is such an account nor whether it has a second step.
    """
    active = SecondStep.objects.filter(user__username=username, user__is_active=True)
    step = active.first() or SecondStep(pk=0, salt="nobody")
    for key in keys_of(step.salt):
        taken = _step(key, code, now, step.last_step)
        mine = SecondStep.objects.filter(pk=step.pk, last_step__lt=taken or 0)
        if taken and mine.update(last_step=taken):
            return True
    return False


def drop_second_step(user: User) -> bool:
    """Take the second step away and end every session; False where there was none."""
    with transaction.atomic():
        dropped, _rows = SecondStep.objects.filter(user=user).delete()
        if dropped:
            end_sessions([user])
    return bool(dropped)


def require_second_step(wanted: Collection[str], *, now: dt.datetime, day: dt.date) -> set[str]:
    """Let exactly these roles need a second step; the roles that are new to it.

    Sessions of their holders without one end, so that the next sign-in leads to the set-up.
    """
    held = set(SecondStepRule.objects.values_list("role", flat=True))
    added = set(wanted) - held
    SecondStepRule.objects.exclude(role__in=wanted).delete()
    SecondStepRule.objects.bulk_create(
        (SecondStepRule(role=role, since=now) for role in sorted(added)), ignore_conflicts=True
    )
    end_sessions(without_second_step(added, day))
    return added
