"""Under which name a wrong try is counted (D23).

Tries in a browser somebody has signed in with before are counted apart, so that whoever guesses
elsewhere holds nobody back there; so are those that show a code of the authenticator first.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from crm.people.models import User
from crm.people.queues.tries import code_tries, fingerprint, who_is_known

KNOWN_S = 90 * 24 * 3600
# A tablet of the showroom is many people's.
PEOPLE_AT_MOST = 12
SALT = "crm.people.known"


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What axes counts a try under: the name that was typed, unless it is counted apart."""
    apart = getattr(request, "counted_apart", "")
    return apart or str((credentials or {}).get("username") or "")


def people_known(request: HttpRequest) -> dict[str, tuple[str, str]]:
    """Who signed in with this browser: public id → the epoch of then and this browser's number."""
    kept = request.get_signed_cookie(
        settings.KNOWN_COOKIE_NAME, default="", salt=SALT, max_age=KNOWN_S
    )
    parts = [one.split(".") for one in (kept or "").split("/") if one.count(".") == 2]
    return {person: (epoch, number) for person, epoch, number in parts}


def count_apart_if_known(request: HttpRequest, username: str) -> None:
    """Count this request's tries as this browser's own, where its owner signed in before.

    A browser from before the person's sessions were last ended is as unknown as any.
    """
    known = people_known(request)
    person = who_is_known(username, list(known)) if known else None
    if person is not None and known[person.public_id][0] == str(person.session_epoch):
        request.counted_apart = fingerprint(  # type: ignore[attr-defined]
            "known", f"{person.public_id} {known[person.public_id][1]}"
        )


def count_as_code(request: HttpRequest, username: str, address: str) -> None:
    """Count this request's tries with those that show a code, of this account and address."""
    name = f"{code_tries(username)}{fingerprint('address', address)}"
    request.counted_apart = name  # type: ignore[attr-defined]


def remember_browser(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let the browser be known as one this person signs in with."""
    known = people_known(request)
    number = known.pop(user.public_id, ("", secrets.token_urlsafe(9)))[1]
    known[user.public_id] = (str(user.session_epoch), number)
    kept = list(known.items())[-PEOPLE_AT_MOST:]
    response.set_signed_cookie(
        settings.KNOWN_COOKIE_NAME,
        "/".join(f"{person}.{epoch}.{number}" for person, (epoch, number) in kept),
        salt=SALT,
        max_age=KNOWN_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
