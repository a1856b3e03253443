"""Where a person goes on after signing in, and how a session outlives the end of all others."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import REDIRECT_FIELD_NAME, update_session_auth_hash
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from crm.people.access import SignedInRequest
from crm.people.actions import note_device
from crm.people.middleware import BEGUN, client_address


def stay_signed_in(request: SignedInRequest) -> None:
    """Keep this one session after all of the person's sessions were ended, under a new key."""
    begun = dt.datetime.fromtimestamp(request.session.get(BEGUN, 0), dt.UTC)
    update_session_auth_hash(request, request.user)
    request.signed_in_now = request.user  # type: ignore[attr-defined]
    note_device(
        request.user,
        request.session,
        agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        begun_at=begun,
    )


def safe_target(request: HttpRequest) -> str:
    """Where the form leads after sign-in: an address of ours, or nothing (D18)."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    return target if is_ours and target.startswith("/") and len(target) <= 500 else ""


def next_page(request: HttpRequest, *, fallback: str = "/") -> str:
    """The page to go on to: the one that was asked for, else `fallback`."""
    return safe_target(request) or fallback
