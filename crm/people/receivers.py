"""When somebody signs in: their session begins, its clock starts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from crm.people.middleware import BEGUN, SEEN


@receiver(user_logged_in, dispatch_uid="people.begin_session")
def begin_session(request: HttpRequest, **_news: Any) -> None:
    """Note when the session began; `middleware.Sessions` ends it in time."""
    now = int(timezone.now().timestamp())
    request.session[BEGUN] = now
    request.session[SEEN] = now
