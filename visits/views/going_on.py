"""Where a caller goes from a visit that is done with: to the next one of the round (mockup 04)."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from crm.people.access import SignedInRequest
from visits.models import Visit
from visits.queues import rounds

NEXT = "next"


def go_on(request: SignedInRequest, visit: Visit, then: str | None) -> HttpResponseRedirect:
    """To the call of the next visit where that was asked for and there is one, else to this one."""
    coming = None
    if then == NEXT:
        coming = rounds.next_visit(request.user, timezone.now(), but=visit)
    if coming is None:
        return redirect("visits:visit", visit.public_id)
    return redirect("visits:call", coming.public_id)
