"""Sign-ins, sign-outs, refusals and lock-outs reach the audit trail (SA-08, D44)."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from crm.home.actions import trail
from crm.people.middleware import client_address
from crm.people.models import User


@receiver(user_logged_in, dispatch_uid="home.note_sign_in")
def note_sign_in(user: User, request: HttpRequest | None = None, **_news: Any) -> None:
    """Somebody signed in."""
    way = getattr(request, "second_step", "")
    trail.note_sign_in(user, address=address_in(request), second_step=way)


@receiver(user_logged_out, dispatch_uid="home.note_sign_out")
def note_sign_out(user: User | None, request: HttpRequest | None = None, **_news: Any) -> None:
    """Somebody signed out, or their session ran out."""
    if isinstance(user, User):
        trail.note_sign_out(user, address=address_in(request))


@receiver(user_login_failed, dispatch_uid="home.note_refusal")
def note_refusal(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_news: Any
) -> None:
    """A sign-in was refused; while an account is held back, only the holding back is told."""
    if not getattr(request, "axes_locked_out", False):
        trail.note_refusal(str(credentials.get("username", "")), address=address_in(request))


@receiver(user_locked_out, dispatch_uid="home.note_lock_out")
def note_lock_out(request: HttpRequest, **_news: Any) -> None:
    """An account is held back from now on; tries made meanwhile say nothing new."""
    if getattr(request, "axes_failures_since_start", None):
        typed = getattr(request, "axes_credentials", None) or {}
        trail.note_lock_out(str(typed.get("username") or ""), address=address_in(request))


def address_in(request: HttpRequest | None) -> str:
    """The network address, where there is a request with one."""
    return client_address(request) if request is not None else ""
