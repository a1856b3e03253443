"""Failed sign-ins: how many there were, and under which name they are counted (D23)."""

from __future__ import annotations

import datetime as dt

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.utils.crypto import salted_hmac

from crm.people.models import User


def failures_from_address(address: str, now: dt.datetime) -> int:
    """Failed sign-ins from one network address within the cool-off time."""
    since = now - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    total: int | None = rows.aggregate(n=Sum("failures_since_start"))["n"]
    return total or 0


def fingerprint(of: str, words: str) -> str:
    """Words as they are counted under: nobody without the key knows or types it."""
    return salted_hmac(f"crm.people.{of}", words, algorithm="sha256").hexdigest()[:40]


def code_tries(username: str) -> str:
    """How the names begin under which tries of this account that show a code are counted."""
    return f"code:{fingerprint('code', username)}:"


def too_many_codes(username: str, now: dt.datetime) -> bool:
    """Whether this account was tried with wrong codes too often, from everywhere together."""
    since = now - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(username__startswith=code_tries(username))
    total: int | None = rows.filter(attempt_time__gte=since).aggregate(
        n=Sum("failures_since_start")
    )["n"]
    return (total or 0) >= settings.CODE_TRIES_AT_MOST


def who_is_known(username: str, people: list[str]) -> User | None:
    """The user of this name, where they are one of these people."""
    return User.objects.filter(username=username, public_id__in=people).first()
