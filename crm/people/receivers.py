"""When somebody signs in or out: a session begins, its device is known, then forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from crm.people.actions import drop_device, note_device
from crm.people.middleware import BEGUN, DUE, SEEN, client_address
from crm.people.models import User
from crm.people.queues import has_second_step, needs_second_step


@receiver(user_logged_in, dispatch_uid="people.begin_session")
def begin_session(request: HttpRequest, user: User, **_news: Any) -> None:
    """Note when the session began; `middleware.Sessions` ends it in time.

    Where a role asks for a second step that is not set up, `middleware.SecondStepFirst` leads
    there.
    """
    now = timezone.now()
    request.signed_in_now = user  # type: ignore[attr-defined]
    request.session[BEGUN] = request.session[SEEN] = int(now.timestamp())
    if needs_second_step(user) and not has_second_step(user):
        request.session[DUE] = True
    agent, address = request.headers.get("User-Agent", ""), client_address(request)
    note_device(user, request.session, agent=agent, address=address, begun_at=now)


@receiver(user_logged_out, dispatch_uid="people.end_session")
def end_session(request: HttpRequest, user: User | None, **_news: Any) -> None:
    """The device is no longer signed in."""
    if user is not None:
        drop_device(request.session)
