"""The running ledger of complaints and opinions (CP-06, CP-21)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import access
from complaints.queues.finding import LONGEST_QUERY
from complaints.queues.ledgers import ledger, ledger_list, ledger_years
from complaints.views.tickets import name_of
from crm.customers.actions import note_phone_search
from crm.people.access import SignedInRequest


@require_safe
def ledger_page(request: SignedInRequest) -> HttpResponse:
    """Number, complainant, matter, who answers and how it ended; found by words and by year."""
    if not access.can_see_ledger(request.user):
        raise PermissionDenied
    now, query = timezone.now(), request.GET.get("q", "").strip()[:LONGEST_QUERY]
    years = ledger_years(timezone.localdate(now))
    listing = ledger_list(years).show(ledger(request.user, query), request.GET)
    note_phone_search(request.user, query, hits=listing.total, now=now)
    context = {
        "listing": listing,
        "query": query,
        "rows": [(ticket, name_of(request.user, ticket)) for ticket in listing.page],
        "years": years,
        "now": now,
    }
    return render(request, "complaints/ledger.html", context)
