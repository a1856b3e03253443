"""Gives events the address and the request they came from, and writes refused access down."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from crm.logs import written_for
from crm.people.middleware import client_address
from crm.people.models import User
from crm.records.audit.unasked import note_unasked, watch
from crm.records.audit.writing import Caller, called_from, record
from crm.records.models import AuditEvent

log = logging.getLogger("showfloor.audit")

REFUSED = "records.refuse_access"
STATUSES = frozenset({403, 404})
# So many refusals of one person are written down in so long; the last says that more follow.
LISTED_AT_MOST = 30
WITHIN = dt.timedelta(minutes=10)


def reference_of(request_id: str) -> str:
    """A request's id as a page shows it: in groups that no scrubber takes for a number."""
    return ".".join(request_id[at : at + 4] for at in range(0, len(request_id), 4))


class Trail:
    """Stands around everything a signed-in person asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        caller = Caller(client_address(request)[:45], secrets.token_hex(8))
        request.reference = reference_of(caller.request)  # type: ignore[attr-defined]
        with called_from(caller), written_for(reference_of(caller.request)):
            response = self.get_response(request)
            note_unasked(request, response)
            if response.status_code in STATUSES:
                note(request, response.status_code)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Past the protection against forged forms: what is posted is read under watch."""
        watch(request)


def note(request: HttpRequest, status: int) -> None:
    """Write down who was refused which page; addresses the product does not have are no news.

    A database that is busy must not turn a refusal into an error.
    """
    user, match = request.user, request.resolver_match
    if not isinstance(user, User) or match is None:
        return
    try:
        note_refusal(
            user,
            page=match.view_name,
            subject_id=str(match.kwargs.get("public_id", "")),
            how={
                "status": status,
                "method": request.method or "",
                # A form from elsewhere, or one kept open past the sign-in that drew it.
                "foreign_form": status == 403 and is_foreign_form(request),
            },
            now=timezone.now(),
        )
    except OperationalError as error:
        log.warning("a refusal was not written down: %s", error)


def is_foreign_form(request: HttpRequest) -> bool:
    """Whether the protection against forged forms said no, before any page was asked."""
    is_safe = request.method in {"GET", "HEAD", "OPTIONS", "TRACE"}
    return not is_safe and not getattr(request, "csrf_processing_done", False)


def note_refusal(
    user: User, *, page: str, subject_id: str, how: dict[str, object], now: dt.datetime
) -> None:
    """One event per refusal, at most `LISTED_AT_MOST` a person in ten minutes (ASVS 16.3.2).

    The event that fills the measure carries `more_follow`: what comes after it is left out, so
    that nobody can flood the trail.
    """
    lately = AuditEvent.objects.filter(actor=user, action=REFUSED, at__gt=now - WITHIN)
    listed = lately.order_by()[:LISTED_AT_MOST].count()
    if listed >= LISTED_AT_MOST:
        return
    after = {"page": page, **{key: value for key, value in how.items() if value}}
    if listed == LISTED_AT_MOST - 1:
        after["more_follow"] = True
    record(REFUSED, by=user, subject_id=subject_id, after=after, at=now)
