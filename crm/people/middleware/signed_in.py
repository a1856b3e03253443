"""A session and the person signed in by it, read by one statement."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from crm.people.models import User
from crm.people.models.signed_in import read_before


class SessionStore(db.SessionStore):
    """A session in the database, which brings along whose device it is kept for."""

    person: User | None = None

    def _get_session_from_db(self) -> Session | None:
        """The session of this key; Django's own way where no device is known by it."""
        key = self.session_key or ""
        self.person, data = User.signed_in.of_session(key, now=timezone.now())
        if data is None:
            self.person = None
            return super()._get_session_from_db()  # type: ignore[misc,no-any-return]
        return Session(session_key=key, session_data=data)


class Authentication(AuthenticationMiddleware):
    """Django's own check of who is signed in, on the person their session brought along."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person, request))  # type: ignore[assignment]


def _person(request: HttpRequest) -> Any:
    with read_before(request.session):
        return get_user(request)
